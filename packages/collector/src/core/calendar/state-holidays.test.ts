import chineseDays from 'chinese-days';
import { describe, expect, test } from 'vitest';
import { daysBetween } from './day.core.ts';
import { stateHolidays, stateTeachingCalendar } from './state-holidays.core.ts';

const yearOf = (year: number) => stateHolidays.filter((one) => one.year === year);
const daysOff = (year: number): string[] =>
  yearOf(year).flatMap((one) => one.holidays.flatMap(({ from, to }) => daysBetween(from, to)));

describe('public holidays', () => {
  test('2026 is what the library of the announced arrangements says: 33 days off, 6 weekends worked', () => {
    const library = daysBetween('2026-01-01', '2026-12-31');
    const workedWeekends = library.filter((day) => chineseDays.isWorkday(day) && [0, 6].includes(new Date(day).getUTCDay()));
    const closed = new Set(daysOff(2026));
    const closedByLibrary = library.filter((day) => chineseDays.isHoliday(day) && ![0, 6].includes(new Date(day).getUTCDay()));
    expect(closed.size).toBe(33);
    expect(closedByLibrary.filter((day) => !closed.has(day))).toEqual([]);
    expect([...closed].filter((day) => chineseDays.isWorkday(day))).toEqual([]);
    expect(stateTeachingCalendar.makeUpDays.map(({ day }) => day).toSorted()).toEqual(workedWeekends);
    expect(workedWeekends).toHaveLength(6);
  });

  test('each make-up day stands for the working day that was given away', () => {
    const given = daysBetween('2026-01-01', '2026-12-31').filter((day) => chineseDays.isInLieu(day));
    const weekdays = given.map((day) => new Date(day).getUTCDay()).toSorted((a, b) => a - b);
    expect(stateTeachingCalendar.makeUpDays.map(({ asWeekday }) => asWeekday).toSorted((a, b) => a - b)).toEqual(weekdays);
    expect(weekdays).toHaveLength(6);
  });

  test('2027 has the 13 days of the regulation, with the moon and the sun where they stand', () => {
    expect(yearOf(2027).map(({ basis }) => basis)).toEqual(['statute']);
    expect(daysOff(2027)).toHaveLength(13);
    const lunar = (day: string) => chineseDays.getLunarDate(day);
    expect(lunar('2027-02-06')).toMatchObject({ lunarMon: 1, lunarDay: 1 });
    expect(lunar('2027-06-09')).toMatchObject({ lunarMon: 5, lunarDay: 5 });
    expect(lunar('2027-09-15')).toMatchObject({ lunarMon: 8, lunarDay: 15 });
    expect(chineseDays.getSolarTermDate(2027, 4, 'pure_brightness')).toBe('2027-04-05');
    expect(daysOff(2027)).toEqual(expect.arrayContaining(['2027-02-05', '2027-02-06', '2027-06-09', '2027-09-15', '2027-04-05']));
  });
});
