import type { Notice } from '@cardwatch/contracts/watch';
import { dayMs, epochFromShanghai, epochMs, type EpochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { linkLimits, type LinkRing, ringAt } from './link-ring.core.ts';
import { planNotice } from './notice.core.ts';
import { resendPlan } from './resend.core.ts';
import { testAlarm, testAlarmWaitMs } from './test-alarm.core.ts';
import { begun, proved, rescheduled, testDue, testRunAtStart } from './test-run.core.ts';

const at = (hour: number, minute = 0, day = 23): EpochMs => {
  const time = epochFromShanghai({ year: 2026, month: 11, day, hour, minute, second: 0 });
  if (time === undefined) throw new RangeError('no such time');
  return time;
};
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const terms = { channels: ['sms'] as const, fallbackAfterMs: 60_000, quiet: null, hasty: false, items: [] };
const notice = (over: Partial<Notice> = {}): Notice => ({
  ...planNotice(
    { noticeId: uuid(9), alarmIds: [uuid(1)], reason: 'raised', telling: 1, level: 1, recipient: 'zhang', terms },
    at(9),
  ).notice,
  ...over,
});

describe('the keys of links', () => {
  const now = at(9);
  let made = 0;
  const fresh = (): { readonly keyId: string; readonly secret: string } => ({ keyId: `k${++made}`, secret: 's' });
  const ids = (ring: LinkRing): string => ring.map(({ keyId }) => keyId).join(' ');
  const afterMs = (ms: number): EpochMs => epochMs(now + ms);

  test('a new one each year, the one before it for the life of its links', () => {
    made = 0;
    const first = ringAt([], fresh, now);
    const { rotateMs, lifeMs, graceMs } = linkLimits;
    expect(ringAt(first, fresh, afterMs(rotateMs - 1))).toBe(first);
    const second = ringAt(first, fresh, afterMs(rotateMs));
    expect([ids(first), ids(second)]).toEqual(['k1', 'k2 k1']);
    expect(ringAt(second, fresh, afterMs(rotateMs + lifeMs + graceMs))).toBe(second);
    expect(ids(ringAt(second, fresh, afterMs(rotateMs + lifeMs + graceMs + 1)))).toBe('k2');
  });

  test('a clock that leaps to and fro keeps at most so many', () => {
    made = 0;
    let ring: LinkRing = [];
    for (let leap = 0; leap < 12; leap++) ring = ringAt(ring, fresh, afterMs(leap % 2 === 0 ? 0 : 2 * linkLimits.rotateMs));
    expect(made).toBe(12);
    expect(ring.length).toBeLessThanOrEqual(linkLimits.keysMax);
    expect(ring[0]?.keyId).toBe('k12');
  });
});

describe('the day of a test', () => {
  test('begins at its hour, is proved when all is over or its time is up', () => {
    const run = testRunAtStart(at(9));
    expect([at(10, 6), at(10, 7), at(11, 7)].map((time) => testDue(run, [], time))).toEqual(['wait', 'begin', 'begin']);
    const alarm = testAlarm(uuid(1), at(10, 7));
    const under = begun(run, alarm, at(10, 7));
    const queued = notice({ reason: 'test' });
    expect(testDue(under, [queued], at(10, 8))).toBe('wait');
    expect(testDue(under, [notice({ alarmIds: [uuid(2)] as Notice['alarmIds'] })], at(10, 8))).toBe('prove');
    expect(testDue(under, [queued], epochMs(at(10, 7) + testAlarmWaitMs + 1))).toBe('prove');
    const over = proved(under, { alarmId: uuid(1), at: at(10, 8), passed: 2, failed: 1, waiting: 0, ways: [] });
    expect(over).toEqual({
      running: null,
      nextAt: at(10, 7, 24),
      last: { alarmId: uuid(1), at: at(10, 8), passed: 2, failed: 1 },
    });
    expect(testDue(over, [], at(23))).toBe('wait');
  });

  test('one that was missed waits for the next day, and a clock far ahead is not waited for', () => {
    const run = testRunAtStart(at(9));
    expect(rescheduled(run, at(11, 7))).toBe(run);
    expect(rescheduled(run, epochMs(at(11, 7) + 1)).nextAt).toBe(at(10, 7, 24));
    expect(rescheduled({ ...run, nextAt: epochMs(at(9) + 30 * dayMs) }, at(9)).nextAt).toBe(at(10, 7));
    expect(testDue(run, [], epochMs(at(10, 7) + hourMs + minuteMs))).toBe('wait');
  });
});

describe('a dead letter sent again', () => {
  const burning = { ...testAlarm(uuid(1), at(8)), condition: 'active', handling: 'new', handledAt: null } as const;
  const alarms = (over: object): ReadonlyMap<string, typeof burning> => new Map([[uuid(1), { ...burning, ...over }]]);
  const why = (sent: Notice, over: object): string => {
    const answer = resendPlan(sent, alarms(over), at(12));
    return answer.ok ? `${answer.value.notice.state} ${answer.value.terms.channels.join()}` : answer.error.why;
  };
  test.each([
    ['failed, still burning', 'failed', {}, 'queued sms'],
    ['sent already', 'sent', {}, 'notFailed'],
    ['under way', 'queued', {}, 'notFailed'],
    ['over meanwhile', 'failed', { condition: 'cleared' }, 'cleared'],
    ['taken meanwhile', 'failed', { handling: 'working', handledAt: at(11) }, 'acknowledged'],
    ['held back', 'failed', { suppressedBy: [{ suppressor: 'maintenance', by: 'w1', since: at(8) }] }, 'maintenance:w1'],
  ] as const)('%s', (_what, state, over, wanted) => {
    expect(why(notice({ state }), over)).toBe(wanted);
  });

  test('keeps its id and attempts; a digest lists again what its alarms are now', () => {
    const attempt = { at: at(9), channel: 'sms', outcome: 'refused', code: null, latencyMs: 1, providerId: null } as const;
    const dead = notice({ state: 'failed', reason: 'digest', attempts: [attempt], nextTryAt: null });
    const answer = resendPlan(dead, alarms({}), at(12));
    expect(answer.ok && answer.value.notice).toEqual({ ...dead, state: 'queued', nextTryAt: at(12) });
    expect(answer.ok && answer.value.terms.items).toEqual([{ alarmId: uuid(1), what: 'raised' }]);
  });
});
