import type { Alarm, Notice, NoticePolicy, Recipient } from '@cardwatch/contracts/watch';
import {
  cutUtf8,
  epochFromShanghai,
  epochMs,
  linesWithin,
  minuteMs,
  SeededRandom,
  shanghaiFromEpoch,
  utf8Length,
  type EpochMs,
} from '@cardwatch/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AckKey, ackToken, readAckToken } from './ack-link.core.ts';
import { languageOf } from './alarm-say.core.ts';
import { audit, type AuditAsk } from './auditor.core.ts';
import { type Bucket, fullBucket, takeToken } from './bucket.core.ts';
import { builtInPolicy } from './built-in-policies.core.ts';
import { compose, type ComposeAsk } from './compose.core.ts';
import { deadmanAtStart, deadmanStep } from './deadman.core.ts';
import { attemptsKeptMax, makeDeliveryStep, startDelivery } from './delivery.step.ts';
import { addToBin, cutDigest, digestItemsMax, nextDigestAt } from './digest.core.ts';
import { dryRun } from './dry-run.core.ts';
import { planNotice } from './notice.core.ts';
import { startPlan } from './plan-state.core.ts';
import { nextTry, retryTable } from './retry.core.ts';
import { quietUntil } from './roster.core.ts';
import { policyViewOf, type Roster, route } from './route.core.ts';
import { nextTestAt, proveTest, testAlarm, testAlarmWaitMs, testNotices } from './test-alarm.core.ts';

const at = (hour: number, minute = 0, day = 23): EpochMs =>
  epochFromShanghai({ year: 2026, month: 11, day, hour, minute, second: 0 }) ?? epochMs(0);
const now = at(12);
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const base = builtInPolicy(1);
const person = (recipientId: string): Recipient => ({
  recipientId,
  displayName: recipientId,
  kind: 'person',
  user: null,
  language: 'zh',
  addresses: [
    { channel: 'sms', address: '1' },
    { channel: 'wecom', address: '2' },
  ],
});
const roster = (over: Partial<Roster>): Roster => ({ policies: [], recipients: [], shifts: [], importantEvents: [], ...over });
const row = (over: Partial<Alarm> = {}): Alarm => ({
  ...testAlarm(uuid(1), now),
  rule: 'deviceOffline',
  level: 1,
  condition: 'active',
  handling: 'new',
  handledAt: null,
  clearedAt: null,
  campus: 'yb',
  area: 'yb/b3/hall',
  reason: { code: 'deviceOffline', values: { name: 'POS 7', area: '3号食堂', minutes: 5, cause: 'timeout' } },
  ...over,
});
const policy = (policyId: string, over: Partial<NoticePolicy> = {}): NoticePolicy => ({ ...base, policyId, ...over });

describe('what "why was nobody told?" asks of a route', () => {
  const steps = [{ afterMs: 0, who: ['duty:onSite', 'duty:lead', 'li'] }];
  const view = (over: Partial<NoticePolicy>) =>
    policyViewOf(route(row(), roster({ policies: [policy('p', { steps, ...over })], recipients: [person('li')] }), now), 7);

  test('is the policy, its digest, the next step, and duties that nobody has', () => {
    expect(view({ digestEveryMs: minuteMs })).toEqual({
      policyId: 'p',
      unfilled: ['onSite', 'lead'],
      digestEveryMs: minuteMs,
      nextStepAt: 7,
    });
  });

  test('a duty that a deputy stands in for is had', () => {
    expect(view({ deputy: 'li' }).unfilled).toEqual([]);
  });
});

describe('route', () => {
  test('the rule beats the area, the narrower area the wider, the earlier the later; each says why', () => {
    const policies = [
      policy('other-level', { levels: [3] }),
      policy('wide', { areas: ['yb'] }),
      policy('narrow', { areas: ['yb/b3'] }),
      policy('elsewhere', { areas: ['yb/b33'] }),
      policy('ruled', { rules: ['deviceOffline'] }),
      policy('ruled-too', { rules: ['deviceOffline'] }),
      policy('other-rule', { rules: ['leak'] }),
    ];
    const considered = (from: number): string[] =>
      route(row(), roster({ policies: policies.slice(0, from) }), now).considered.map(
        (each) => `${each.policyId} ${each.verdict}`,
      );
    expect(considered(7)).toEqual([
      'other-level otherLevel',
      'wide lessSpecific',
      'narrow lessSpecific',
      'elsewhere otherArea',
      'ruled chosen',
      'ruled-too lessSpecific',
      'other-rule otherRule',
    ]);
    expect(considered(4)[2]).toBe('narrow chosen');
  });

  test('without a policy the built-in of the level holds; without a shift the deputy, with a finding', () => {
    const found = route(row(), roster({ recipients: [person('zhang')] }), now);
    expect([found.builtIn, found.policy.policyId, found.findings[0]?.kind]).toEqual([true, 'built-in-1', 'noPolicy']);
    const steps = [{ afterMs: 0, who: ['duty:lead'] }];
    const deputised = route(
      row(),
      roster({ policies: [policy('p', { steps, deputy: 'zhang' })], recipients: [person('zhang')] }),
      now,
    );
    expect(deputised.steps[0]?.people.map((each) => [each.recipient.recipientId, each.why, each.duty])).toEqual([
      ['zhang', 'deputy', 'lead'],
    ]);
    expect(deputised.findings).toEqual([{ kind: 'noShift', what: 'lead' }]);
    const bare = route(row(), roster({ policies: [policy('p', { steps })] }), now);
    expect(bare.findings.map(({ kind }) => kind)).toEqual(['noShift', 'noDeputy', 'stepReachesNobody']);
  });

  test('the dry run tells who, why, by which channels, with which text, and until when it would wait', () => {
    const shifts = [{ duty: 'lead', recipientId: 'zhang', from: at(8), to: at(18), onSite: true, override: true }];
    const policies = [policy('p', { levels: [3], steps: [{ afterMs: 0, who: ['duty:lead'] }], digestEveryMs: 10 * minuteMs })];
    const shown = dryRun(
      {
        alarm: row({ level: 3 }),
        roster: roster({ policies, recipients: [person('zhang')], shifts }),
        language: languageOf,
        limitsOf: () => undefined,
      },
      now,
    );
    expect([shown.heldBy, shown.heldUntil]).toEqual(['digest', at(12, 3)]);
    const [told] = shown.steps[0]?.people ?? [];
    expect([told?.recipientId, told?.why, told?.onSite, told?.channels]).toEqual(['zhang', 'override', true, ['wecom', 'sms']]);
    expect(told?.title).toContain('三级预警');
    expect(told?.text).toContain('POS 7');
  });

  test.each([
    [at(22, 29), null],
    [at(22, 30), at(7, 0, 24)],
    [at(0, 0), at(7)],
    [at(6, 59), at(7)],
    [at(7), null],
  ])('quiet hours over midnight at %i', (time, until) => {
    expect(quietUntil(['22:30', '07:00'], time)).toBe(until);
    expect(quietUntil(['07:00', '07:00'], time)).toBeNull();
  });
});

describe('retry', () => {
  test('every kind of failure has its row; the first waits are exact, the later ones grow to five minutes', () => {
    const random = new SeededRandom(1);
    const waits = [1, 2, 3, 4, 5, 9].map((failures) =>
      nextTry({ kind: 'timeout', retryAfterMs: null, failures, shrinks: 0 }, random),
    );
    const ms = waits.map((wait) => (wait.kind === 'after' ? wait.waitMs : -1));
    expect(ms.slice(0, 3)).toEqual([10_000, 30_000, 90_000]);
    expect(ms[3]).toBeGreaterThanOrEqual(144_000);
    expect(ms[3]).toBeLessThanOrEqual(216_000);
    expect(ms[5]).toBe(300_000);
    expect(Object.keys(retryTable)).toHaveLength(8);
  });

  test.each([
    ['rateLimited', 7_000, { kind: 'after', waitMs: 7_000, shrink: false }],
    ['rateLimited', null, { kind: 'after', waitMs: 60_000, shrink: false }],
    ['refused', null, { kind: 'never' }],
    ['tooLarge', null, { kind: 'after', waitMs: 0, shrink: true }],
    ['serverError', 45_000, { kind: 'after', waitMs: 45_000, shrink: false }],
    ['unauthorised', null, { kind: 'after', waitMs: 300_000, shrink: false }],
  ] as const)('%s with retry-after %s', (kind, retryAfterMs, expected) => {
    expect(nextTry({ kind, retryAfterMs, failures: 1, shrinks: 0 }, new SeededRandom(1))).toEqual(expected);
  });

  test('too large for the fifth time is a dead letter, and a row keeps at most 64 attempts', () => {
    const terms = { channels: ['sms'] as const, fallbackAfterMs: 60_000, quiet: null, hasty: false, items: [] };
    const planned = planNotice(
      { noticeId: uuid(9), alarmIds: [uuid(1)], reason: 'raised', telling: 1, level: 1, recipient: 'zhang', terms },
      now,
    );
    const step = makeDeliveryStep({ newId: () => uuid(10), random: new SeededRandom(1) });
    const play = (kind: 'tooLarge' | 'timeout', times: number): readonly [Notice, readonly string[]] => {
      let state = startDelivery(planned);
      let time = now;
      const seen: string[] = [];
      for (let i = 0; i < times; i++) {
        time = epochMs(Math.max(time, state.next?.at ?? time));
        const [sending, sends] = step(state, { kind: 'due', verdict: { kind: 'send' } }, time);
        const [next, effects] = step(
          sending,
          { kind: 'answered', answer: { ok: false, error: { kind, code: null, detail: '', retryAfterMs: null } }, latencyMs: 1 },
          time,
        );
        seen.push(...[...sends, ...effects].map((effect) => effect.kind));
        state = next;
      }
      return [state.notice, seen];
    };
    expect(play('tooLarge', 5)).toMatchObject([{ state: 'failed' }, ['send', 'send', 'send', 'send', 'send', 'dead']]);
    expect(play('timeout', 100)[0].attempts).toHaveLength(attemptsKeptMax);
  });
});

describe('allowances', () => {
  test('in no minute more than the limit, whatever is asked for, and level 1 finds what others left', () => {
    const limits = { perMinute: 20, perSecond: 5 };
    let bucket: Bucket = fullBucket;
    const taken: number[] = [];
    for (let ms = 0; ms < 300_000; ms += 100) {
      const answer = takeToken(bucket, { limits, level: ms % 200 === 0 ? 3 : 1 }, epochMs(ms));
      if (answer.kind === 'empty') continue;
      bucket = answer.bucket;
      taken.push(ms);
    }
    for (const from of taken) {
      expect(taken.filter((ms) => ms >= from && ms < from + 60_000).length).toBeLessThanOrEqual(20);
      expect(taken.filter((ms) => ms >= from && ms < from + 1_000).length).toBeLessThanOrEqual(5);
    }
    expect(taken.length).toBe(100);
  });

  test('level 3 leaves two fifths, level 2 one fifth of a minute to the more urgent', () => {
    const limits = { perMinute: 20, perSecond: null };
    const drain = (level: 1 | 2 | 3, from: Bucket): [number, Bucket] => {
      let bucket = from;
      for (let count = 0; ; count++) {
        const answer = takeToken(bucket, { limits, level }, now);
        if (answer.kind === 'empty') return [count, bucket];
        bucket = answer.bucket;
      }
    };
    const [third, afterThird] = drain(3, fullBucket);
    const [second, afterSecond] = drain(2, afterThird);
    expect([third, second, drain(1, afterSecond)[0]]).toEqual([12, 4, 4]);
  });
});

describe('digests', () => {
  test('come at odd minutes, never at full or half hours, at most the pace after', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400_000 }), fc.constantFrom(2, 4, 10, 30, 60), (offset, minutes) => {
        const time = epochMs(now + offset);
        const next = nextDigestAt(minutes * minuteMs, time);
        expect(next).toBeGreaterThan(time);
        expect(next - time).toBeLessThanOrEqual(minutes * minuteMs);
        expect(shanghaiFromEpoch(next).minute % 2).toBe(1);
      }),
      { seed: 20261123 },
    );
  });

  test('of one alarm the latest word counts, and what does not fit comes in a second one', () => {
    const ask = {
      everyMs: 600_000,
      channels: ['wecom'] as const,
      fallbackAfterMs: 60_000,
      quiet: null,
      hasty: false,
      level: 3 as const,
    };
    let bin = addToBin(null, { recipient: 'zhang', item: { alarmId: uuid(0), what: 'raised' }, ask }, now);
    for (let i = 0; i <= digestItemsMax; i++)
      bin = addToBin(bin, { recipient: 'zhang', item: { alarmId: uuid(i), what: i === 0 ? 'cleared' : 'raised' }, ask }, now);
    expect(bin.items).toHaveLength(digestItemsMax + 1);
    const { planned, rest } = cutDigest(bin, uuid(1), bin.due.at);
    expect([planned.terms.items.length, planned.notice.alarmIds.length, rest?.items.length]).toEqual([digestItemsMax, 1_000, 1]);
  });
});

describe('compose', () => {
  const limits = { titleBytes: 200, textBytes: 2_000 };
  const ask = (alarm: Alarm, over: Partial<ComposeAsk> = {}): ComposeAsk => {
    const terms = { channels: ['wecom'] as const, fallbackAfterMs: 1, quiet: null, hasty: false, items: [] };
    const notice = planNotice(
      {
        noticeId: uuid(7),
        alarmIds: [alarm.alarmId],
        reason: 'raised',
        telling: 1,
        level: alarm.level,
        recipient: 'zhang',
        terms,
      },
      now,
    ).notice;
    return {
      notice,
      items: [],
      alarms: new Map([[alarm.alarmId, alarm]]),
      ...languageOf('zh'),
      limits,
      shrinks: 0,
      address: 'a',
      link: null,
      acknowledgeLink: null,
      ...over,
    };
  };

  test('records and yuan at stake stand in the title, five devices are named and the rest counted', () => {
    const devices = Array.from({ length: 192 }, (_, i) => `pos-${i}`);
    const alarm = row({ devices, exposure: { records: 120, fen: 123_456, estimated: true, oldestAt: now } });
    const zh = compose(ask(alarm), now).message;
    expect(zh.title).toContain('约120笔未上传 约1234.56元');
    expect(zh.text).toContain('pos-4，另有187台');
    const en = compose(ask(alarm, languageOf('en')), now).message;
    expect(en.title).toContain('about 120 records not uploaded about ¥1234.56');
    expect(en.text).toContain('pos-4 and 187 more');
  });

  test('a missing field is rendered and reported', () => {
    const gap = row({ reason: { code: 'deviceOffline', values: { name: 'POS 7' } } });
    const composed = compose(ask(gap), now);
    expect(composed.missing).toEqual(['area', 'minutes', 'cause']);
    expect(composed.message.text).toContain('POS 7');
    const bare = compose(ask(gap, { say: () => ({ title: '{who} is off', text: '', missing: [] }) }), now);
    expect([bare.message.title.endsWith('‹who?› is off'), bare.missing]).toEqual([true, ['who']]);
  });

  test('whatever comes in, title and text stay within their bytes and whole characters', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 8, max: 400 }),
        fc.integer({ min: 8, max: 3_000 }),
        fc.nat(2),
        (name, titleBytes, textBytes, shrinks) => {
          const alarm = row({ devices: [name, name], reason: { code: 'deviceOffline', values: { name, area: name } } });
          const { message } = compose(ask(alarm, { limits: { titleBytes, textBytes }, shrinks }), now);
          const encoder = new TextEncoder();
          expect(encoder.encode(message.title).length).toBeLessThanOrEqual(titleBytes / 2 ** shrinks);
          expect(encoder.encode(message.text).length).toBeLessThanOrEqual(textBytes / 2 ** shrinks);
          expect(message.title.isWellFormed() || !name.isWellFormed()).toBe(true);
        },
      ),
      { seed: 20261123 },
    );
    const huge = compose(
      ask(row(), { say: () => ({ title: '满'.repeat(1_000_000), text: '满'.repeat(1_000_000), missing: [] }) }),
      now,
    ).message;
    expect([utf8Length(huge.title) <= 200, utf8Length(huge.text) <= 2_000]).toEqual([true, true]);
  });

  test('a digest of a thousand lines ends with how many are missing', () => {
    const alarms = new Map(
      Array.from({ length: 1_000 }, (_, i) => [uuid(i), row({ alarmId: uuid(i) as Alarm['alarmId'], level: i === 900 ? 2 : 3 })]),
    );
    const items = [...alarms.keys()].map((alarmId) => ({ alarmId, what: 'raised' as const }));
    const asked = ask(row());
    const { message } = compose({ ...asked, notice: { ...asked.notice, reason: 'digest' }, alarms, items }, now);
    const lines = message.text.split('\n');
    expect(lines[0]).toBe('新增1000条，恢复0条');
    expect(lines[1]).toContain('二级预警');
    expect(lines.at(-2)).toBe(`……另有${1_001 - (lines.length - 2)}条，见列表`);
  });

  test('cutting counts bytes', () => {
    expect([cutUtf8('一二三', 9), cutUtf8('一二三四', 9), cutUtf8('ab', 1), cutUtf8('😀😀', 7)]).toEqual([
      '一二三',
      '一二…',
      '',
      '😀…',
    ]);
    expect(linesWithin(['aa', 'bb', 'cc', 'dd'], 8, (n) => `+${n}`)).toBe('aa\n+3');
  });
});

describe('auditor and the outside watch', () => {
  const holding = { ...startPlan(uuid(1)), phase: 'holding' as const, next: { at: epochMs(now + 3_000), setAt: now } };
  const ask = (over: Partial<AuditAsk>): AuditAsk => ({
    alarms: [row({ raisedAt: now })],
    plans: new Map([[uuid(1), holding]]),
    deliveries: new Map(),
    bins: new Map(),
    lastTickAt: now,
    routing: [],
    ...over,
  });
  const kinds = (over: Partial<AuditAsk>, time = now): string[] => audit(ask(over), time).findings.map(({ kind }) => kind);
  const later = epochMs(now + 60_000);

  test('finds each way of being forgotten, and nothing where nobody is', () => {
    expect(kinds({})).toEqual([]);
    expect(kinds({ plans: new Map(), lastTickAt: later }, later)).toEqual(['noPlan']);
    expect(kinds({ plans: new Map([[uuid(1), { ...holding, next: null }]]) })).toEqual(['noFutureStep']);
    expect(kinds({ lastTickAt: later }, later)).toEqual(['overdueStep']);
    expect(
      kinds({ plans: new Map([[uuid(1), { ...holding, phase: 'acknowledged', next: null }]]), lastTickAt: later }, later),
    ).toEqual(['noFutureStep']);
    expect(kinds({ alarms: [row({ raisedAt: now, handling: 'acknowledged' })], plans: new Map() })).toEqual([]);
    expect(kinds({ alarms: [row({ raisedAt: now, level: 3 })], plans: new Map(), lastTickAt: later }, later)).toEqual([]);
    expect(kinds({ lastTickAt: epochMs(now - 60_000) })).toEqual(['staleTick']);
    expect(
      kinds({
        routing: [
          { kind: 'noShift', what: 'lead' },
          { kind: 'noShift', what: 'lead' },
        ],
      }),
    ).toEqual(['noShift']);
  });

  test('each notice has a next try or an end', () => {
    const terms = { channels: ['sms'] as const, fallbackAfterMs: 60_000, quiet: null, hasty: false, items: [] };
    const queued = startDelivery(
      planNotice(
        { noticeId: uuid(9), alarmIds: [uuid(1)], reason: 'raised', telling: 1, level: 1, recipient: 'zhang', terms },
        now,
      ),
    );
    const sending = { ...queued, notice: { ...queued.notice, state: 'sending' as const }, next: null, sendingSince: now };
    const seen = (state: typeof queued, time: EpochMs): string[] =>
      kinds({ alarms: [], deliveries: new Map([[uuid(9), state]]), lastTickAt: time }, time);
    expect([seen(queued, now), seen(queued, later), seen({ ...queued, next: null }, now)]).toEqual([
      [],
      ['overdueNotice'],
      ['endlessNotice'],
    ]);
    expect([seen(sending, later), seen(sending, epochMs(now + 121_000))]).toEqual([[], ['lostNotice']]);
  });

  test('the ping goes out only while a fresh audit is content', () => {
    const good = audit(ask({}), now);
    const pings = (minutes: number, content: boolean): number => {
      let [state] = deadmanStep(deadmanAtStart(now), { kind: 'audited', audit: { ...good, content } }, now);
      let sent = 0;
      for (let s = 0; s < minutes * 60; s++) {
        const [next, effects] = deadmanStep(state, { kind: 'ticked' }, epochMs(now + s * 1_000));
        state = next;
        sent += effects.length;
      }
      return sent;
    };
    expect([pings(2, true), pings(10, true), pings(2, false)]).toEqual([4, 5, 0]);
    expect(deadmanStep(deadmanAtStart(now), { kind: 'ticked' }, now)[0].withheld).toBe('noAudit');
  });
});

describe('the daily test', () => {
  test('reaches every address once by its own channel, and proves or fails each', () => {
    expect([nextTestAt(at(10, 6)), nextTestAt(at(10, 7))]).toEqual([at(10, 7), at(10, 7, 24)]);
    let id = 100;
    const planned = testNotices({ alarmId: uuid(1), recipients: [person('zhang'), person('li')], newId: () => uuid(id++) }, now);
    expect(planned.map(({ notice, terms }) => `${notice.recipient} ${terms.channels.join()}`)).toEqual([
      'zhang sms',
      'zhang wecom',
      'li sms',
      'li wecom',
    ]);
    const notices = planned.map(({ notice }, i): Notice => (i < 3 ? { ...notice, state: 'sent', sentAt: now + 50 } : notice));
    const alarm = testAlarm(uuid(1), now);
    expect(proveTest(alarm, notices, now)).toMatchObject({ passed: 3, failed: 0, waiting: 1 });
    expect(proveTest(alarm, notices, epochMs(now + testAlarmWaitMs + 1))).toMatchObject({ passed: 3, failed: 1, waiting: 0 });
  });
});

describe('acknowledgement link', () => {
  const keyOf = (keyId: string): AckKey => ({
    keyId,
    sign: (text) => `${keyId}${Array.from(text).reduce((sum, each) => (sum * 31 + (each.codePointAt(0) ?? 0)) % 1_000_003, 7)}`,
  });
  const claim = {
    tokenId: uuid(1),
    alarmId: uuid(2),
    recipient: 'zhang.san',
    noticeId: uuid(3),
    issuedAt: now,
    expiresAt: epochMs(now + 1_000),
  };
  const token = ackToken(claim, keyOf('k1'));
  const used = new Set<string>();
  const read = (text: string, time: EpochMs, keys = [keyOf('k1')]): string => {
    const answer = readAckToken(text, { keys, isUsed: (id) => used.has(id), equal: (a, b) => a === b }, time);
    return answer.ok ? answer.value.recipient : answer.error.kind;
  };

  test('is good once, for its time, under a known key, unchanged', () => {
    expect(token.length).toBeLessThan(220);
    expect(token).toMatch(/^[A-Za-z0-9~._-]+$/);
    expect([read(token, now), read(token, claim.expiresAt), read(token, epochMs(now - 121_000))]).toEqual([
      'zhang.san',
      'expired',
      'notYet',
    ]);
    expect([read(token, now, [keyOf('k2')]), read(token.replace('zhang', 'wang'), now)]).toEqual(['unknownKey', 'badSignature']);
    expect([read('', now), read('a1', now), read(`${token}${'x'.repeat(400)}`, now)]).toEqual([
      'malformed',
      'malformed',
      'malformed',
    ]);
    used.add(claim.tokenId);
    expect(read(token, now)).toBe('used');
  });

  test('no text that is not a token is taken for one', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), (text) => {
        expect(['malformed', 'unknownKey', 'badSignature']).toContain(read(text, now));
      }),
      { seed: 20261123 },
    );
  });
});
