import type { DryRunDto } from '@cardwatch/contracts/api';
import type { AlarmLevel, RuleId } from '@cardwatch/contracts/watch';
import { ok, type Result } from '@cardwatch/kernel';
import { route } from '../../core/notify/route.core.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

export interface DryRunAsk {
  readonly level: AlarmLevel;
  readonly rule: RuleId;
  readonly campus?: string | undefined;
  readonly area?: string | undefined;
}

/** The very function that routes, over an alarm that nobody has found. */
export async function dryRunOf(
  { watch, clock }: Watched,
  { level, rule, campus, area }: DryRunAsk,
): Promise<Result<DryRunDto, ServiceFailure>> {
  const { policies, recipients, shifts, importantEvents } = await watch.settings();
  const alarm = { level, rule, area: area ?? null, campus: campus ?? area?.split('/')[0] ?? null };
  const { policy, builtIn, steps, findings } = route(alarm, { policies, recipients, shifts, importantEvents }, clock.now());
  const items = steps.flatMap(({ afterMs, people }, step) =>
    people.map(({ recipient, channels }) => ({
      recipient: recipient.recipientId,
      displayName: recipient.displayName,
      channel: channels[0].channel,
      policyId: policy.policyId,
      step,
      afterMs,
      mutedBy: null,
    })),
  );
  return ok({ policyId: policy.policyId, builtIn, items, findings: findings.map(({ kind, what }) => ({ kind, what })) });
}
