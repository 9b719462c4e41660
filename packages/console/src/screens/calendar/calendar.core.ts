/** Months as weeks of days, what holds on a day, and hours of business as people write them. */
import type { ResponseOf } from '@cardwatch/contracts/api';
import type { BusinessCalendar, TeachingCalendar } from '@cardwatch/contracts/watch';
import { dayMs, epochFromShanghai, err, ok, type Result } from '@cardwatch/kernel';
import { day } from '../../format/time.ts';

export const calendarTabs = ['windows', 'business', 'teaching'] as const;

type Windows = ResponseOf<'windows'>;
const weekMs = 7 * dayMs;

export const monthText = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Midnight in Shanghai of `2026-11-23`. */
export function dayAt(text: string): number {
  const [year = 0, month = 1, date = 1] = text.split('-').map(Number);
  return epochFromShanghai({ year, month, day: date, hour: 0, minute: 0, second: 0 }) ?? 0;
}

/** Monday is 1. */
export const weekdayOf = (at: number): number => ((Math.floor((at + 8 * 3_600_000) / dayMs) + 3) % 7) + 1;

/** Midnights of whole weeks, Monday to Sunday, that cover the month. */
export function monthDays(month: string): readonly number[] {
  const first = dayAt(`${month}-01`);
  const start = first - (weekdayOf(first) - 1) * dayMs;
  const next = dayAt(`${monthAfter(month, 1)}-01`);
  const count = Math.ceil((next - start) / weekMs) * 7;
  return Array.from({ length: count }, (_, n) => start + n * dayMs);
}

/** `2026-12` and 1 to `2027-01`. */
export function monthAfter(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const months = year * 12 + number - 1 + by;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
}

export interface Entry {
  readonly kind: 'event' | 'window' | 'silence';
  readonly id: string;
  readonly name: string;
  readonly freeze: boolean;
}

/** What touches the day that begins at `from`. A weekly window comes again until its end. */
export function entriesOn(
  { importantEvents, windows, silences }: Windows,
  from: number,
  nameOf: (rule: string | null) => string,
): readonly Entry[] {
  const to = from + dayMs;
  const touches = (span: { readonly from: number; readonly to: number }): boolean => span.from < to && span.to > from;
  return [
    ...importantEvents
      .filter(touches)
      .map((one) => ({ kind: 'event' as const, id: one.eventId, name: one.name, freeze: one.freeze })),
    ...windows
      .filter((one) => windowTouches(one, from, to))
      .map((one) => ({ kind: 'window' as const, id: one.windowId, name: one.name, freeze: false })),
    ...silences.filter(touches).map((one) => ({
      kind: 'silence' as const,
      id: one.silenceId,
      name: one.subject ?? one.area ?? nameOf(one.rule),
      freeze: false,
    })),
  ];
}

function windowTouches(window: Windows['windows'][number], from: number, to: number): boolean {
  if (window.endedAt !== null && window.endedAt <= from) return false;
  if (!window.weekly) return window.from < to && window.to > from;
  if (window.until !== null && from >= window.until) return false;
  const weeks = Math.max(0, Math.floor((to - 1 - window.from) / weekMs));
  return [weeks, weeks - 1].some((n) => n >= 0 && window.from + n * weekMs < to && window.to + n * weekMs > from);
}

export interface DayKind {
  readonly type: TeachingCalendar['periods'][number]['type'] | 'makeUp';
  readonly name: string;
}

/** What the calendars say of a day; of several periods the last. */
export function kindOf(calendars: readonly TeachingCalendar[], at: number): DayKind | undefined {
  const text = day(at);
  for (const { periods, makeUpDays } of calendars) {
    const made = makeUpDays.find((one) => one.day === text);
    if (made !== undefined) return { type: 'makeUp', name: String(made.asWeekday) };
    const period = periods.findLast(({ from, to }) => from <= text && text <= to);
    if (period !== undefined) return { type: period.type, name: period.name };
  }
  return undefined;
}

type Intervals = BusinessCalendar['week'][number];
const closedWords: readonly string[] = ['', '休', 'closed'];
const interval = /^([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/;

/** `08:30-12:00 14:00-17:30`; nothing is closed. */
export function intervalsIn(text: string): Result<Intervals, string> {
  const intervals: Intervals = [];
  for (const part of text
    .trim()
    .split(/[\s,，、]+/)
    .filter((one) => !closedWords.includes(one))) {
    if (!interval.test(part)) return err(part);
    const [from = '', to = ''] = part.split('-');
    if (to <= from) return err(part);
    intervals.push([from, to]);
  }
  return ok(intervals);
}

export const intervalsText = (intervals: Intervals): string => intervals.map(([from, to]) => `${from}-${to}`).join(' ');

/** One day a line: `2026-10-01 休`, `2026-10-10 08:30-12:00`. */
export function daysIn(text: string): Result<BusinessCalendar['days'], string> {
  const days: BusinessCalendar['days'] = {};
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const [at = '', ...rest] = line.trim().split(/\s+/);
    if (!isDay(at)) return err(line.trim());
    const intervals = intervalsIn(rest.join(' '));
    if (!intervals.ok) return err(line.trim());
    days[at] = intervals.value;
  }
  return ok(days);
}

export const daysText = (days: BusinessCalendar['days'], closed: string): string =>
  Object.entries(days)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([at, intervals]) => `${at} ${intervals.length === 0 ? closed : intervalsText(intervals)}`)
    .join('\n');

/** A day that there is, as it is written. */
export const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && day(dayAt(text)) === text;
