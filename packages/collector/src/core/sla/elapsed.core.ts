/** The clock of the contract: working time that lies in running intervals and outside of pauses (domain Q-5). */
import type { BusinessCalendar } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import { addWorking, workingMs } from '../calendar/business.core.ts';
import { type Span, subtract } from '../calendar/span.core.ts';

/** Working milliseconds of `intervals` without `pauses`. Order and overlap of either do not matter; additive over splits of an interval. */
export function elapsed(calendar: BusinessCalendar, intervals: readonly Span[], pauses: readonly Span[]): number {
  return subtract(intervals, pauses).reduce((sum, { from, to }) => sum + workingMs(calendar, from, to), 0);
}

/** When `elapsed` reaches `limitMs`; null when it does not within these intervals. */
export function reachedAt(
  calendar: BusinessCalendar,
  intervals: readonly Span[],
  pauses: readonly Span[],
  limitMs: number,
): EpochMs | null {
  let left = limitMs;
  for (const { from, to } of subtract(intervals, pauses)) {
    const worked = workingMs(calendar, from, to);
    if (worked >= left) return addWorking(calendar, from, left);
    left -= worked;
  }
  return null;
}
