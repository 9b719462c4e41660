import { SeededRandom } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { blocks, type Sample, slopeOf } from './regression.ts';

/** A minute a sample, for two hours. */
const drawn = (value: (hours: number) => number): Sample[] =>
  Array.from({ length: 120 }, (_, minute) => ({ atMs: minute * 60_000, value: value(minute / 60) }));

test('a straight line is found, and is sure', () => {
  const { perHour, plusMinus } = slopeOf(drawn((hours) => 7 + 3 * hours));
  expect([perHour, plusMinus].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([3, 0]);
});

test('under noise the interval holds the slope in nineteen of twenty seeds', () => {
  let held = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const random = new SeededRandom(seed);
    const noise = (): number => random.next() + random.next() + random.next() - 1.5;
    const { perHour, plusMinus } = slopeOf(drawn((hours) => 2 * hours + noise()));
    if (Math.abs(perHour - 2) <= plusMinus) held++;
  }
  expect(held).toBeGreaterThan(365);
  expect(held).toBeLessThan(395);
});

test('two values say nothing', () => {
  expect(slopeOf(drawn(() => 1).slice(0, 2)).plusMinus).toBe(Number.POSITIVE_INFINITY);
});

test('blocks have their mean and their least', () => {
  const { means, least } = blocks(
    drawn((hours) => hours * 60),
    30 * 60_000,
  );
  expect([means.map(({ value }) => value), least.map(({ value }) => value)]).toEqual([
    [14.5, 44.5, 74.5, 104.5],
    [0, 30, 60, 90],
  ]);
});
