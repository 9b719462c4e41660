import { describe, expect, test } from 'vitest';
import type { DeviceFact, PointFact } from '../../world/world.core.ts';
import { alarmOf, at, findingsOf, found, SampleWorld, told, watching } from '../sample-world.core.ts';

const now = at('21:05');
const shower = { kind: 'shower', areaType: 'bathhouse', area: 'main/bath', line: 'bus-1' } as const;
const head = (points: Readonly<Record<string, PointFact['value']>> = {}, more: Partial<DeviceFact> = {}): SampleWorld => {
  const drawn = new SampleWorld().agent('agent-a').device('sh-1', { ...shower, ...more });
  for (const [point, value] of Object.entries(points)) drawn.point('sh-1', point, value, at('21:00'));
  return drawn;
};
const alarm = (name: string, active = true, clock = '21:00') => alarmOf('sh-1', name, active, at(clock));
type Table = readonly (readonly [string, SampleWorld, string])[];

describe('leak', () => {
  test.each([
    ['a session', head({ flow: 6, sessionRunning: true }), ''],
    ['nothing', head({ flow: 0, sessionRunning: false }), ''],
    ['0.2 L/min', head({ flow: 0.2, sessionRunning: false }), ''],
    ['0.3 L/min', head({ flow: 0.3, sessionRunning: false }), 'band 2 device:sh-1'],
    ['0.5 L/min', head({ flow: 0.5, sessionRunning: false }), 'breach 2 device:sh-1'],
    ['flow without a number', head({ flowPresent: true, sessionRunning: false }), 'breach 2 device:sh-1'],
    ['by its state in words', head({ flow: 0.5, state: 'idle' }), 'breach 2 device:sh-1'],
    ['running, in words', head({ flow: 6, state: 'running' }), ''],
    ['does not tell of sessions', head({ flow: 6 }), ''],
    ['a broken sensor', head({ sessionRunning: false }).point('sh-1', 'flow', 9, at('21:00'), 'badSensor'), ''],
    ['the agent says so', head().event(alarm('leak')), 'breach 2 device:sh-1'],
    ['both say so: one finding', head({ flow: 1, sessionRunning: false }).event(alarm('leak')), 'breach 2 device:sh-1'],
    ['no longer', head().event(alarm('leak')).event(alarm('leak', false)), ''],
    ['its end was never told', head().event(alarm('leak', true, '-3:00')), ''],
    ['a meter says so', head({}, { kind: 'meter' }).event(alarm('leak')), 'breach 2 device:sh-1'],
    ['not heard since', head({ flow: 1, sessionRunning: false }, { state: 'unknown' }), 'unknown 2 device:sh-1'],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('leak', drawn, now)).toBe(wanted);
  });
});

describe('valveStuck', () => {
  test.each([
    ['obeys', head({ valveCommand: true, valveOpen: true }), ''],
    ['open when it should be shut', head({ valveCommand: false, valveOpen: true }), 'breach 2 device:sh-1'],
    ['shut when it should be open', head({ valveCommand: true, valveOpen: false }), 'breach 2 device:sh-1'],
    ['does not tell', head({ valveOpen: true }), ''],
    ['the agent says so', head().event(alarm('valveStuck')), 'breach 2 device:sh-1'],
    ['its state says so', head({ state: 'valveFault' }), 'breach 2 device:sh-1'],
    ['not heard since', head({ valveCommand: true, valveOpen: false }, { state: 'offline' }), 'unknown 2 device:sh-1'],
    ['in maintenance', head({ valveCommand: true, valveOpen: false }, { maintenance: true }), ''],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('valveStuck', drawn, now)).toBe(wanted);
  });
});

describe('meterBackwards', () => {
  test('found from the fall until it has passed its peak', () => {
    const [drawn, watch] = [head(), watching('meterBackwards')];
    const seen = (
      [
        ['12:00', 100],
        ['12:01', 105],
        ['12:02', 104.5],
        ['12:03', 90],
        ['12:04', 104],
        ['12:05', 105],
        ['12:06', 3],
        ['36:06', 7],
        ['36:07', 8],
      ] as const
    ).map(([clock, value]) => {
      drawn.point('sh-1', 'meter', value, at(clock));
      return `${clock} ${value} ${told(watch.look(drawn.world, at(clock)))}`.trim();
    });
    expect(seen).toEqual([
      '12:00 100',
      '12:01 105',
      '12:02 104.5',
      '12:03 90 breach 3 device:sh-1',
      '12:04 104 breach 3 device:sh-1',
      '12:05 105',
      '12:06 3 breach 3 device:sh-1',
      // A day later the new meter is taken as right.
      '36:06 7',
      '36:07 8',
    ]);
  });

  test.each([
    ['the meter says so', head({}, { kind: 'meter' }).event(alarm('meterBackwards')), 'breach 3 device:sh-1'],
    ['no longer', head().event(alarm('meterBackwards')).event(alarm('meterBackwards', false)), ''],
    ['not heard since', head({}, { state: 'unknown' }).event(alarm('meterBackwards')), 'unknown 3 device:sh-1'],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('meterBackwards', drawn, now)).toBe(wanted);
  });
});

describe('longSession', () => {
  const began = (clock: string) => head().point('sh-1', 'sessionRunning', true, at(clock));
  test.each([
    ['nobody', head({ sessionRunning: false, sessionSeconds: 3_000 }), ''],
    ['30 minutes', head({ sessionRunning: true, sessionSeconds: 1_800 }), ''],
    ['31 minutes', head({ sessionRunning: true, sessionSeconds: 1_860 }), 'breach 3 device:sh-1'],
    ['running since half past eight', began('20:30'), 'breach 3 device:sh-1'],
    ['running since twenty to nine', began('20:40'), ''],
    ['in words', head().point('sh-1', 'state', 'running', at('20:30')), 'breach 3 device:sh-1'],
    ['not heard since', began('20:30').device('sh-1', { ...shower, state: 'offline' }), 'unknown 3 device:sh-1'],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('longSession', drawn, now)).toBe(wanted);
  });
  test('says for how long', () => {
    expect(findingsOf('longSession', began('20:30'), now)[0]?.reason.values).toMatchObject({ minutes: 35 });
  });
});
