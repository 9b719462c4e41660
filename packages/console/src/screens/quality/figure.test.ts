import { expect, test } from 'vitest';
import { figureText, finePercent, listsOf, percent } from './figure.core.ts';

test.each([
  [1, '100.0 %', '100.000 %'],
  [0.9999999, '99.9 %', '99.999 %'],
  [0.9995, '99.9 %', '99.950 %'],
  [59 / 60, '98.3 %', '98.333 %'],
  [0, '0.0 %', '0.000 %'],
])('%d is %s and %s: what was not reached is not rounded up', (share, coarse, fine) => {
  expect(percent(share)).toBe(coarse);
  expect(finePercent(share)).toBe(fine);
});

test('nothing to count is told apart from zero', () => {
  expect(figureText({ value: null, unit: 'ratio' }, 'zh')).toBeUndefined();
  expect(figureText({ value: 0, unit: 'count' }, 'zh')).toBe('0');
  expect(figureText({ value: 720_000, unit: 'ms' }, 'zh')).toBe('12 分');
});

test('those against a figure stand first', () => {
  const figure = { definition: 'x.v1', value: 0.5, unit: 'ratio' as const, numerator: 1, denominator: 2, parameters: {} };
  expect(listsOf({ ...figure, counted: ['a', 'b'], against: ['b'] })).toEqual({ first: ['b'], rest: ['a'] });
  expect(listsOf({ ...figure, unit: 'ms', counted: ['a'], against: [] })).toEqual({ first: [], rest: ['a'] });
});
