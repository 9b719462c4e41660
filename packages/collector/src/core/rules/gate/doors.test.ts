import { describe, expect, test } from 'vitest';
import type { DeviceFact } from '../../world/world.core.ts';
import { alarmOf, at, doorOf, findingsOf, found, SampleWorld, told, watching } from '../sample-world.core.ts';

const now = at('12:05');
const gate = (more: Partial<DeviceFact> = {}) =>
  new SampleWorld().agent('agent-a').device('gate-1', { kind: 'gate', areaType: 'dorm', area: 'main/d1', ...more });
const door = (state: string, clock: string) => doorOf('gate-1', 'contact', state, at(clock));
const fire = (deviceId: string, state: string) => doorOf(deviceId, 'fireInput', state, at('12:00'));
const held = () => gate().event(door('open', '12:04'));
type Table = readonly (readonly [string, SampleWorld, string])[];

describe('doorHeld', () => {
  test.each([
    ['closed', gate().event(door('closed', '12:00')), ''],
    ['open for 30 s', gate().event(door('open', '12:04:30')), ''],
    ['open for 31 s', gate().event(door('open', '12:04:29')), 'breach 3 device:gate-1'],
    ['closed again', held().event(door('closed', '12:04:50')), ''],
    ['open, by its reading', gate().point('gate-1', 'doorContact', 'open', at('12:04')), 'breach 3 device:gate-1'],
    ['open, then read as closed', held().point('gate-1', 'doorContact', 'closed', at('12:05')), ''],
    ['the device says so', gate().event(alarmOf('gate-1', 'heldOpen', true, now)), 'breach 3 device:gate-1'],
    ['both say so: one finding', held().event(alarmOf('gate-1', 'heldOpen', true, now)), 'breach 3 device:gate-1'],
    ['its fire input is active', held().event(fire('gate-1', 'active')), ''],
    ['the wire of its fire input is cut', held().event(fire('gate-1', 'cut')), 'breach 3 device:gate-1'],
    ['its fire input is at rest', held().event(fire('gate-1', 'inactive')), 'breach 3 device:gate-1'],
    ['a fire alarm of it', held().event(alarmOf('gate-1', 'fire', true, at('12:00'))), ''],
    [
      'the fire input of the lane beside it',
      held().device('gate-2', { kind: 'gate', areaType: 'dorm', area: 'main/d1' }).event(fire('gate-2', 'active')),
      '',
    ],
    [
      'the fire input of another building',
      held().device('gate-2', { kind: 'gate', areaType: 'dorm', area: 'main/d2' }).event(fire('gate-2', 'active')),
      'breach 3 device:gate-1',
    ],
    ['not heard since', held().device('gate-1', { kind: 'gate', state: 'unknown' }), 'unknown 3 device:gate-1'],
    ['in maintenance', held().device('gate-1', { kind: 'gate', maintenance: true }), ''],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('doorHeld', drawn, now)).toBe(wanted);
  });
});

describe('doorForced', () => {
  test('is a moment: found for ten minutes after the last one', () => {
    const [drawn, watch] = [gate(), watching('doorForced')];
    const seen: string[] = [];
    // at        event             -> found
    for (const [clock, event] of [
      ['12:00', undefined],
      ['12:01', alarmOf('gate-1', 'forced', true, at('12:01'))],
      ['12:10', undefined],
      ['12:10:59', alarmOf('gate-1', 'forced', true, at('12:10:59'))],
      ['12:15', alarmOf('gate-1', 'forced', false, at('12:15'))],
      ['12:20:58', undefined],
      ['12:20:59', undefined],
    ] as const) {
      if (event !== undefined) watch.event(event, drawn.world, at(clock));
      seen.push(`${clock} ${told(watch.look(drawn.world, at(clock)))}`);
    }
    expect(seen).toEqual([
      '12:00 ',
      '12:01 breach 2 device:gate-1',
      '12:10 breach 2 device:gate-1',
      '12:10:59 breach 2 device:gate-1',
      '12:15 breach 2 device:gate-1',
      '12:20:58 breach 2 device:gate-1',
      '12:20:59 ',
    ]);
  });

  test.each([
    ['under duress', alarmOf('gate-1', 'duress', true, now), gate(), 'breach 2 device:gate-1'],
    ['another alarm', alarmOf('gate-1', 'tamper', true, now), gate(), ''],
    ['told an hour late', alarmOf('gate-1', 'forced', true, at('11:05')), gate(), ''],
    ['while the fire input is active', alarmOf('gate-1', 'forced', true, now), gate().event(fire('gate-1', 'active')), ''],
    ['in maintenance', alarmOf('gate-1', 'forced', true, now), gate({ maintenance: true }), ''],
    ['of no known device', alarmOf('gate-9', 'forced', true, now), gate(), ''],
  ])('%s', (_what, event, drawn, wanted) => {
    const watch = watching('doorForced');
    watch.event(event, drawn.world, now);
    expect(told(watch.look(drawn.world, now))).toBe(wanted);
  });

  test('counts and ends by itself', () => {
    const [drawn, watch] = [gate(), watching('doorForced')];
    for (const clock of ['12:01', '12:02']) watch.event(alarmOf('gate-1', 'forced', true, at(clock)), drawn.world, at(clock));
    const [finding] = watch.look(drawn.world, now);
    expect([finding?.reason.values['count'], finding?.holdsUntil]).toEqual([2, at('12:12')]);
  });
});

describe('doorTamper', () => {
  const open = (clock: string) => alarmOf('gate-1', 'tamper', true, at(clock));
  test.each([
    ['closed', gate(), ''],
    ['opened', gate().event(open('12:00')), 'breach 2 device:gate-1'],
    [
      'closed again',
      gate()
        .event(open('12:00'))
        .event(alarmOf('gate-1', 'tamper', false, at('12:01'))),
      '',
    ],
    ['of a shower controller too', gate({ kind: 'shower' }).event(open('12:00')), 'breach 2 device:gate-1'],
    ['its end was never told', gate().event(open('-12:05')), ''],
    ['not heard since', gate({ state: 'offline' }).event(open('12:00')), 'unknown 2 device:gate-1'],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('doorTamper', drawn, now)).toBe(wanted);
  });
});

describe('fireInput', () => {
  test.each([
    ['never told', gate(), ''],
    ['at rest', gate().event(fire('gate-1', 'normal')), ''],
    ['active', gate().event(fire('gate-1', 'active')), 'breach 2 device:gate-1'],
    ['an alarm of it', gate().event(alarmOf('gate-1', 'fire', true, at('12:00'))), 'breach 2 device:gate-1'],
    ['its wire is cut', gate().event(fire('gate-1', 'cut')), 'breach 1 device:gate-1'],
    ['not heard since', gate({ state: 'unknown' }).event(fire('gate-1', 'active')), 'unknown 2 device:gate-1'],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('fireInput', drawn, now)).toBe(wanted);
  });
  test('says for how long', () => {
    expect(findingsOf('fireInput', gate().event(fire('gate-1', 'active')), now)[0]?.reason.values).toMatchObject({ minutes: 5 });
  });
});
