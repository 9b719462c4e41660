import { describe, expect, test } from 'vitest';
import type { DeviceFact } from '../../world/world.core.ts';
import { at, findingsOf, found, passOf, SampleWorld } from '../sample-world.core.ts';

const gate = (more: Partial<DeviceFact> = {}) =>
  new SampleWorld().agent('agent-a').device('gate-1', { kind: 'gate', areaType: 'dorm', area: 'main/d1', ...more });
type Table = readonly (readonly [string, SampleWorld, string])[];

describe('denyRatio', () => {
  const passes = (granted: number, denied: number, clock = '12:00', more: Partial<DeviceFact> = {}) => {
    const drawn = gate(more);
    for (let no = 0; no < granted; no++) drawn.event(passOf('gate-1', 'granted', at(clock)));
    for (let no = 0; no < denied; no++) drawn.event(passOf('gate-1', 'denied', at(clock)));
    return drawn;
  };
  test.each([
    ['nobody', gate(), ''],
    ['29 of 29 refused are too few', passes(0, 29), ''],
    ['30 of 30 refused', passes(0, 30), 'breach 3 device:gate-1'],
    ['4 of 100', passes(96, 4), ''],
    ['15 of 100 are surely 9.3 %', passes(85, 15), ''],
    ['18 of 100 are surely 11.7 %', passes(82, 18), 'band 3 device:gate-1'],
    ['21 of 100 are surely 14.2 %', passes(79, 21), 'band 3 device:gate-1'],
    ['23 of 100 are surely 15.8 %', passes(77, 23), 'breach 3 device:gate-1'],
    ['an hour ago', passes(0, 100, '11:00'), ''],
    ['its agent is lost', passes(0, 100, '12:00', { state: 'unknown' }), 'unknown 3 device:gate-1'],
    ['in maintenance', passes(0, 100, '12:00', { maintenance: true }), ''],
    ['a terminal', passes(0, 100, '12:00', { kind: 'pos' }), ''],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('denyRatio', drawn, at('12:05'))).toBe(wanted);
  });

  test('says what it counted', () => {
    const [finding] = findingsOf('denyRatio', passes(70, 30), at('12:05'));
    expect(finding?.reason.values).toMatchObject({ value: 21.9, unit: '%', expected: 15, count: 30, of: 100, minutes: 30 });
  });
});

describe('gateSilent', () => {
  const normal = (perHour: number, more: Partial<DeviceFact> = {}) => gate(more).expects('main/d1', 'passes', perHour);
  const offline = { state: 'offline' } as const;
  test.each([
    ['as many as always', normal(138).event(passOf('gate-1', 'granted', at('22:04'))), ''],
    // 138 an hour are 6.9 in three minutes.
    ['nobody for three minutes', normal(138), 'breach 2 area:main/d1'],
    ['refusals are people too', normal(138).event(passOf('gate-1', 'denied', at('22:04'))), ''],
    [
      'somebody ten minutes ago is long ago',
      normal(138).event(passOf('gate-1', 'granted', at('21:55'))),
      'breach 2 area:main/d1',
    ],
    ['somebody ten minutes ago, where few come', normal(30).event(passOf('gate-1', 'granted', at('21:55'))), ''],
    ['nobody, and hardly anybody is expected', normal(6), ''],
    ['nothing was learned', gate(), ''],
    ['no lane works: another rule', normal(138, offline), ''],
    [
      'one lane works',
      normal(138, offline).device('gate-2', { kind: 'gate', areaType: 'dorm', area: 'main/d1' }),
      'breach 2 area:main/d1',
    ],
    ['nobody hears of it', normal(138, { state: 'unknown' }), 'unknown 2 area:main/d1'],
    ['a library has no curfew', normal(138, { areaType: 'library' }), ''],
  ] satisfies Table)('%s', (_what, drawn, wanted) => {
    expect(found('gateSilent', drawn, at('22:05'))).toBe(wanted);
  });

  test('outside of the curfew peak nobody needs to come', () => {
    expect(found('gateSilent', normal(138), at('12:05'))).toBe('');
  });

  test('says how many were expected, and from which days that is known', () => {
    const [finding] = findingsOf('gateSilent', normal(60), at('22:05'));
    expect(finding?.reason.values).toMatchObject({ expected: 10, count: 0, minutes: 10 });
    expect(finding?.evidence?.sampleDays).toHaveLength(3);
  });
});
