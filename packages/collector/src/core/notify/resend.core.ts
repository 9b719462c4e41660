/** A dead letter, or a message that nobody knows to have arrived, that a person sends once more: the same notice under the same id, its attempts kept. */
import { type DeliveryTerms, type PlannedNotice } from './notice.core.ts';
import { recheck } from './recheck.core.ts';
import type { Alarm, Notice } from '@cardwatch/contracts/watch';
import { err, minuteMs, ok, type EpochMs, type Result } from '@cardwatch/kernel';

/** `why`: `notFailed`, or what a notice is muted by now. */
export interface ResendRefusal {
  readonly kind: 'refused';
  readonly why: string;
}

/** Quiet hours do not hold: somebody wants it now. */
export function resendPlan(
  notice: Notice,
  alarms: Pick<ReadonlyMap<string, Alarm>, 'get'>,
  now: EpochMs,
): Result<PlannedNotice, ResendRefusal> {
  if (notice.state !== 'failed' && notice.state !== 'unconfirmed') return err({ kind: 'refused', why: 'notFailed' });
  const terms: DeliveryTerms = {
    channels: [notice.channel],
    fallbackAfterMs: 10 * minuteMs,
    quiet: null,
    hasty: true,
    items: notice.reason === 'digest' ? notice.alarmIds.map((alarmId) => ({ alarmId, what: whatOf(alarms.get(alarmId)) })) : [],
  };
  const verdict = recheck({ notice: { ...notice, attempts: [] }, terms, alarms }, now);
  if (verdict.kind === 'mute') return err({ kind: 'refused', why: verdict.by });
  return ok({ notice: { ...notice, state: 'queued', mutedBy: null, nextTryAt: now }, terms });
}

const whatOf = (alarm: Alarm | undefined): 'raised' | 'cleared' =>
  alarm === undefined || alarm.condition === 'cleared' ? 'cleared' : 'raised';
