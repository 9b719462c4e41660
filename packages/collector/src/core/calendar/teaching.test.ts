import type { TeachingCalendar } from '@cardwatch/contracts/watch';
import { epochFromShanghai, epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { dayNumberFromName, startOfDay } from './day.core.ts';
import { stateTeachingCalendar } from './state-holidays.core.ts';
import { dayTypeOf, dayTypeOnDay, weekdayOf } from './teaching.core.ts';

const campus: TeachingCalendar = {
  periods: [
    ...stateTeachingCalendar.periods,
    { type: 'teaching', from: '2026-09-01', to: '2027-01-17', name: '秋季学期' },
    { type: 'training', from: '2026-09-01', to: '2026-09-14', name: '军训' },
    { type: 'exam', from: '2027-01-04', to: '2027-01-17', name: '期末' },
    { type: 'exam', from: '2026-12-12', to: '2026-12-12', name: '四六级' },
    { type: 'vacation', from: '2027-01-18', to: '2027-02-21', name: '寒假' },
    { type: 'weekend', from: '2026-11-27', to: '2026-11-27', name: '校运会后休息' },
  ],
  makeUpDays: [...stateTeachingCalendar.makeUpDays],
};
const at = (day: string) => startOfDay(dayNumberFromName(day) ?? Number.NaN);

describe('day types', () => {
  test.each([
    // day          type        as weekday
    ['2026-11-23', 'teaching', 1],
    ['2026-11-27', 'weekend', 5],
    ['2026-11-28', 'weekend', 6],
    ['2026-09-05', 'training', 6],
    ['2026-09-20', 'teaching', 2],
    ['2026-10-01', 'holiday', 4],
    ['2026-10-08', 'teaching', 4],
    ['2026-10-10', 'teaching', 3],
    ['2026-12-12', 'exam', 6],
    ['2027-01-09', 'exam', 6],
    ['2027-01-20', 'vacation', 3],
    ['2027-01-23', 'vacation', 6],
    ['2027-02-06', 'holiday', 6],
    ['2027-02-22', 'teaching', 1],
  ])('%s is %s, worked as weekday %i', (day, type, weekday) => {
    expect(dayTypeOf(campus, at(day))).toBe(type);
    expect(dayTypeOnDay(campus, day)).toBe(type);
    expect(weekdayOf(campus, at(day))).toBe(weekday);
  });

  test('a make-up day takes away a holiday that covers it, not a vacation', () => {
    const calendar: TeachingCalendar = {
      periods: [
        { type: 'holiday', from: '2026-10-01', to: '2026-10-12', name: '长假' },
        { type: 'vacation', from: '2026-02-01', to: '2026-02-28', name: '寒假' },
      ],
      makeUpDays: [
        { day: '2026-10-10', asWeekday: 3 },
        { day: '2026-02-14', asWeekday: 5 },
        { day: '2026-10-11', asWeekday: 6 },
      ],
    };
    expect(['2026-10-09', '2026-10-10', '2026-10-11', '2026-02-14'].map((day) => dayTypeOnDay(calendar, day))).toEqual([
      'holiday',
      'teaching',
      'weekend',
      'vacation',
    ]);
  });

  test('the day turns at midnight of Shanghai, 16:00 UTC', () => {
    const midnight = epochFromShanghai({ year: 2026, month: 10, day: 1, hour: 0, minute: 0, second: 0 }) ?? 0;
    expect(dayTypeOf(campus, epochMs(midnight - 1))).toBe('teaching');
    expect(dayTypeOf(campus, epochMs(midnight))).toBe('holiday');
  });

  test('a name that is no day is an ordinary one', () => {
    expect(dayTypeOnDay(campus, '2026-02-30')).toBe('teaching');
  });
});
