/** Who was told that it burns, by whatever way, is told that it is over, once and over restarts; and nobody else. */
import { minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { arrives, at, CampusDesk, fails, person, policy } from './campus-desk.ts';

const start = at(12);
const people = [person('zhang', 'wecom', 'sms'), person('li', 'wecom'), person('chen', 'mail'), person('wang', 'wecom')];
const policies = [
  policy({
    policyId: 'one',
    levels: [1],
    channels: ['wecom', 'sms', 'mail'],
    remindEveryMs: null,
    steps: [
      { afterMs: 0, who: ['zhang', 'li'] },
      { afterMs: 10 * minuteMs, who: ['chen'] },
    ],
  }),
  policy({
    policyId: 'three',
    levels: [3],
    channels: ['wecom', 'sms', 'mail'],
    digestEveryMs: 10 * minuteMs,
    steps: [{ afterMs: 0, who: ['zhang', 'chen'] }],
  }),
];
/** The robot answers nobody: zhang is reached by text message, li not at all. */
const robotGone: CampusDesk['answer'] = ({ notice }) => (notice.channel === 'wecom' ? fails('unreachable') : arrives);
const ways = (desk: CampusDesk): readonly string[] =>
  desk.rung.splice(0).map(({ recipient, channel, reason }) => `${recipient}/${channel} ${reason}`);

describe.each([false, true])('told by a fallback channel, restarted in between: %s', (restarts) => {
  const between = (desk: CampusDesk): void => {
    if (restarts) desk.restart();
  };

  test('hears the end by the way that reached him; whom nothing reached hears nothing', () => {
    const desk = new CampusDesk({ policies, recipients: people }, start);
    desk.answer = robotGone;
    desk.say('raised', 1, { level: 1 });
    desk.run(120);
    expect(ways(desk)).toEqual(['zhang/sms raised']);
    between(desk);
    desk.clear(1);
    between(desk);
    desk.answer = () => arrives;
    desk.run(1_200);
    between(desk);
    desk.run(1_200);
    expect(ways(desk)).toEqual(['zhang/sms cleared']);
  });

  test('and again with each flap, each time those who were told this time', () => {
    const desk = new CampusDesk({ policies, recipients: people }, start);
    for (const n of [1, 2, 3]) {
      desk.answer = n === 2 ? () => arrives : robotGone;
      desk.say('raised', n, { level: 1, ...(n === 1 ? {} : { previousId: desk.alarms.get(String(n - 1))?.alarmId ?? null }) });
      desk.run(120);
      between(desk);
      desk.answer = () => arrives;
      desk.clear(n);
      between(desk);
      desk.run(300);
      const told = n === 2 ? ['zhang/wecom', 'li/wecom'] : ['zhang/sms'];
      expect(ways(desk)).toEqual([...told.map((way) => `${way} raised`), ...told.map((way) => `${way} cleared`)]);
    }
  });
});

describe.each([false, true])('told by a digest, restarted in between: %s', (restarts) => {
  const between = (desk: CampusDesk): void => {
    if (restarts) desk.restart();
  };

  test('hears the end by digest; what began and ended between two digests is told to nobody', () => {
    const desk = new CampusDesk({ policies, recipients: people }, start);
    desk.say('raised', 1, { level: 3 });
    desk.run(30);
    between(desk);
    desk.run(900);
    expect(desk.rung.map(({ items }) => items.map(({ what }) => what))).toEqual([['raised'], ['raised']]);
    expect(ways(desk).toSorted()).toEqual(['chen/mail digest', 'zhang/wecom digest']);
    desk.say('raised', 2, { level: 3 });
    desk.run(20);
    between(desk);
    desk.clear(1);
    desk.clear(2);
    between(desk);
    desk.run(1_800);
    between(desk);
    expect(desk.rung.map(({ items }) => items)).toEqual([
      [{ alarmId: desk.rung[0]?.alarmIds[0], what: 'cleared' }],
      [{ alarmId: desk.rung[0]?.alarmIds[0], what: 'cleared' }],
    ]);
    expect(ways(desk).toSorted()).toEqual(['chen/mail digest', 'zhang/wecom digest']);
    desk.run(1_800);
    expect(ways(desk)).toEqual([]);
  });
});
