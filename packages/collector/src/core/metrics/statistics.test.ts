import { describe, expect, test } from 'vitest';
import {
  anscombe,
  countZ,
  cusum,
  cusumStart,
  cusumVerdict,
  ewma,
  ewmaLimits,
  flooredSpread,
  median,
  medianDeviation,
  modifiedZ,
  modifiedZBand,
  quantile,
  silenceProbability,
  silenceTest,
  wilsonLowerBound,
} from './statistics.core.ts';

describe('median and MAD', () => {
  test.each([
    [[], Number.NaN],
    [[7], 7],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[2, 2, 2, 100], 2],
  ])('median of %j is %d', (values, expected) => expect(median(values)).toEqual(expected));

  test('deviation of 1 1 2 2 4 6 9 about 2 is 1', () => expect(medianDeviation([1, 1, 2, 2, 4, 6, 9], 2)).toBe(1));

  test.each([
    // mad, centre, floored
    [0, 0, 1],
    [0, 100, 5],
    [9, 100, 9],
    [0, -100, 5],
  ])('spread %d at %d counts as %d', (mad, center, expected) => expect(flooredSpread(mad, center)).toBe(expected));
});

describe('modified z', () => {
  test('a value 3.5 away lies on the band', () => {
    const [low, high] = modifiedZBand(40, 4);
    expect(modifiedZ(high, 40, 4)).toBeCloseTo(3.5, 10);
    expect(modifiedZ(low, 40, 4)).toBeCloseTo(-3.5, 10);
  });
  test('Iglewicz and Hoaglin: 0.6745 times distance by MAD', () => expect(modifiedZ(20, 10, 2)).toBeCloseTo(3.3725, 10));
});

describe('counts', () => {
  test.each([
    [0, 1.2247448714],
    [-3, 1.2247448714],
    [10, 6.4420493633],
  ])('Anscombe of %d', (count, expected) => expect(anscombe(count)).toBeCloseTo(expected, 9));
  test('nothing of four is inside three and a half deviations, nothing of six is not', () => {
    expect(countZ(0, 4)).toBeGreaterThan(-3.5);
    expect(countZ(0, 6)).toBeLessThan(-3.5);
  });
});

describe('quantile', () => {
  test.each([
    [0, 1],
    [0.5, 3],
    [0.995, 4.98],
    [1, 5],
  ])('of 1..5 at %d is %d', (p, expected) => expect(quantile([5, 3, 1, 4, 2], p)).toBeCloseTo(expected, 10));
  test('of nothing is no number', () => expect(quantile([], 0.5)).toBeNaN());
});

describe('EWMA', () => {
  test('the NIST example: 52.0 47.0 53.0 from 50 with weight 0.3', () => {
    const first = ewma(50, 52, 0.3);
    const second = ewma(first, 47, 0.3);
    expect([first, second, ewma(second, 53, 0.3)].map((value) => Number(value.toFixed(2)))).toEqual([50.6, 49.52, 50.56]);
  });
  test('limits of the NIST example: 50 ± 3 · 0.4201 · 2.0539', () => {
    const { low, high } = ewmaLimits(50, 2.0539, 0.3, 3);
    expect(high).toBeCloseTo(52.5884, 3);
    expect(low).toBeCloseTo(47.4115, 3);
  });
  test('the first value starts it', () => expect(ewma(null, 9)).toBe(9));
});

describe('CUSUM', () => {
  const run = (values: readonly number[]) => values.reduce((state, z) => cusum(state, z), cusumStart);
  test('noise about the mean stays quiet', () => expect(cusumVerdict(run([0.4, -0.3, 0.5, -0.5, 0.2, -0.1]))).toBeNull());
  test('one deviation up is found after eleven values, not after ten', () => {
    expect(cusumVerdict(run(Array.from({ length: 10 }, () => 1)))).toBeNull();
    expect(cusumVerdict(run(Array.from({ length: 11 }, () => 1)))).toBe('up');
  });
  test('down is its own side', () => expect(cusumVerdict(run(Array.from({ length: 11 }, () => -1)))).toBe('down'));
});

describe('silence', () => {
  test('6.9 expected leaves one in a thousand', () => expect(silenceProbability(6.9)).toBeCloseTo(0.001008, 6));
  test.each([
    // expected, peers, selling, verdict
    [6.8, 10, 10, 'quiet'],
    [6.9, 10, 10, 'silent'],
    [6.9, 10, 5, 'silent'],
    [6.9, 10, 4, 'areaSilent'],
    [6.9, 0, 0, 'silent'],
    [Number.NaN, 10, 10, 'quiet'],
  ])('%d expected, %d peers of which %d sell: %s', (expected, peers, selling, kind) =>
    expect(silenceTest({ expected, peers, selling }).kind).toBe(kind),
  );
});

describe('Wilson', () => {
  test.each([
    // hits, trials, lower bound at 1.96
    [0, 0, 0],
    [0, 30, 0],
    [10, 30, 0.1923],
    [50, 100, 0.4038],
    [30, 30, 0.8865],
  ])('%d of %d', (hits, trials, expected) => expect(wilsonLowerBound(hits, trials)).toBeCloseTo(expected, 4));
});
