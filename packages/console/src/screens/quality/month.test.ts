import { expect, test } from 'vitest';
import { monthAfter, monthIn, monthOf, monthsUpTo } from './month.core.ts';

test('months are those of Shanghai and go over the year', () => {
  expect(monthOf(Date.UTC(2026, 10, 30, 16, 0))).toBe('2026-12');
  expect(monthAfter('2026-12', 1)).toBe('2027-01');
  expect(monthAfter('2026-01', -1)).toBe('2025-12');
  expect(monthsUpTo('2026-02', 3)).toEqual(['2025-12', '2026-01', '2026-02']);
});

test('an address may hold a month and nothing else', () => {
  expect(monthIn({ month: '2026-11' })).toEqual({ month: '2026-11' });
  expect(monthIn({ month: '2026-13' })).toEqual({});
  expect(monthIn({ month: 11 })).toEqual({});
});
