import type { RuleDto } from '@cardwatch/contracts/api';
import type { RuleId, RuleVersion } from '@cardwatch/contracts/watch';
import { ok, type Result } from '@cardwatch/kernel';
import { defaultVersion, familyOf, rules } from '../../core/rules/registry.core.ts';
import type { ServiceFailure } from '../failure.ts';
import { paramsOf } from './params.core.ts';
import type { Watched } from '../watch-desk.ts';

/** In the order of the registry; a rule that nobody has changed shows its defaults as version 0. */
export async function listRules({ watch, clock }: Watched): Promise<Result<{ items: RuleDto[] }, ServiceFailure>> {
  const items: RuleDto[] = [];
  for (const rule of rules) {
    const { id, source } = rule;
    const [latest] = await watch.ruleVersions(id);
    const current = latest ?? asDefault(defaultVersion(id, clock.now()));
    if (current === undefined) continue;
    items.push({ rule: id, source, family: familyOf(id), params: [...paramsOf(rule)], defaultTiming: rule.timing, current });
  }
  return ok({ items });
}

/** Version 0: what a rule is without anybody's doing. */
export const asDefault = (version: RuleVersion | undefined): RuleVersion | undefined =>
  version === undefined ? undefined : { ...version, version: 0, savedAt: 0 };

export const listRuleVersions = async (
  { watch }: Watched,
  rule: RuleId,
): Promise<Result<{ items: RuleVersion[] }, ServiceFailure>> => ok({ items: [...(await watch.ruleVersions(rule))] });
