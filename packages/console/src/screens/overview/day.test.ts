import type { BusinessSlotDto } from '@cardwatch/contracts/api';
import { dayMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { dayOf, dayPoints, totalOf } from './day.core.ts';

const band = (median: number) => ({ median, mad: 1, low: median - 5, high: median + 5 });
const slot = (at: number, records: number, median: number | null): BusinessSlotDto => ({
  at,
  records,
  amountFen: records * 1_000,
  offline: 1,
  failures: 0,
  cards: 0,
  late: 2,
  expected: { records: median === null ? null : band(median), amountFen: null },
});
const campus = (...medians: readonly (number | null)[]) => ({
  stepMs: 300_000 as const,
  slots: medians.map((median, n) => slot(n * 300_000, 10 * (n + 1), median)),
});

test('several campuses are one course; a slot that is ahead has its band and no value', () => {
  const points = dayPoints([campus(20, 30), campus(5, 6)], 'records', 299_999);
  expect(points).toEqual([
    { at: 0, to: 300_000, value: 20, late: 4, offline: 2, band: { median: 25, mad: 2, low: 15, high: 35 }, before: null },
    { at: 300_000, to: 600_000, value: null, late: 0, offline: 0, band: { median: 36, mad: 2, low: 26, high: 46 }, before: null },
  ]);
  expect(totalOf(points)).toBe(20);
});

test('no band where one campus has none, none for money that nobody learned', () => {
  expect(dayPoints([campus(20), campus(null)], 'records', 0)[0]?.band).toBeNull();
  expect(dayPoints([campus(20)], 'yuan', 0)[0]).toMatchObject({ value: 10_000, late: 0, band: null });
  expect(dayPoints([], 'records', 0)).toEqual([]);
});

test('a day is one of Shanghai', () => {
  const from = Date.UTC(2026, 10, 22, 16);
  expect(dayOf(from)).toEqual({ from, to: from + dayMs });
  expect(dayOf(from - 1).to).toBe(from);
});
