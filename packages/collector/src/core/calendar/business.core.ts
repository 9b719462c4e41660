/** Working time of a business calendar on Shanghai wall time: how much of it lies between two instants, and when so much of it is over. */
import type { BusinessCalendar } from '@cardwatch/contracts/watch';
import { dayMs, type EpochMs, epochMs } from '@cardwatch/kernel';
import { dayName, dayNumberOf, startOfDay, timeOfDayMs, weekdayOfNumber } from './day.core.ts';
import { type Span, union } from './span.core.ts';
import { stateDays } from './state-holidays.core.ts';

/** How far ahead an end of working time is looked for: a calendar that is closed for ten years has none. */
export const searchDaysMax = 3_660;

const allDay: BusinessCalendar['week'][number] = [['00:00', '24:00']];
const officeHours: BusinessCalendar['week'][number] = [
  ['08:30', '12:00'],
  ['14:00', '17:30'],
];

/** 7×24. */
export const roundTheClock: BusinessCalendar = {
  name: '7x24',
  week: [allDay, allDay, allDay, allDay, allDay, allDay, allDay],
  days: {},
};

/** 5×8: 08:30 to 12:00 and 14:00 to 17:30, Monday to Friday (domain Q-5), with the state's holidays and make-up days. */
export const officeCalendar: BusinessCalendar = {
  name: '5x8',
  week: [officeHours, officeHours, officeHours, officeHours, officeHours, [], []],
  days: stateDays(officeHours),
};

/** Working spans of one Shanghai day: what `days` says, else what the week says; overlaps count once. */
export function openSpans(calendar: BusinessCalendar, dayNumber: number): readonly Span[] {
  const hours = calendar.days[dayName(dayNumber)] ?? calendar.week[weekdayOfNumber(dayNumber) - 1] ?? [];
  const start = startOfDay(dayNumber);
  return union(hours.map(([from, to]) => ({ from: epochMs(start + timeOfDayMs(from)), to: epochMs(start + timeOfDayMs(to)) })));
}

/** Working milliseconds in `[from, to)`; 0 when `to` is not after `from`. */
export function workingMs(calendar: BusinessCalendar, from: EpochMs, to: EpochMs): number {
  if (to <= from) return 0;
  if (neverCloses(calendar)) return to - from;
  let sum = 0;
  for (let day = dayNumberOf(from); day <= dayNumberOf(to); day++)
    for (const span of openSpans(calendar, day)) sum += Math.max(0, Math.min(span.to, to) - Math.max(span.from, from));
  return sum;
}

/** Working spans in `[from, to)`, sorted and merged. */
export function workingSpans(calendar: BusinessCalendar, from: EpochMs, to: EpochMs): readonly Span[] {
  if (to <= from) return [];
  if (neverCloses(calendar)) return [{ from, to }];
  const days = Array.from({ length: dayNumberOf(to) - dayNumberOf(from) + 1 }, (_, index) => dayNumberOf(from) + index);
  const cut = days.flatMap((day) => openSpans(calendar, day)).map((span) => cutTo(span, from, to));
  return union(cut);
}

/** Earliest instant by which `ms` of working time have passed since `from`; null when the calendar does not open for so long within `searchDaysMax`. */
export function addWorking(calendar: BusinessCalendar, from: EpochMs, ms: number): EpochMs | null {
  if (ms <= 0) return from;
  if (neverCloses(calendar)) return epochMs(from + ms);
  let left = ms;
  const first = dayNumberOf(from);
  for (let day = first; day < first + searchDaysMax; day++)
    for (const span of openSpans(calendar, day)) {
      const begins = Math.max(span.from, from);
      const has = Math.max(0, span.to - begins);
      if (has >= left) return epochMs(begins + left);
      left -= has;
    }
  return null;
}

/** When working time next runs: `from` itself inside of it; null when not within `searchDaysMax`. */
export function countsFrom(calendar: BusinessCalendar, from: EpochMs): EpochMs | null {
  const firstMs = addWorking(calendar, from, 1);
  return firstMs === null ? null : epochMs(firstMs - 1);
}

/** Open around the clock, every day. */
export function neverCloses(calendar: Pick<BusinessCalendar, 'week' | 'days'>): boolean {
  return Object.keys(calendar.days).length === 0 && calendar.week.every((hours) => hours.some(isAllDay));
}

const isAllDay = ([from, to]: readonly [string, string]): boolean => timeOfDayMs(from) === 0 && timeOfDayMs(to) === dayMs;

const cutTo = (span: Span, from: EpochMs, to: EpochMs): Span => ({
  from: span.from > from ? span.from : from,
  to: span.to < to ? span.to : to,
});
