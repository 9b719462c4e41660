/** What kind of day it is for the campus. Periods, weekends and 调休 may overlap; this file says which of them wins. */
import type { DayType, TeachingCalendar } from '@cardwatch/contracts/watch';
import { businessDay, type EpochMs } from '@cardwatch/kernel';
import { dayNumberFromName, dayNumberOf, startOfDay, type Weekday, weekdayOfNumber } from './day.core.ts';

/** Stronger first. A make-up day takes away the holiday and the weekend, never exam, training or vacation. */
const stronger: readonly DayType[] = ['holiday', 'exam', 'training', 'vacation'];

/** The weekday that a day is worked as: its own, or on a 调休 day the one that the calendar names. */
export function weekdayOf(calendar: TeachingCalendar, at: EpochMs): Weekday {
  const made = makeUpOn(calendar, businessDay(at));
  return made ?? weekdayOfNumber(dayNumberOf(at));
}

/**
 * Type of the Shanghai day of `at`: holiday, then exam, training, vacation where a period says so; else weekend on Saturday and Sunday (or where a period
 * says so); else teaching. On a make-up day no holiday and no weekend holds, unless it is worked as a Saturday or Sunday.
 */
export function dayTypeOf(calendar: TeachingCalendar, at: EpochMs): DayType {
  const day = businessDay(at);
  const made = makeUpOn(calendar, day);
  const types = new Set(calendar.periods.filter((period) => period.from <= day && day <= period.to).map((period) => period.type));
  const found = stronger.find((type) => types.has(type) && (type !== 'holiday' || made === undefined));
  if (found !== undefined) return found;
  const weekday = made ?? weekdayOfNumber(dayNumberOf(at));
  return weekday >= 6 || (made === undefined && types.has('weekend')) ? 'weekend' : 'teaching';
}

/** Same answer for a day by its name; `teaching` for a name that is no day. */
export function dayTypeOnDay(calendar: TeachingCalendar, day: string): DayType {
  const number = dayNumberFromName(day);
  return number === undefined ? 'teaching' : dayTypeOf(calendar, startOfDay(number));
}

const makeUpOn = (calendar: TeachingCalendar, day: string): Weekday | undefined =>
  calendar.makeUpDays.find((made) => made.day === day)?.asWeekday as Weekday | undefined;
