/** Days and weekdays of Asia/Shanghai, which has had no daylight saving since 1991: a fixed eight hours. */
import { businessDay, dayMs, type EpochMs, epochFromShanghai, epochMs, shanghaiOffsetMs } from '@cardwatch/kernel';

/** 1 Monday to 7 Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Whole days since 1970-01-01 in Shanghai. */
export const dayNumberOf = (at: EpochMs): number => Math.floor((at + shanghaiOffsetMs) / dayMs);

/** 00:00 of that day. */
export const startOfDay = (dayNumber: number): EpochMs => epochMs(dayNumber * dayMs - shanghaiOffsetMs);

/** `2026-11-23`. */
export const dayName = (dayNumber: number): string => businessDay(startOfDay(dayNumber));

/** 1970-01-01 was a Thursday. */
export const weekdayOfNumber = (dayNumber: number): Weekday => (((((dayNumber + 3) % 7) + 7) % 7) + 1) as Weekday;

/** Of `2026-11-23`; undefined for a day that does not exist (`2026-02-30`). */
export function dayNumberFromName(day: string): number | undefined {
  const [year, month, dayOfMonth] = day.split('-').map(Number);
  if (year === undefined || month === undefined || dayOfMonth === undefined) return undefined;
  const at = epochFromShanghai({ year, month, day: dayOfMonth, hour: 0, minute: 0, second: 0 });
  return at === undefined ? undefined : dayNumberOf(at);
}

/** Milliseconds from 00:00 of a time of day such as `08:30`; `24:00` is the end of the day. */
export function timeOfDayMs(timeOfDay: string): number {
  const [hour, minute] = timeOfDay.split(':').map(Number);
  return Math.min(((hour ?? 0) * 60 + (minute ?? 0)) * 60_000, dayMs);
}

/** Names of the days from one to the other, both included; none when either is no day or they are the wrong way round. */
export function daysBetween(from: string, to: string): readonly string[] {
  const first = dayNumberFromName(from);
  const last = dayNumberFromName(to);
  if (first === undefined || last === undefined) return [];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => dayName(first + index));
}
