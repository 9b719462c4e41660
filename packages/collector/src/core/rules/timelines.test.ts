/** Rules with their own durations, second by second: what a person would see, and when. */
import type { RuleId } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, secondMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { conditionAtStart, conditionStep } from '../alarm/condition.step.ts';
import { at, doorOf, moneyOf, ruleWith, SampleWorld } from './sample-world.core.ts';

type Happening = readonly [string, (drawn: SampleWorld, now: EpochMs) => unknown];

/** Looks each second from the first happening to `until`; gives `clock change level` of each subject in the order of time. */
function timeline(rule: RuleId, drawn: SampleWorld, happenings: readonly Happening[], until: string): readonly string[] {
  const settled = ruleWith(rule);
  const look = settled.shape === 'look' ? settled : settled.start();
  const { timing } = settled.rule;
  const states = new Map<string, ReturnType<typeof conditionAtStart>>();
  const seen: string[] = [];
  const waiting = [...happenings];
  const first = at(happenings[0]?.[0] ?? until);
  for (let now = first; now <= at(until); now = epochMs(now + secondMs)) {
    while (waiting[0] !== undefined && at(waiting[0][0]) <= now) waiting.shift()?.[1](drawn, now);
    const findings = new Map(look.look(drawn.world, now).map((found) => [`${found.subject.kind}:${found.subject.id}`, found]));
    for (const subject of new Set([...states.keys(), ...findings.keys()])) {
      const found = findings.get(subject);
      const event = { type: 'looked', grade: found?.grade ?? 'normal', timing, steadyMs: now - first } as const;
      const [next, effects] = conditionStep(states.get(subject) ?? conditionAtStart(now), event, now);
      states.set(subject, next);
      seen.push(...effects.map(({ type }) => `${clockOf(now)} ${type} ${found?.level ?? '-'} ${subject}`));
    }
  }
  return seen;
}

const clockOf = (now: EpochMs): string => {
  const seconds = (now - at('00:00')) / secondMs;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(seconds / 3_600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
};

const shower = { kind: 'shower', areaType: 'bathhouse', area: 'main/bath', line: 'bus-1' } as const;
const pos = (from: number, to: number, state: 'online' | 'offline'): Happening[1] => {
  return (drawn, now) => {
    for (let no = from; no <= to; no++)
      drawn.device(`pos-${no}`, { state, cause: state === 'offline' ? 'noReply' : null, since: now });
  };
};

test('water runs without a session for twelve minutes', () => {
  const drawn = new SampleWorld().device('sh-1', shower).point('sh-1', 'sessionRunning', false, at('20:00'));
  const flow =
    (litres: number): Happening[1] =>
    (world, now) =>
      world.point('sh-1', 'flow', litres, now);
  expect(
    timeline(
      'leak',
      drawn,
      [
        ['20:00', flow(0.6)],
        ['20:05', flow(0.3)],
        ['20:06', flow(5)],
        ['20:12', flow(0)],
      ],
      '20:15',
    ),
  ).toEqual(['20:00:00 found 2 device:sh-1', '20:10:00 raised 2 device:sh-1', '20:13:00 cleared - device:sh-1']);
});

test('water that somebody shuts in time is no leak', () => {
  const drawn = new SampleWorld().device('sh-1', shower).point('sh-1', 'sessionRunning', false, at('20:00'));
  const happenings: Happening[] = [
    ['20:00', (world, now) => world.point('sh-1', 'flow', 5, now)],
    ['20:09', (world, now) => world.point('sh-1', 'flow', 0, now)],
  ];
  expect(timeline('leak', drawn, happenings, '20:30').map((line) => line.split(' ')[1])).toEqual(['found', 'dropped']);
});

test('the network of a canteen fails at noon, comes back in two steps', () => {
  const drawn = new SampleWorld().devices('pos', 40);
  expect(
    timeline(
      'areaDegraded',
      drawn,
      [
        ['12:00', pos(1, 12, 'offline')],
        ['12:20', pos(4, 12, 'online')],
        ['12:25', pos(1, 3, 'online')],
      ],
      '12:30',
    ),
  ).toEqual([
    '12:00:00 found 1 area:main/b3/canteen',
    '12:00:30 raised 1 area:main/b3/canteen',
    // 3 of 40 stay: the band keeps it until they are back, too.
    '12:26:00 cleared - area:main/b3/canteen',
  ]);
});

test('a terminal that fails at lunch stays found over the closed hours, one that is switched off never is', () => {
  const drawn = new SampleWorld().devices('pos', 2);
  const happenings: Happening[] = [
    ['13:00', pos(1, 1, 'offline')],
    ['13:32', pos(2, 2, 'offline')],
    ['16:20', pos(1, 2, 'online')],
  ];
  expect(timeline('deviceOffline', drawn, happenings, '16:50')).toEqual([
    '13:00:00 found 2 device:pos-1',
    '13:00:15 raised 2 device:pos-1',
    '16:20:15 cleared - device:pos-1',
  ]);
});

test('an agent that is lost hides its terminals and clears none of them', () => {
  const drawn = new SampleWorld().device('pos-1');
  const happenings: Happening[] = [
    ['12:00', pos(1, 1, 'offline')],
    ['12:05', (world, now) => world.device('pos-1', { state: 'unknown', cause: 'agentLost', since: now })],
    ['12:10', (world) => world.device('pos-1', { state: 'offline', cause: 'noReply', since: at('12:00') })],
  ];
  expect(timeline('deviceOffline', drawn, happenings, '12:15').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    '12:00:00 found',
    '12:00:15 raised',
    '12:05:00 lost',
    '12:10:00 heard',
  ]);
});

test('a door that stands open while the fire input is active is no held door; when the fire is over it is', () => {
  const drawn = new SampleWorld().device('gate-1', { kind: 'gate', areaType: 'dorm', area: 'main/d1' });
  const told =
    (point: string, state: string): Happening[1] =>
    (world, now) =>
      world.event(doorOf('gate-1', point, state, now));
  const happenings: Happening[] = [
    ['12:00', told('fireInput', 'active')],
    ['12:00:01', told('contact', 'open')],
    ['12:10', told('fireInput', 'inactive')],
    ['12:12', told('contact', 'closed')],
  ];
  expect(timeline('doorHeld', drawn, happenings, '12:15').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    '12:10:31 raised',
    '12:12:05 cleared',
  ]);
  expect(timeline('fireInput', drawn, [['12:20', told('fireInput', 'active')]], '12:20:05')).toEqual([
    '12:20:00 raised 2 device:gate-1',
  ]);
});

test('a terminal alone runs over in less than four hours, then is collected', () => {
  const drawn = new SampleWorld().device('pos-1', { freeRecords: 500, uncollected: 0 });
  for (let minute = 0; minute < 240; minute++) drawn.money(moneyOf('pos-1', epochMs(at('08:00') + minute * 60_000)));
  // One record a minute: 60 an hour, 240 in four hours.
  const happenings: Happening[] = [
    [
      '14:00',
      (world) => world.device('pos-1', { state: 'sellingOffline', since: at('12:00'), freeRecords: 363, uncollected: 0 }),
    ],
    ['14:30', (world, now) => world.device('pos-1', { state: 'online', since: now, freeRecords: 500, uncollected: 0 })],
  ];
  expect(timeline('storeNearlyFull', drawn, happenings, '14:40')).toEqual([
    '14:03:00 found 1 device:pos-1',
    '14:04:00 raised 1 device:pos-1',
    '14:32:00 cleared - device:pos-1',
  ]);
});
