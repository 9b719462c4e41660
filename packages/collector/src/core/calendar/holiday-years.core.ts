/** Of which years the public holidays are known: those that the state has announced, and those that people say stand in their calendar. */
import type { BusinessCalendar, TeachingCalendar } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, unreachable } from '@cardwatch/kernel';
import { neverCloses } from './business.core.ts';
import { dayName, dayNumberOf } from './day.core.ts';
import { stateHolidays } from './state-holidays.core.ts';

/** `statute`: the days that the law fixes, without 调休. `none`: nothing at all. */
export interface UnknownYear {
  readonly year: number;
  readonly basis: 'statute' | 'none';
  /** First day of `[from, to)` that lies in it. */
  readonly from: string;
}

/** Years of `[from, to)` of which a calendar does not have the holidays as they were announced, oldest first. Around the clock there is none. */
export function unknownYears(
  calendar: Pick<BusinessCalendar, 'week' | 'days' | 'holidayYears'> | TeachingCalendar,
  from: EpochMs,
  to: EpochMs,
): readonly UnknownYear[] {
  if (to <= from || ('week' in calendar && neverCloses(calendar))) return [];
  const [first, last] = [dayName(dayNumberOf(from)), dayName(dayNumberOf(epochMs(to - 1)))];
  const [firstYear, lastYear] = [yearOf(first), yearOf(last)];
  return Array.from({ length: lastYear - firstYear + 1 }, (_, no) => firstYear + no).flatMap((year) => {
    const basis = calendar.holidayYears?.includes(year) === true ? 'announced' : stateBasis(year);
    if (basis === 'announced') return [];
    return [{ year, basis, from: year === firstYear ? first : `${year}-01-01` }];
  });
}

function stateBasis(year: number): 'announced' | 'statute' | 'none' {
  const basis = stateHolidays.find((one) => one.year === year)?.basis;
  switch (basis) {
    case undefined:
      return 'none';
    case 'announced':
    case 'statute':
      return basis;
    default:
      return unreachable(basis);
  }
}

const yearOf = (day: string): number => Number(day.slice(0, 4));
