import { DeviceId, Reading } from '@cardwatch/contracts';
import { PointMeaning } from '@cardwatch/drivers';
import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type LastSent, meaningOf, normaliseReadings, worthSending } from './reading.core.ts';

const point = (change: Record<string, unknown>): PointMeaning =>
  PointMeaning.parse({ name: 'p', label: { zh: '点', en: 'p' }, ...change });
const deviceId = DeviceId.parse('d');

describe('meaning of a raw value', () => {
  const cases: [string, Record<string, unknown>, Parameters<typeof meaningOf>[0], unknown, string][] = [
    ['scaled', { scale: 0.1 }, 213, 21.3, 'good'],
    ['scaled without binary dust', { scale: 0.01 }, 29, 0.29, 'good'],
    ['offset', { scale: 0.5, offset: -40 }, 100, 10, 'good'],
    ['big integer', { scale: 1 }, 5_000_000_000n, 5_000_000_000, 'good'],
    ['absent', {}, undefined, null, 'badSensor'],
    ['not a number', {}, Number.NaN, null, 'badSensor'],
    ['infinite', {}, Number.POSITIVE_INFINITY, null, 'badSensor'],
    ['at the end of the range', { range: [0, 100] }, 100, 100, 'good'],
    ['beyond the range', { range: [0, 100] }, 101, null, 'badRange'],
    ['below the range', { range: [0, 100] }, -1, null, 'badRange'],
    ['bit set', { bit: 3 }, 8, true, 'good'],
    ['bit not set', { bit: 2 }, 8, false, 'good'],
    ['top bit', { bit: 31 }, 0x80000000, true, 'good'],
    ['word', { words: { '0': 'idle', '1': 'running' } }, 1, 'running', 'good'],
    ['word by hex', { words: { '0x10': 'fault' } }, 16, 'fault', 'good'],
    ['word that nobody listed', { words: { '0': 'idle' } }, 9, '9', 'uncertain'],
    ['text', {}, 'v2', 'v2', 'good'],
    ['boolean', {}, true, true, 'good'],
  ];
  test.each(cases)('%s', (_, meaning, raw, value, quality) => expect(meaningOf(raw, point(meaning))).toEqual({ value, quality }));
  test('visits every case', () => expect(cases).toHaveLength(18));
});

describe('what is sent', () => {
  const points = [point({ name: 'flow', deadBand: 0.5, unit: 'L/min' }), point({ name: 'open', bit: 0 })];
  const read = (flow: number, open: number, atS: number) =>
    normaliseReadings(
      [
        { point: 'flow', raw: flow },
        { point: 'open', raw: open },
      ],
      [],
      { deviceId, points },
      epochMs(1_000 * atS),
    );

  test('on change beyond the dead band, on another quality, and once a period', () => {
    let last: LastSent = new Map();
    const timeline: [number, number, number, string[]][] = [
      [0, 3, 0, ['flow', 'open']],
      [1, 3.5, 0, []],
      [2, 3.51, 0, ['flow']],
      [3, 3.51, 1, ['open']],
      [60, 3.6, 1, []],
      [62, 3.6, 1, ['flow']],
      [63, 3.6, 1, ['open']],
      [64, Number.NaN, 1, ['flow']],
      [65, 3.6, 1, ['flow']],
    ];
    for (const [atS, flow, open, expected] of timeline) {
      const step = worthSending(read(flow, open, atS), last, points, 60_000);
      last = step.last;
      expect([atS, step.send.map((line) => line.point)]).toEqual([atS, expected]);
    }
  });

  test('a wall clock that steps back does not silence a point', () => {
    const first = worthSending(read(3, 0, 10_000), new Map(), points, 60_000);
    expect(worthSending(read(3, 0, 5_000), first.last, points, 60_000).send).toHaveLength(2);
  });

  test('points that failed are bad by communication; points that nobody knows are left out', () => {
    const lines = normaliseReadings([{ point: 'strange', raw: 1 }], ['flow', 'unknown'], { deviceId, points }, epochMs(5));
    expect(lines.map((line) => Reading.parse(line).quality)).toEqual(['badComm']);
    expect(lines[0]?.value).toBeNull();
  });
});
