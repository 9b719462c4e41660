import { dayMs, hourMs } from '@cardwatch/kernel';
import { dayStart, epochFromField } from '../../format/field-time.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

export type DayPart = 'morning' | 'noon' | 'evening';

/** Meal times with an hour around them. */
const parts: Readonly<Record<DayPart, readonly [number, number]>> = { morning: [6, 10], noon: [10, 14], evening: [16, 20] };

/** Midnight of a day as the address has it; today for none and for one that does not exist. */
export function midnightOf(day: string | undefined, now: number): number {
  const at = day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day) ? undefined : epochFromField(day, now);
  return at ?? dayStart(now, 0);
}

/** The whole day or a part of it. */
export function spanOf(midnight: number, part: DayPart | undefined): Span {
  if (part === undefined) return { from: midnight, to: midnight + dayMs };
  const [from, to] = parts[part];
  return { from: midnight + from * hourMs, to: midnight + to * hourMs };
}

export const weekBefore = ({ from, to }: Span): Span => ({ from: from - 7 * dayMs, to: to - 7 * dayMs });
