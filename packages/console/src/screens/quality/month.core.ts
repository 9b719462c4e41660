/** Months of Shanghai as the API names them, `2026-11`. */
import { epochMs, shanghaiFromEpoch } from '@cardwatch/kernel';
import type { RawSearch } from '../../search.ts';

const form = /^\d{4}-(0[1-9]|1[0-2])$/;

export const monthIn = ({ month }: RawSearch): { readonly month?: string } =>
  typeof month === 'string' && form.test(month) ? { month } : {};

const nameOf = (year: number, month: number): string => `${year}-${String(month).padStart(2, '0')}`;

export function monthOf(at: number): string {
  const { year, month } = shanghaiFromEpoch(epochMs(at));
  return nameOf(year, month);
}

/** So many months later, or earlier. */
export function monthAfter(month: string, by: number): string {
  const [year = 0, of = 1] = month.split('-').map(Number);
  const months = year * 12 + of - 1 + by;
  return nameOf(Math.floor(months / 12), (months % 12) + 1);
}

/** The month and those before it, oldest first. */
export const monthsUpTo = (month: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => monthAfter(month, n - count + 1));
