/** Which days are to be learned: each once when it is over, and once more a day later for the records that terminals had kept back. */
import { type EpochMs, hourMs } from '@cardwatch/kernel';
import { dayNumberFromName, dayNumberOf, startOfDay } from '../calendar/day.core.ts';

export const lessonTimes = {
  /** A day is learned from two in the morning after it. */
  dueMs: 2 * hourMs,
  /** Further back than six like weeks nothing is learned. */
  backDays: 42,
  /** Days before the last one that are learned again. */
  againDays: 1,
} as const;

/** Numbers of the days that are due, oldest first. `learned`: the last one, `2026-11-23`; `storedFrom`: since when there is a flow. */
export function lessonDays(learned: string | null, storedFrom: EpochMs | null, now: EpochMs): readonly number[] {
  if (storedFrom === null) return [];
  const today = dayNumberOf(now);
  const last = now - startOfDay(today) >= lessonTimes.dueMs ? today - 1 : today - 2;
  const before = learned === null ? undefined : dayNumberFromName(learned);
  if (before !== undefined && before >= last) return [];
  const again = before === undefined ? Number.NEGATIVE_INFINITY : before + 1 - lessonTimes.againDays;
  // the day on which the flow began is not a whole one
  const first = Math.max(again, dayNumberOf(storedFrom) + 1, last + 1 - lessonTimes.backDays);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
}
