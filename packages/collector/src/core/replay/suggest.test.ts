import { intBetween, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { quantile } from '../metrics/statistics.core.ts';
import { defaultVersion, ruleOf, rules } from '../rules/registry.core.ts';
import { at } from '../rules/sample-world.core.ts';
import { firesAbove, measuredParams } from './measures.core.ts';
import { suggestedVersion, suggestion, thresholdOf } from './suggest.core.ts';

const now = at('12:00');
const countsOf = (values: readonly number[]): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

describe('suggestion', () => {
  test.each([
    // values                                                            whole  threshold
    [Array.from({ length: 1_001 }, (_, no) => (no * 617) % 1_001), true, 995],
    [Array.from({ length: 1_000 }, () => 7), true, 7],
    [Array.from({ length: 1_000 }, (_, no) => (no < 995 ? 1.5 : 12.345)), false, 1.56],
    [Array.from({ length: 1_000 }, (_, no) => (no < 995 ? 1.5 : 12.345)), true, 2],
    [Array.from({ length: 1_000 }, (_, no) => (no < 990 ? 100 : 12_341)), true, 12_400],
  ])('P99.5, rounded up to three digits (%#)', (values, whole, threshold) => {
    expect(thresholdOf(countsOf(values), { whole })).toEqual({ ok: true, value: { threshold, values: values.length } });
  });

  test.each([
    [999, { ok: false, error: { kind: 'tooFewValues', values: 999, limit: suggestion.valuesMin } }],
    [1_000, { ok: true }],
  ])('of %d values', (count, expected) => {
    expect(thresholdOf(new Map([[7, count]]), { whole: true })).toMatchObject(expected);
  });

  test('property: counts give what the values one by one give, and at most half a percent lie above', () => {
    const random = new SeededRandom(9);
    for (let round = 0; round < 20; round++) {
      const values = Array.from({ length: intBetween(random, 1_000, 1_400) }, () => intBetween(random, 0, 100_000) / 37);
      const found = thresholdOf(countsOf(values), { whole: false });
      if (!found.ok) throw new Error(found.error.kind);
      const { threshold } = found.value;
      const exact = quantile(values, suggestion.quantile);
      expect(threshold).toBeGreaterThanOrEqual(exact);
      expect(threshold).toBeLessThanOrEqual(exact * 1.01);
      expect(values.filter((value) => value > threshold).length).toBeLessThanOrEqual(0.005 * values.length + 1);
    }
  });

  test('every parameter that is measured is one of its rule, and where it fires is told', () => {
    const all = rules.flatMap(({ id, defaults }) =>
      measuredParams(id, defaults as Readonly<Record<string, unknown>>).map((one) => ({ id, ...one })),
    );
    expect(all.map(({ id, param, current }) => `${id} ${param} ${current}`)).toEqual([
      'denyRatio deniedPct 15',
      'amountHigh hardFen.canteen 10000',
      'amountHigh hardFen.shop 30000',
      'amountHigh hardFen.shower 2000',
      'amountHigh hardFen.other 30000',
      'frequencyCard dayCount 20',
      'frequencyCard daySumFen 20000',
    ]);
    expect(all.map((one) => firesAbove(one, one.current))).toEqual([15, 10_000, 30_000, 2_000, 30_000, 19, 20_000]);
    expect(ruleOf('leak')).toBeDefined();
    expect(measuredParams('leak', {})).toEqual([]);
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
