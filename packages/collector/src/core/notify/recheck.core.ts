/** What stands at the very moment of sending, whatever stood when the notice was queued. */
import { quietUntil } from './roster.core.ts';
import type { DeliveryTerms } from './notice.core.ts';
import type { Alarm, Notice } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';

export type SendVerdict =
  | { readonly kind: 'send' }
  | { readonly kind: 'mute'; readonly by: string }
  | { readonly kind: 'wait'; readonly until: EpochMs; readonly why: 'quietHours' | 'allowance' }
  /** The channel's allowance is used up: a line in the recipient's digest instead. */
  | { readonly kind: 'fold' };

export interface RecheckAsk {
  readonly notice: Notice;
  readonly terms: Pick<DeliveryTerms, 'quiet' | 'hasty' | 'items'>;
  /** The alarms of the notice as they are now; one that is not there any more counts as cleared. */
  readonly alarms: Pick<ReadonlyMap<string, Alarm>, 'get'>;
}

/** Level 1, clearing words of it and important events know no quiet hours. What waits for their end is checked again then. */
export function recheck(ask: RecheckAsk, now: EpochMs): SendVerdict {
  const why = mutedWhy(ask, now);
  if (why !== null) return { kind: 'mute', by: why.slice(0, 64) };
  const until = ask.notice.level === 1 || ask.terms.hasty ? null : quietUntil(ask.terms.quiet, now);
  return until === null ? { kind: 'send' } : { kind: 'wait', until, why: 'quietHours' };
}

function mutedWhy(ask: RecheckAsk, now: EpochMs): string | null {
  const { notice } = ask;
  if (notice.reason === 'cleared' || notice.reason === 'test') return null;
  if (notice.reason === 'digest') return digestMuted(ask);
  const alarm = ask.alarms.get(notice.alarmIds[0] ?? '');
  if (alarm === undefined || alarm.condition === 'cleared') return 'cleared';
  const suppression = alarm.suppressedBy[0];
  if (suppression !== undefined) return `${suppression.suppressor}:${suppression.by}`;
  return isTaken(alarm, notice, now) ? 'acknowledged' : null;
}

/** Taken after this was queued, or taken at all where it only presses. */
function isTaken(alarm: Alarm, notice: Notice, now: EpochMs): boolean {
  if (alarm.handling === 'new') return false;
  if (alarm.acknowledgedUntil !== null && alarm.acknowledgedUntil <= now) return false;
  if (notice.reason === 'reminder' || notice.reason === 'escalated') return true;
  return alarm.handledAt === null || alarm.handledAt >= notice.queuedAt;
}

/** A digest with nothing left to say. */
function digestMuted(ask: RecheckAsk): string | null {
  const worth = ask.terms.items.some(
    ({ alarmId, what }) => what === 'cleared' || ask.notice.attempts.length > 0 || isBurning(ask.alarms.get(alarmId)),
  );
  return worth ? null : 'cleared';
}

const isBurning = (alarm: Alarm | undefined): boolean => alarm !== undefined && alarm.condition !== 'cleared';
