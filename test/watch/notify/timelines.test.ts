import { describe, expect, test } from 'vitest';
import { hourMs, minuteMs } from '@cardwatch/kernel';
import { proveTest, testAlarm, testNotices } from '../../../packages/collector/src/core/notify/test-alarm.core.ts';
import { alarmId, arrives, at, CampusDesk, fails, person, policy, suppressed } from './campus-desk.ts';

const start = at(12);
const people = [person('zhang', 'wecom', 'sms'), person('li', 'wecom', 'sms'), person('wang', 'sms')];
const chain = policy({
  policyId: 'one',
  levels: [1],
  steps: [
    { afterMs: 0, who: ['zhang'] },
    { afterMs: 5 * minuteMs, who: ['li'] },
    { afterMs: 10 * minuteMs, who: ['wang'] },
  ],
});
const campus = (over: Partial<ConstructorParameters<typeof CampusDesk>[0]> = {}): CampusDesk =>
  new CampusDesk({ policies: [chain], recipients: people, ...over }, start);

describe('escalation', () => {
  test('a raise is held for its cause, told within five seconds, and goes up the chain until it is over', () => {
    const desk = campus();
    desk.say('raised', 1);
    desk.run(2);
    expect(desk.heard(start)).toEqual([]);
    desk.run(2);
    expect(desk.heard(start)).toEqual(['3s zhang/wecom raised']);
    desk.run(700);
    expect(desk.heard(start)).toEqual(['303s li/wecom escalated', '603s wang/sms escalated']);
    desk.clear(1);
    desk.run(5);
    expect(desk.heard(start)).toEqual(['705s zhang/wecom cleared', '705s li/wecom cleared', '705s wang/sms cleared']);
    expect(desk.machines.size).toBe(0);
  });

  test.each([
    ['what it is reached through was asked after a second', 'deviceOffline', 1, 1, '3s'],
    ['it was asked after five seconds', 'deviceOffline', 1, 5, '5s'],
    ['nobody asked it', 'deviceOffline', 1, 100, '8s'],
    ['nobody asked it, and a clock was set', 'deviceOffline', 1, -1, '3s'],
    ['records are about to be lost', 'storeNearlyFull', 1, 100, '1s'],
    ['a fire', 'fireInput', 1, 100, '1s'],
    ['a fire that is not of level 1', 'fireInput', 2, 100, '8s'],
  ] as const)('the hold for its cause is longer while one may yet show itself, never beyond eight seconds: %s', (...of) => {
    const [, rule, level, askedAfter, told] = of;
    const desk = campus({ policies: [policy({ policyId: 'one', levels: [1, 2] })] });
    desk.awaits = () => askedAfter < 0 || desk.now < start + askedAfter * 1_000;
    desk.say('raised', 1, { rule, level, raisedAt: askedAfter < 0 ? start + hourMs : start });
    desk.run(20);
    expect(desk.heard(start)).toEqual([`${told} zhang/wecom raised`]);
  });

  test('an acknowledgement at the very moment of escalation stops it, whichever comes first', () => {
    for (const ackFirst of [true, false]) {
      const desk = campus();
      desk.say('raised', 1);
      desk.run(302);
      desk.heard(start);
      if (ackFirst) {
        desk.acknowledge(1);
        desk.run(1);
      } else {
        desk.latencyMs = 1;
        desk.run(1);
        desk.acknowledge(1);
      }
      desk.run(900);
      expect(desk.heard(start)).toEqual(ackFirst ? [] : ['303s li/wecom escalated']);
    }
  });

  test('what waits for a retry when somebody acknowledges is muted with the reason', () => {
    const desk = campus();
    desk.answer = () => fails('unreachable');
    desk.say('raised', 1);
    desk.run(5);
    desk.acknowledge(1);
    desk.answer = () => arrives;
    desk.run(60);
    expect(desk.heard(start)).toEqual([]);
    expect([...desk.notices.values()].map(({ state, mutedBy }) => [state, mutedBy])).toEqual([['muted', 'acknowledged']]);
  });

  test('an acknowledgement that runs out reminds and goes on where it stood', () => {
    const desk = campus();
    desk.say('raised', 1);
    desk.run(103);
    desk.acknowledge(1);
    desk.run(1_800);
    desk.heard(start);
    desk.say('acknowledgementExpired', 1, { handling: 'new', handledAt: null });
    desk.run(201);
    expect(desk.heard(start)).toEqual(['1904s zhang/wecom reminder', '2103s li/wecom escalated']);
  });

  test('the policy of the beginning holds: an edit does not touch a running escalation, a swapped shift does', () => {
    const duty = policy({
      policyId: 'one',
      levels: [1],
      steps: [
        { afterMs: 0, who: ['zhang'] },
        { afterMs: 5 * minuteMs, who: ['duty:lead'] },
      ],
    });
    const desk = campus({ policies: [duty] });
    desk.say('raised', 1);
    desk.run(10);
    const shift = { duty: 'lead', from: start, to: start + hourMs, onSite: true };
    desk.roster = {
      ...desk.roster,
      policies: [],
      shifts: [
        { ...shift, recipientId: 'li', override: false },
        { ...shift, recipientId: 'wang', override: true },
        { ...shift, recipientId: 'li', override: false },
      ],
    };
    desk.run(300);
    expect(desk.heard(start)).toEqual(['3s zhang/wecom raised', '303s wang/sms escalated']);
  });

  test('repeats the chain as often as the policy says, reminds in between, and ends', () => {
    const insisting = policy({ policyId: 'one', levels: [1], repeats: 2, remindEveryMs: 2 * minuteMs });
    const desk = campus({ policies: [insisting] });
    desk.say('raised', 1);
    desk.run(6 * 3_600);
    const heard = desk.heard(start).map((line) => line.split(' ')[2]);
    expect(heard.filter((reason) => reason === 'escalated')).toHaveLength(2);
    expect(heard.filter((reason) => reason === 'reminder').length).toBeGreaterThanOrEqual(9);
    expect(heard.filter((reason) => reason === 'reminder').length).toBeLessThanOrEqual(12);
    expect([...desk.desk.plans.values()].map(({ phase }) => phase)).toEqual(['finished']);
  });

  test('time in which it is suppressed does not advance it', () => {
    const desk = campus();
    desk.say('raised', 1);
    desk.run(103);
    desk.see(1, { suppressedBy: [suppressed('upstream', desk.now)] });
    desk.run(3_600);
    expect(desk.heard(start)).toEqual(['3s zhang/wecom raised']);
    desk.say('released', 1, { suppressedBy: [] });
    const released = desk.now;
    desk.run(200);
    expect(desk.heard(released)).toEqual(['200s li/wecom escalated']);
  });

  test('suppressed within its cause hold: nobody hears of it, nor that it is over', () => {
    const desk = campus();
    desk.say('raised', 1);
    desk.run(1);
    desk.see(1, { suppressedBy: [suppressed('upstream', desk.now)] });
    desk.run(600);
    desk.clear(1);
    desk.run(60);
    expect(desk.heard(start)).toEqual([]);
    expect(desk.notices.size).toBe(0);
    expect(desk.machines.size).toBe(0);
  });

  test('told, then suppressed: the end is told all the same', () => {
    const desk = campus();
    desk.say('raised', 1);
    desk.run(10);
    desk.see(1, { suppressedBy: [suppressed('silence', desk.now)] });
    desk.clear(1);
    desk.run(1);
    expect(desk.heard(start)).toEqual(['3s zhang/wecom raised', '11s zhang/wecom cleared']);
  });

  test('a raised level tells those who must now know and were not told', () => {
    const yellow = policy({ policyId: 'two', levels: [2], steps: [{ afterMs: 0, who: ['li'] }] });
    const red = policy({ policyId: 'one', levels: [1], steps: [{ afterMs: 0, who: ['li', 'zhang', 'wang'] }] });
    const desk = campus({ policies: [yellow, red] });
    desk.say('raised', 1, { level: 2 });
    desk.run(10);
    desk.say('levelRaised', 1, { level: 1 });
    desk.run(2);
    desk.clear(1);
    desk.run(1);
    expect(desk.heard(start)).toEqual([
      '3s li/wecom raised',
      '11s zhang/wecom levelRaised',
      '11s wang/sms levelRaised',
      '13s li/wecom cleared',
      '13s zhang/wecom cleared',
      '13s wang/sms cleared',
    ]);
  });

  test('flapping says two things at most: that it flaps, and what it came to', () => {
    for (const end of ['cleared', 'active'] as const) {
      const desk = campus();
      desk.say('flapping', 1, { condition: 'flapping' });
      desk.run(3_600);
      desk.say('settled', 1, { condition: end });
      desk.run(5);
      expect(desk.heard(start)).toEqual([
        '1s zhang/wecom flapping',
        `3601s zhang/wecom ${end === 'active' ? 'raised' : 'cleared'}`,
      ]);
    }
  });

  test('a clock that steps back or forth by an hour delays nothing beyond its plan and skips no step', () => {
    const back = campus();
    back.say('raised', 1);
    back.run(10);
    back.heard(start);
    back.now = at(11);
    back.run(302);
    expect(back.heard(at(11))).toEqual(['301s li/wecom escalated']);
    const forth = campus();
    forth.say('raised', 1);
    forth.run(10);
    forth.heard(start);
    forth.now = at(14);
    forth.run(302);
    expect(forth.heard(at(14))).toEqual(['1s li/wecom escalated', '301s wang/sms escalated']);
  });

  test('an important event halves the waiting', () => {
    const event = {
      eventId: '20000000-0000-4000-8000-000000000001',
      name: 'entrance examination',
      from: start,
      to: start + hourMs,
      areas: ['yb/b3'],
      vip: false,
      freeze: true,
    };
    const desk = campus({ importantEvents: [event] });
    desk.say('raised', 1);
    desk.run(160);
    expect(desk.heard(start)).toEqual(['3s zhang/wecom raised', '153s li/wecom escalated']);
  });
});

describe('quiet hours', () => {
  const quiet = policy({ policyId: 'three', levels: [1, 2, 3], quiet: ['22:30', '07:00'] });

  test('what is not level 1 waits for the morning, and only if it persists', () => {
    const night = at(23);
    const desk = new CampusDesk({ policies: [quiet], recipients: people }, night);
    desk.say('raised', 1, { level: 1 });
    desk.say('raised', 2, { level: 3 });
    desk.say('raised', 3, { level: 3 });
    desk.run(3_600);
    desk.clear(3);
    expect(desk.heard(night)).toEqual(['3s zhang/wecom raised']);
    desk.runTo(at(7, 1, 0, 24));
    expect(desk.heard(at(7, 0, 0, 24))).toEqual(['0s zhang/wecom raised']);
    expect([...desk.notices.values()].map(({ state }) => state)).toEqual(['sent', 'sent', 'muted']);
  });

  test('an important event knows none', () => {
    const night = at(23);
    const event = { eventId: '20000000-0000-4000-8000-000000000001', name: 'x', vip: true, freeze: true, areas: [] };
    const importantEvents = [{ ...event, from: night, to: night + hourMs }];
    const desk = new CampusDesk({ policies: [quiet], recipients: people, importantEvents }, night);
    desk.say('raised', 2, { level: 3 });
    desk.run(5);
    expect(desk.heard(night)).toEqual(['3s zhang/wecom raised']);
  });
});

describe('delivery', () => {
  test('a refusing channel is tried after 10, 30 and 90 seconds, then the next channel carries it', () => {
    const slow = policy({ policyId: 'one', levels: [1], fallbackAfterMs: 10 * minuteMs });
    const desk = campus({ policies: [slow] });
    desk.answer = ({ notice }) => (notice.channel === 'wecom' ? fails('serverError') : arrives);
    desk.say('raised', 1);
    desk.run(140);
    expect(desk.heard(start)).toEqual(['134s zhang/sms raised']);
    const [first, second] = [...desk.notices.values()];
    expect(first?.attempts.map((attempt) => (attempt.at - start) / 1_000)).toEqual([3, 13, 43, 133]);
    expect([first?.state, first?.mutedBy, second?.channel]).toEqual(['muted', 'toldOtherwise', 'sms']);
    desk.clear(1);
    desk.run(1);
    expect(desk.heard(start)).toEqual(['141s zhang/sms cleared']);
  });

  test('the next channel is tried after fallbackAfterMs even while the first still waits', () => {
    const desk = campus();
    desk.answer = ({ notice }) => (notice.channel === 'wecom' ? fails('unreachable') : arrives);
    desk.say('raised', 1);
    desk.run(70);
    expect(desk.heard(start)).toEqual(['64s zhang/sms raised']);
  });

  test('a level 1 is tried for a day, then it is a dead letter', () => {
    const desk = campus({ policies: [policy({ policyId: 'one', levels: [1], channels: ['sms'] })] });
    desk.answer = () => fails('unreachable');
    desk.say('raised', 1);
    desk.run(24 * 3_600 - 400);
    expect(desk.dead).toHaveLength(0);
    desk.run(800);
    expect(desk.dead.map(({ notice, why }) => [notice.state, why, notice.attempts.length])).toEqual([
      ['failed', 'unreachable', 64],
    ]);
  });

  test('restarted while suppressed: nothing is sent twice and nothing is lost', () => {
    const desk = campus();
    desk.say('raised', 1);
    desk.run(10);
    desk.see(1, { suppressedBy: [suppressed('upstream', desk.now)] });
    desk.say('raised', 2, { suppressedBy: [suppressed('upstream', desk.now)] });
    desk.run(10);
    desk.restart();
    desk.run(60);
    expect(desk.heard(start)).toEqual(['3s zhang/wecom raised']);
    const released = desk.now;
    desk.say('released', 1, { suppressedBy: [] });
    desk.say('released', 2, { suppressedBy: [] });
    desk.run(295);
    expect(desk.heard(released)).toEqual(['3s zhang/wecom raised', '293s li/wecom escalated']);
  });

  test('killed while sending: taken up again under the same id, once', () => {
    const desk = campus();
    desk.latencyMs = 5_000;
    desk.say('raised', 1);
    desk.run(4);
    desk.restart();
    desk.run(30);
    expect(desk.rung.map(({ reason }) => reason)).toEqual(['raised', 'raised']);
    expect(new Set(desk.rung.map(({ noticeId }) => noticeId)).size).toBe(1);
  });

  test('cleared while it is on its way: the end waits for what becomes of it', () => {
    for (const arrived of [true, false]) {
      const desk = campus();
      desk.latencyMs = 3_000;
      desk.answer = () => (arrived ? arrives : fails('unreachable'));
      desk.say('raised', 1);
      desk.run(4);
      desk.clear(1);
      desk.run(1);
      expect(desk.notices.size).toBe(1);
      desk.answer = () => arrives;
      desk.run(60);
      expect(desk.rung.map(({ reason }) => reason)).toEqual(arrived ? ['raised', 'cleared'] : []);
    }
  });
});

describe('allowances', () => {
  test('when a robot has no tokens left, level 2 becomes a digest and level 1 goes out first', () => {
    const both = policy({ policyId: 'both', levels: [1, 2] });
    const desk = campus({ policies: [both] });
    const limits = { titleBytes: 200, textBytes: 2_000, perMinute: 20, perSecond: null, countedBy: 'address' as const };
    desk.limits = () => limits;
    for (let n = 1; n <= 30; n++) desk.say('raised', n, { level: 2 });
    for (let n = 31; n <= 34; n++) desk.say('raised', n, { level: 1 });
    desk.run(200);
    const rung = desk.rung.splice(0);
    expect(rung.slice(0, 4).map(({ level }) => level)).toEqual([1, 1, 1, 1]);
    expect(rung.filter(({ reason }) => reason === 'raised')).toHaveLength(16);
    const digests = rung.filter(({ reason }) => reason === 'digest');
    expect(digests.map(({ items }) => items.length)).toEqual([18]);
    for (let n = 1; n <= 34; n++) desk.clear(n);
    desk.run(700);
    const cleared = desk.rung.flatMap(({ reason, alarmIds, items }) =>
      reason === 'digest' ? items.map((item) => item.alarmId) : alarmIds,
    );
    expect(cleared).toHaveLength(34);
    expect(new Set(cleared).size).toBe(34);
    expect(desk.machines.size).toBe(0);
  });

  test('a robot that asks for patience gets it', () => {
    const desk = campus();
    desk.answer = () => fails('rateLimited', 45_000);
    desk.say('raised', 1);
    desk.run(3);
    desk.answer = () => arrives;
    desk.run(60);
    expect(desk.heard(start)).toEqual(['48s zhang/wecom raised']);
  });
});

describe('the daily test alarm', () => {
  test('goes through every address, hides no failure behind a fallback, and leaves a proof', () => {
    const desk = campus();
    desk.answer = ({ notice }) => (notice.channel === 'sms' ? fails('misconfigured') : arrives);
    const made = testAlarm(alarmId(1), desk.now);
    let id = 500;
    const planned = testNotices({ alarmId: made.alarmId, recipients: people, newId: () => alarmId(id++) }, desk.now);
    desk.commit(desk.desk.queue(planned, desk.view));
    desk.run(700);
    expect(desk.heard(start)).toEqual(['1s zhang/wecom test', '1s li/wecom test']);
    const proof = proveTest(made, [...desk.notices.values()], desk.now);
    expect([proof.passed, proof.failed, proof.waiting]).toEqual([2, 3, 0]);
    expect(proof.ways.map(({ why }) => why)).toEqual([null, 'misconfigured', null, 'misconfigured', 'misconfigured']);
  });
});
