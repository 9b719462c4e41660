/** "Why was nobody told?": each reason in the order in which they come to bear, with who or what did it and since when. Codes; words are in `words/`. */
import type { Alarm, Notice, Suppressor } from '@cardwatch/contracts/watch';
import type { Why, WhyCode } from '@cardwatch/contracts/words';
import type { EpochMs } from '@cardwatch/kernel';

/** What core/notify knows of the alarm's way. */
export interface PolicyView {
  /** Null: no policy is meant for this alarm. */
  readonly policyId: string | null;
  /** Duties of its steps that nobody has now. */
  readonly unfilled: readonly string[];
  readonly digestEveryMs: number | null;
  /** When the next step is due; null: none. */
  readonly nextStepAt: number | null;
}

/** What the watch knows of an alarm that burns. */
export interface AlarmPolicyView {
  /** Of the rule's timing; null when the rule is not known any more. */
  readonly raiseAfterMs: number | null;
  /** Null: it burns no more, or the watch did not answer. */
  readonly policy: PolicyView | null;
}

export interface WhyAsk extends AlarmPolicyView {
  readonly alarm: Alarm;
  readonly notices: readonly Notice[];
}

/** Never empty: an alarm that somebody was told of answers with the messages. */
export function whyNobody(ask: WhyAsk, now: EpochMs): readonly Why[] {
  const reasons = [
    ...ofCondition(ask, now),
    ...ofSuppression(ask.alarm),
    ...ofHandling(ask.alarm),
    ...ofPolicy(ask),
    ...ask.notices.map(ofNotice),
  ];
  return reasons.length > 0 ? reasons : [{ code: 'notQueued', by: null, since: ask.alarm.raisedAt, values: {} }];
}

/** Whether anybody was reached at all: sent at least. */
export const wasTold = (whys: readonly Why[]): boolean =>
  whys.some(({ code }) => ['messageSent', 'messageDelivered', 'messageRead', 'messageAcknowledged'].includes(code));

function ofCondition({ alarm, raiseAfterMs }: WhyAsk, now: EpochMs): Why[] {
  const why = (code: WhyCode, values: Why['values'] = {}): Why[] => [{ code, by: alarm.rule, since: alarm.since, values }];
  if (alarm.condition === 'pending')
    return why('stillPending', raiseAfterMs === null ? {} : { minutes: minutes(Math.max(0, alarm.since + raiseAfterMs - now)) });
  if (alarm.condition === 'unknown') return why('conditionUnknown');
  if (alarm.condition === 'flapping') return why('flappingToldOnce');
  if (alarm.condition === 'active') return [];
  return why(alarm.raisedAt === null ? 'neverRaised' : 'alreadyCleared', { minutes: minutes(alarm.since - alarm.foundAt) });
}

const suppressedCode: Readonly<Record<Suppressor, WhyCode>> = {
  upstream: 'suppressedByUpstream',
  maintenance: 'suppressedByMaintenance',
  silence: 'suppressedBySilence',
  quietHours: 'suppressedByQuietHours',
  storm: 'suppressedByStorm',
  duplicate: 'suppressedByDuplicate',
};

const ofSuppression = ({ suppressedBy }: Alarm): Why[] =>
  suppressedBy.map(({ suppressor, by, since }) => ({ code: suppressedCode[suppressor], by, since, values: {} }));

const ofHandling = ({ handling, owner, handledAt, acknowledgedUntil }: Alarm): Why[] =>
  handling === 'new'
    ? []
    : [
        {
          code: 'handledBy',
          by: owner,
          since: handledAt,
          values: { handling, ...(acknowledgedUntil === null ? {} : { until: acknowledgedUntil }) },
        },
      ];

function ofPolicy({ alarm, policy, notices }: WhyAsk): Why[] {
  if (policy === null || alarm.raisedAt === null || alarm.condition === 'cleared') return [];
  const why = (code: WhyCode, values: Why['values']): Why => ({ code, by: policy.policyId, since: alarm.raisedAt, values });
  if (policy.policyId === null) return [why('noPolicy', { level: alarm.level })];
  const whys = policy.unfilled.map((duty) => why('nobodyOnDuty', { duty }));
  if (notices.length === 0 && policy.digestEveryMs !== null)
    whys.push(why('waitsForDigest', { minutes: minutes(policy.digestEveryMs) }));
  if (policy.nextStepAt !== null) whys.push(why('waitsForStep', { at: policy.nextStepAt }));
  return whys;
}

const noticeCode: Readonly<Record<Notice['state'], WhyCode>> = {
  queued: 'messageQueued',
  sending: 'messageQueued',
  sent: 'messageSent',
  delivered: 'messageDelivered',
  read: 'messageRead',
  acknowledged: 'messageAcknowledged',
  failed: 'messageFailed',
  unconfirmed: 'messageUnconfirmed',
  muted: 'messageMuted',
};

function ofNotice(notice: Notice): Why {
  const last = notice.attempts.at(-1);
  return {
    code: noticeCode[notice.state],
    by: notice.recipient,
    since: notice.acknowledgedAt ?? notice.sentAt ?? last?.at ?? notice.queuedAt,
    values: {
      channel: notice.channel,
      attempts: notice.attempts.length,
      ...(notice.mutedBy === null ? {} : { mutedBy: notice.mutedBy }),
      ...(last === undefined || last.outcome === 'sent'
        ? {}
        : { failure: last.outcome, ...(last.code === null ? {} : { answer: last.code }) }),
    },
  };
}

const minutes = (ms: number): number => Math.round(ms / 60_000);
