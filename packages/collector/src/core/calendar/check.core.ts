/** What is wrong with a calendar beyond its shape. Every fault names the place, what stands there, and a code that is put into words elsewhere. */
import type { BusinessCalendar, DayType, TeachingCalendar } from '@cardwatch/contracts/watch';
import { dayMs } from '@cardwatch/kernel';
import { roundTheClock } from './business.core.ts';
import { dayNumberFromName, timeOfDayMs } from './day.core.ts';

export const calendarLimits = { days: 1_500, calendars: 50 } as const;

/**
 * noSuchDay: `2026-02-30`. noSuchTime: later than `24:00`. timesOutOfOrder, datesOutOfOrder: the end is not after, or is before, the beginning.
 * timesOverlap: of one day. periodsOverlap: of one kind, or of kinds that exclude one another. madeUpTwice: two 调休 of one day. neverOpen: no hour at all.
 * reservedName: `7x24` means around the clock everywhere. tooManyDays: more than `calendarLimits.days`.
 */
export type CalendarFaultCode =
  | 'noSuchDay'
  | 'noSuchTime'
  | 'timesOutOfOrder'
  | 'timesOverlap'
  | 'datesOutOfOrder'
  | 'periodsOverlap'
  | 'madeUpTwice'
  | 'neverOpen'
  | 'reservedName'
  | 'tooManyDays';

export interface CalendarFault {
  /** `days.2026-10-01.0`. */
  readonly place: string;
  readonly value: string;
  readonly code: CalendarFaultCode;
}

type Hours = BusinessCalendar['week'][number];

/** In the order of the calendar; empty: it can be counted by. */
export function businessFaults({ name, week, days }: BusinessCalendar): readonly CalendarFault[] {
  const named = Object.entries(days);
  if (name === roundTheClock.name) return [{ place: 'name', value: name, code: 'reservedName' }];
  if (named.length > calendarLimits.days) return [{ place: 'days', value: String(named.length), code: 'tooManyDays' }];
  const faults = [
    ...week.flatMap((hours, no) => hourFaults(hours, `week.${no}`)),
    ...named.flatMap(([day, hours]) => [...dayFaults(day, `days.${day}`), ...hourFaults(hours, `days.${day}`)]),
  ];
  const open = [...week, ...named.map(([, hours]) => hours)].some((hours) => hours.length > 0);
  return open ? faults : [...faults, { place: 'week', value: name, code: 'neverOpen' }];
}

function hourFaults(hours: Hours, place: string): readonly CalendarFault[] {
  const faults = hours.flatMap(([from, to], no): CalendarFault[] => {
    const at = { place: `${place}.${no}`, value: `${from}-${to}` };
    if (beyondDay(from) || beyondDay(to)) return [{ ...at, code: 'noSuchTime' }];
    return timeOfDayMs(to) > timeOfDayMs(from) ? [] : [{ ...at, code: 'timesOutOfOrder' }];
  });
  if (faults.length > 0) return faults;
  const sorted = hours.toSorted(([a], [b]) => timeOfDayMs(a) - timeOfDayMs(b));
  return sorted.flatMap(([from, to], no): CalendarFault[] => {
    const before = sorted[no - 1];
    if (before === undefined || timeOfDayMs(before[1]) <= timeOfDayMs(from)) return [];
    return [{ place, value: `${before[0]}-${before[1]}, ${from}-${to}`, code: 'timesOverlap' }];
  });
}

/** `24:00` is the end of the day, `24:30` is nothing; `timeOfDayMs` cuts off at the day's end. */
const beyondDay = (time: string): boolean => time.startsWith('24') && (time !== '24:00' || timeOfDayMs(time) !== dayMs);

const dayFaults = (day: string, place: string): readonly CalendarFault[] =>
  isDay(day) ? [] : [{ place, value: day, code: 'noSuchDay' }];

const isDay = (day: string): boolean => dayNumberFromName(day) !== undefined;

/** Kinds that a day cannot be both of, beside each with itself. Exams and training lie within a term, public holidays anywhere. */
const exclusive: readonly (readonly [DayType, DayType])[] = [
  ['teaching', 'vacation'],
  ['exam', 'vacation'],
  ['exam', 'training'],
];

export function teachingFaults({ periods, makeUpDays }: TeachingCalendar): readonly CalendarFault[] {
  const single = periods.flatMap(({ from, to }, no): readonly CalendarFault[] => {
    const place = `periods.${no}`;
    const days = [...dayFaults(from, `${place}.from`), ...dayFaults(to, `${place}.to`)];
    return days.length > 0 || from <= to ? days : [{ place, value: `${from} > ${to}`, code: 'datesOutOfOrder' }];
  });
  return [...single, ...(single.length > 0 ? [] : overlaps(periods)), ...makeUpFaults(makeUpDays)];
}

function overlaps(periods: TeachingCalendar['periods']): readonly CalendarFault[] {
  return periods.flatMap((period, no) => {
    const other = periods.slice(0, no).find((one) => excludes(one.type, period.type) && meets(one, period));
    if (other === undefined) return [];
    const value = `${period.type} ${period.from}..${period.to}, ${other.type} ${other.from}..${other.to}`;
    return [{ place: `periods.${no}`, value, code: 'periodsOverlap' as const }];
  });
}

const excludes = (a: DayType, b: DayType): boolean =>
  a === b || exclusive.some(([one, other]) => (one === a && other === b) || (one === b && other === a));

type Dates = Pick<TeachingCalendar['periods'][number], 'from' | 'to'>;
const meets = (a: Dates, b: Dates): boolean => a.from <= b.to && b.from <= a.to;

function makeUpFaults(makeUpDays: TeachingCalendar['makeUpDays']): readonly CalendarFault[] {
  const days = makeUpDays.map(({ day }) => day);
  return days.flatMap((day, no): readonly CalendarFault[] => {
    const place = `makeUpDays.${no}.day`;
    if (days.indexOf(day) < no) return [{ place, value: day, code: 'madeUpTwice' }];
    return dayFaults(day, place);
  });
}
