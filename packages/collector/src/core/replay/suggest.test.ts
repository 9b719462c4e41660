import { dayMs, epochMs, intBetween, minuteMs, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { defaultVersion } from '../rules/registry.core.ts';
import { at } from '../rules/sample-world.core.ts';
import { type Measured, suggestedVersion, suggestThreshold, suggestion } from './suggest.core.ts';

const now = at('12:00');
/** Values an hour apart, the last one now. */
const hourly = (values: readonly number[], id = 'pos-1'): Measured => ({
  id,
  values: values.map((value, no) => ({ at: epochMs(now - (values.length - 1 - no) * 60 * minuteMs), value })),
});

describe('suggestion', () => {
  test('P99.5 of a thousand and one values, rounded up to three digits, with both counts', () => {
    const values = Array.from({ length: 1_001 }, (_, no) => (no * 617) % 1_001);
    const suggested = suggestThreshold([hourly(values)], 900, now);
    expect(suggested).toMatchObject({
      ok: true,
      value: { threshold: 995, current: 900, firesNow: 100, firesSuggested: 5, values: 1_001 },
    });
  });

  test('values above it that lie within half an hour are one alarm of one thing', () => {
    const quiet = Array.from({ length: 994 }, () => 1);
    const burst = {
      id: 'pos-2',
      values: [0, 10, 20, 30, 61, 200].map((minute) => ({ at: epochMs(now - dayMs + minute * minuteMs), value: 50 })),
    };
    const suggested = suggestThreshold([hourly(quiet), burst], 10, now);
    expect(suggested).toMatchObject({ ok: true, value: { firesNow: 3, firesSuggested: 0, threshold: 50 } });
  });

  test('older than eight weeks does not count', () => {
    const old = {
      id: 'pos-2',
      values: [
        { at: epochMs(now - 56 * dayMs - 1), value: 1e6 },
        { at: epochMs(now - 56 * dayMs), value: 5 },
      ],
    };
    const suggested = suggestThreshold([hourly(Array.from({ length: 1_000 }, () => 5)), old], 1, now);
    expect(suggested).toMatchObject({ ok: true, value: { threshold: 5, values: 1_001, from: now - 56 * dayMs } });
  });

  test.each([
    [999, { ok: false, error: { kind: 'tooFewValues', values: 999, limit: suggestion.valuesMin } }],
    [1_000, { ok: true }],
  ])('of %d values', (count, expected) => {
    expect(suggestThreshold([hourly(Array.from({ length: count }, () => 7))], 5, now)).toMatchObject(expected);
  });

  test('property: it never fires more often than a lower threshold, and on at most half a percent of the values', () => {
    const random = new SeededRandom(9);
    for (let round = 0; round < 20; round++) {
      const values = Array.from({ length: 1_300 }, () => intBetween(random, 0, 100_000) / 37);
      const suggested = suggestThreshold([hourly(values)], 100, now);
      if (!suggested.ok) throw new Error(suggested.error.kind);
      const { threshold, firesNow, firesSuggested } = suggested.value;
      expect(firesSuggested).toBeLessThanOrEqual(firesNow);
      expect(values.filter((value) => value > threshold).length).toBeLessThanOrEqual(0.005 * values.length + 1);
    }
  });
});

describe('the version that would be saved', () => {
  const version = defaultVersion('amountHigh', now);
  test('one parameter set, the others as they were', () => {
    if (version === undefined) throw new Error('no rule');
    const change = { param: 'hardFen.canteen', value: 12_400, author: 'li', reason: 'eight weeks' };
    const saved = suggestedVersion(version, change, now);
    expect(saved).toMatchObject({
      ok: true,
      value: {
        rule: 'amountHigh',
        basis: 'suggested',
        author: 'li',
        params: { zMax: 6, hardFen: { canteen: 12_400, shop: 30_000 } },
      },
    });
    expect(saved.ok && 'version' in saved.value).toBe(false);
  });
  test.each([
    ['hardFen.canteen', -1],
    ['nonsense', 5],
    ['zMax', 0],
  ])('%s = %d does not fit and is refused', (param, value) => {
    if (version === undefined) throw new Error('no rule');
    expect(suggestedVersion(version, { param, value, author: 'li', reason: 'r' }, now)).toMatchObject({
      ok: false,
      error: { kind: 'badParameter' },
    });
  });
});
