/** Clocks and lessons that run into a year whose public holidays are not announced yet, said before it matters. */
import type { HolidayNoticeDto } from '@cardwatch/contracts/api';
import { dayMs, type EpochMs, epochMs } from '@cardwatch/kernel';
import { officeCalendar } from '../../core/calendar/business.core.ts';
import { unknownYears } from '../../core/calendar/holiday-years.core.ts';
import { calendarsNamed } from '../../core/sla/contract.core.ts';
import { calendarNamed, contractAt } from '../../core/sla/limits.core.ts';
import type { Settings } from '../../store/watch/roles.ts';

/** How far ahead holidays are looked for. */
export const noticeAheadMs = 400 * dayMs;

/** Name under which the teaching calendar is told of. */
export const teachingName = 'teaching';

/** Of a calendar by its name between two times. */
export const noticesOf = (
  calendars: Settings['calendars'],
  name: string,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): HolidayNoticeDto[] =>
  unknownYears(calendarNamed(calendars, name), from, to).map((unknown) => ({ calendar: name, ...unknown }));

/** Of the site's own calendars, those that contracts count by (the default counts 5x8), and the teaching calendar. */
export function holidayNotices(
  { calendars, contracts, teaching }: Pick<Settings, 'calendars' | 'contracts' | 'teaching'>,
  now: EpochMs,
): HolidayNoticeDto[] {
  const span = { from: now, to: epochMs(now + noticeAheadMs) };
  const byDefault = contractAt(contracts, now) === null ? [officeCalendar.name] : [];
  const names = new Set([...calendars.map(({ name }) => name), ...calendarsNamed(contracts), ...byDefault]);
  return [
    ...[...names].flatMap((name) => noticesOf(calendars, name, span)),
    ...unknownYears(teaching, span.from, span.to).map((unknown) => ({ calendar: teachingName, ...unknown })),
  ];
}
