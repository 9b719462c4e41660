/**
 * Public holidays and 调休 of the state, as data. 2026: the arrangement of the State Council (国办发明电〔2025〕7号). 2027: the days that the regulation
 * itself fixes (全国年节及纪念日放假办法, as of 2025); the arrangement with its make-up days is announced each autumn and is entered here, or by people
 * in the calendar, when it is.
 */
import type { BusinessCalendar, TeachingCalendar } from '@cardwatch/contracts/watch';
import { daysBetween, type Weekday } from './day.core.ts';

export interface StateHoliday {
  readonly name: string;
  /** First and last day, both off. */
  readonly from: string;
  readonly to: string;
  /** 上班 on a weekend, and the weekday that is worked there: the working day that was given away. */
  readonly makeUp: readonly { readonly day: string; readonly asWeekday: Weekday }[];
}

export interface StateYear {
  readonly year: number;
  /** `announced`: with make-up days. `statute`: only the days of the regulation; a day of these on a weekend has its substitute not yet named. */
  readonly basis: 'announced' | 'statute';
  readonly holidays: readonly StateHoliday[];
}

const off = (name: string, from: string, to: string, ...makeUp: readonly (readonly [string, Weekday])[]): StateHoliday => ({
  name,
  from,
  to,
  makeUp: makeUp.map(([day, asWeekday]) => ({ day, asWeekday })),
});

export const stateHolidays: readonly StateYear[] = [
  {
    year: 2026,
    basis: 'announced',
    holidays: [
      off('元旦', '2026-01-01', '2026-01-03', ['2026-01-04', 5]),
      off('春节', '2026-02-15', '2026-02-23', ['2026-02-14', 5], ['2026-02-28', 1]),
      off('清明节', '2026-04-04', '2026-04-06'),
      off('劳动节', '2026-05-01', '2026-05-05', ['2026-05-09', 2]),
      off('端午节', '2026-06-19', '2026-06-21'),
      off('中秋节', '2026-09-25', '2026-09-27'),
      off('国庆节', '2026-10-01', '2026-10-07', ['2026-09-20', 2], ['2026-10-10', 3]),
    ],
  },
  {
    year: 2027,
    basis: 'statute',
    holidays: [
      off('元旦', '2027-01-01', '2027-01-01'),
      off('春节', '2027-02-05', '2027-02-08'),
      off('清明节', '2027-04-05', '2027-04-05'),
      off('劳动节', '2027-05-01', '2027-05-02'),
      off('端午节', '2027-06-09', '2027-06-09'),
      off('中秋节', '2027-09-15', '2027-09-15'),
      off('国庆节', '2027-10-01', '2027-10-03'),
    ],
  },
];

const all: readonly StateHoliday[] = stateHolidays.flatMap((year) => year.holidays);

/** What a school starts from: state holidays and make-up days, no terms yet. Which weekday a make-up day stands for is the school's to correct. */
export const stateTeachingCalendar: TeachingCalendar = {
  periods: all.map(({ name, from, to }) => ({ type: 'holiday', from, to, name })),
  makeUpDays: all.flatMap((holiday) => holiday.makeUp),
};

/** Days of a business calendar: holidays have no hours, make-up days have the hours of an ordinary day. */
export function stateDays(hours: BusinessCalendar['week'][number]): BusinessCalendar['days'] {
  const closed = all.flatMap(({ from, to }) => daysBetween(from, to)).map((day) => [day, []] as const);
  const worked = all.flatMap((holiday) => holiday.makeUp).map(({ day }) => [day, hours] as const);
  return Object.fromEntries([...closed, ...worked]);
}
