/** What the contract promises per response level (domain Q-5). Defaults; each contract has its own figures. */
import type { BusinessCalendar, SlaContract, SlaLimit, SlaLimits } from '@cardwatch/contracts/watch';
import { dayMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { officeCalendar, roundTheClock } from '../calendar/business.core.ts';

const always = (limitMs: number): SlaLimit => ({ limitMs, calendar: '7x24' });
const office = (limitMs: number): SlaLimit => ({ limitMs, calendar: '5x8' });

/** Level 3 counts office hours throughout: a clock that ran over a weekend on which nobody need respond would be absurd. */
export const defaultSlaLimits: SlaLimits = {
  1: {
    respond: always(15 * minuteMs),
    onSite: always(hourMs),
    restore: always(4 * hourMs),
    resolve: always(8 * hourMs),
    preliminaryReport: always(24 * hourMs),
    finalReport: always(3 * dayMs),
  },
  2: {
    respond: always(30 * minuteMs),
    onSite: always(2 * hourMs),
    restore: always(8 * hourMs),
    resolve: always(24 * hourMs),
    preliminaryReport: always(24 * hourMs),
    finalReport: always(5 * dayMs),
  },
  3: {
    respond: office(2 * hourMs),
    onSite: office(4 * hourMs),
    restore: office(24 * hourMs),
    resolve: office(72 * hourMs),
    preliminaryReport: null,
    finalReport: null,
  },
};

/** The contract under which what was opened at `at` is timed; null: before the first, the defaults hold. */
export const contractAt = (contracts: readonly SlaContract[], at: number): SlaContract | null =>
  contracts.filter(({ validFrom }) => validFrom <= at).toSorted((a, b) => b.validFrom - a.validFrom)[0] ?? null;

/** The calendar of that name: the site's own before the built-in ones; an unknown name counts around the clock, the strictest reading. */
export function calendarNamed(calendars: readonly BusinessCalendar[], name: string): BusinessCalendar {
  const own = calendars.find((calendar) => calendar.name === name);
  return own ?? (name === officeCalendar.name ? officeCalendar : roundTheClock);
}
