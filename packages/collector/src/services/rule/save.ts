import type { ReplayDto } from '@cardwatch/contracts/api';
import type { RuleId, RuleTiming, RuleVersion } from '@cardwatch/contracts/watch';
import { dayMs, epochMs, err, ok, type Result } from '@cardwatch/kernel';
import { defaultVersion, settle } from '../../core/rules/registry.core.ts';
import { failureOf, order } from '../act.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { asDefault } from './list.ts';

export const replayMsMax = 31 * dayMs;

export interface SaveRuleAsk {
  readonly rule: RuleId;
  readonly basedOn: number;
  readonly enabled: boolean;
  readonly timing: RuleTiming;
  readonly params: Readonly<Record<string, unknown>>;
  readonly basis: 'manual' | 'suggested' | 'rollback';
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** Parameters are checked by the rule's own schema before anything is asked of the watch. */
export async function saveRule(
  services: Watched,
  caller: Caller,
  { idempotencyKey, basedOn, ...asked }: SaveRuleAsk,
): Promise<Result<RuleVersion, ServiceFailure>> {
  const version = { ...asked, params: { ...asked.params }, author: caller.actor, savedAt: services.clock.now() };
  const fault = paramsFault({ ...version, version: basedOn + 1 });
  if (fault !== undefined) return err(fault);
  const act = { kind: 'saveRule', basedOn, version } as const;
  const { rule, ...detail } = asked;
  const done = await order(services, caller, { act, idempotencyKey, object: rule, detail });
  if (!done.ok) return done;
  const versions = await services.watch.ruleVersions(rule);
  const saved = versions.find((one) => one.version === basedOn + 1);
  return saved === undefined ? err({ kind: 'changedMeanwhile' }) : ok(saved);
}

function paramsFault(version: RuleVersion): ServiceFailure | undefined {
  const settled = settle(version);
  if (settled.ok) return undefined;
  if (settled.error.kind === 'unknownRule') return { kind: 'notFound', place: 'rule', value: settled.error.rule };
  const { field, why } = settled.error;
  return { kind: 'invalid', place: field === '' ? 'body.params' : `body.params.${field}`, expected: why };
}

export interface RollbackAsk {
  readonly rule: RuleId;
  readonly to: number;
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** A rollback is a new version that says what an old one said. */
export async function rollbackRule(
  services: Watched,
  caller: Caller,
  { rule, to, reason, idempotencyKey }: RollbackAsk,
): Promise<Result<RuleVersion, ServiceFailure>> {
  const versions = await services.watch.ruleVersions(rule);
  const again = to === 0 ? asDefault(defaultVersion(rule, services.clock.now())) : versions.find(({ version }) => version === to);
  if (again === undefined) return err({ kind: 'notFound', place: 'to', value: String(to) });
  const { enabled, timing, params } = again;
  const basedOn = versions[0]?.version ?? 0;
  return saveRule(services, caller, { rule, basedOn, enabled, timing, params, basis: 'rollback', reason, idempotencyKey });
}

export interface ReplayRuleAsk {
  readonly rule: RuleId;
  readonly timing: RuleTiming;
  readonly params: Readonly<Record<string, unknown>>;
  readonly from: number;
  readonly to: number;
}

export async function replayRule(
  services: Watched,
  { rule, timing, params, from, to }: ReplayRuleAsk,
): Promise<Result<ReplayDto, ServiceFailure>> {
  if (to <= from || to - from > replayMsMax)
    return err({ kind: 'invalid', place: 'body.to', value: String(to), expected: `> from, <= from + ${replayMsMax} ms` });
  const tried = { rule, version: 1, enabled: true, timing, params: { ...params }, author: '-', reason: '-', savedAt: from };
  const fault = paramsFault({ ...tried, basis: 'manual' });
  if (fault !== undefined) return err(fault);
  const replayed = await services.watch.replay({ rule, timing, params, from: epochMs(from), to: epochMs(to) });
  return replayed.ok ? replayed : err(failureOf(replayed.error));
}
