/** Once a day a made-up alarm goes the whole way through every address, so that a dead channel is found on a quiet day. It counts in no statistics. */
import { isOver, type PlannedNotice, planNotice } from './notice.core.ts';
import type { Alarm, AlarmId, ChannelKind, Notice, Recipient } from '@cardwatch/contracts/watch';
import { dayMs, epochMs, hourMs, minuteMs, shanghaiOffsetMs, type EpochMs } from '@cardwatch/kernel';

/** 10:07 in Shanghai: working hours, an odd minute. */
export const testAlarmAtMs = 10 * hourMs + 7 * minuteMs;
/** What did not go through by then failed the test. */
export const testAlarmWaitMs = 10 * minuteMs;
/** Addresses that one test reaches. */
export const testAddressesMax = 500;

/** The next time of the daily test strictly after `now`. */
export function nextTestAt(now: EpochMs): EpochMs {
  const midnight = Math.floor((now + shanghaiOffsetMs) / dayMs) * dayMs - shanghaiOffsetMs;
  const today = midnight + testAlarmAtMs;
  return epochMs(now < today ? today : today + dayMs);
}

/** Left out of counts, reports, availability and response clocks. */
export const isTestAlarm = (alarm: Pick<Alarm, 'rule'>): boolean => alarm.rule === 'testAlarm';
export const isTestNotice = (notice: Pick<Notice, 'reason'>): boolean => notice.reason === 'test';

/** The made-up alarm: raised and cleared at once, handled by nobody. */
export function testAlarm(alarmId: string, now: EpochMs): Alarm {
  return {
    alarmId: alarmId as AlarmId,
    rule: 'testAlarm',
    ruleVersion: 1,
    subject: { kind: 'collector', id: 'test' },
    level: 3,
    levels: [{ level: 3, at: now, why: 'rule' }],
    condition: 'cleared',
    since: now,
    foundAt: now,
    raisedAt: now,
    clearedAt: now,
    handling: 'closed',
    handledAt: now,
    owner: null,
    acknowledgedUntil: null,
    suppressedBy: [],
    causeId: null,
    symptoms: 0,
    reason: { code: 'testAlarm', values: {} },
    evidence: null,
    exposure: { records: 0, fen: null, estimated: false, oldestAt: null },
    devices: [],
    campus: null,
    area: null,
    previousId: null,
    incidentId: null,
  };
}

/** One notice for every address of every recipient, each by that channel alone: a fallback would hide what is tested. */
export function testNotices(
  ask: { readonly alarmId: string; readonly recipients: readonly Recipient[]; readonly newId: () => string },
  now: EpochMs,
): readonly PlannedNotice[] {
  const ways = ask.recipients.flatMap(({ recipientId, addresses }) =>
    [...new Set(addresses.map(({ channel }) => channel))].map((channel) => ({ recipient: recipientId, channel })),
  );
  return ways.slice(0, testAddressesMax).map(({ recipient, channel }, index) =>
    planNotice(
      {
        noticeId: ask.newId(),
        alarmIds: [ask.alarmId],
        reason: 'test',
        telling: index + 1,
        level: 3,
        recipient,
        terms: { channels: [channel], fallbackAfterMs: testAlarmWaitMs, quiet: null, hasty: false, items: [] },
      },
      now,
    ),
  );
}

/** What a test proved, way by way; kept as a line of the test alarm's history. */
export interface TestProof {
  readonly alarmId: string;
  readonly at: EpochMs;
  readonly passed: number;
  readonly failed: number;
  readonly waiting: number;
  readonly ways: readonly {
    readonly recipient: string;
    readonly channel: ChannelKind;
    readonly outcome: 'passed' | 'failed' | 'waiting';
    readonly tookMs: number | null;
    readonly why: string | null;
  }[];
}

/** The proof so far; after `testAlarmWaitMs` what still waits has failed. */
export function proveTest(alarm: Pick<Alarm, 'alarmId' | 'foundAt'>, notices: readonly Notice[], now: EpochMs): TestProof {
  const late = now - alarm.foundAt > testAlarmWaitMs;
  const ways = notices
    .filter((notice) => isTestNotice(notice) && notice.alarmIds.includes(alarm.alarmId))
    .map((notice) => ({ recipient: notice.recipient, channel: notice.channel, ...outcomeOf(notice, late) }));
  const count = (outcome: string): number => ways.filter((way) => way.outcome === outcome).length;
  return { alarmId: alarm.alarmId, at: now, passed: count('passed'), failed: count('failed'), waiting: count('waiting'), ways };
}

function outcomeOf(notice: Notice, late: boolean): Pick<TestProof['ways'][number], 'outcome' | 'tookMs' | 'why'> {
  if (notice.sentAt !== null) return { outcome: 'passed', tookMs: notice.sentAt - notice.queuedAt, why: null };
  const why = notice.mutedBy ?? notice.attempts.at(-1)?.outcome ?? null;
  return { outcome: late || isOver(notice) ? 'failed' : 'waiting', tookMs: null, why };
}
