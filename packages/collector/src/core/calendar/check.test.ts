import type { BusinessCalendar, TeachingCalendar } from '@cardwatch/contracts/watch';
import { epochMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { officeCalendar, roundTheClock } from './business.core.ts';
import { businessFaults, calendarLimits, teachingFaults } from './check.core.ts';
import { dayNumberFromName, startOfDay } from './day.core.ts';
import { unknownYears } from './holiday-years.core.ts';
import { stateTeachingCalendar } from './state-holidays.core.ts';

type Hours = BusinessCalendar['week'][number];
const office: Hours = [['08:30', '12:00']];
const week = (monday: Hours): BusinessCalendar['week'] => [monday, office, office, office, office, [], []];
const named = (more: Partial<BusinessCalendar>): BusinessCalendar => ({ name: 'own', week: week(office), days: {}, ...more });
const many = Object.fromEntries(Array.from({ length: calendarLimits.days + 1 }, (_, no) => [`2026-${no}`, office]));

test.each<[string, BusinessCalendar, string]>([
  // what                          calendar                                                            place code
  [
    'hours that touch',
    named({
      week: week([
        ['14:00', '17:30'],
        ['08:30', '14:00'],
      ]),
    }),
    '',
  ],
  ['until midnight', named({ week: week([['18:00', '24:00']]) }), ''],
  ['the office of this release', { ...officeCalendar, name: 'office' }, ''],
  ['the wrong way round', named({ week: week([['17:30', '08:30']]) }), 'week.0.0 timesOutOfOrder'],
  ['of no length', named({ week: week([['08:30', '08:30']]) }), 'week.0.0 timesOutOfOrder'],
  ['later than the day', named({ week: week([['20:00', '24:30']]) }), 'week.0.0 noSuchTime'],
  [
    'hours that overlap',
    named({
      week: week([
        ['08:30', '12:00'],
        ['11:00', '13:00'],
      ]),
    }),
    'week.0 timesOverlap',
  ],
  ['a day that is none', named({ days: { '2026-02-30': [] } }), 'days.2026-02-30 noSuchDay'],
  [
    'overlap on a single day',
    named({
      days: {
        '2026-10-10': [
          ['08:00', '12:00'],
          ['09:00', '10:00'],
        ],
      },
    }),
    'days.2026-10-10 timesOverlap',
  ],
  ['never open', named({ week: [[], [], [], [], [], [], []], days: { '2026-10-10': [] } }), 'week neverOpen'],
  ['open on a single day only', named({ week: [[], [], [], [], [], [], []], days: { '2026-10-10': office } }), ''],
  ['around the clock under its own name', { ...roundTheClock }, 'name reservedName'],
  ['more days than are kept', named({ days: many }), 'days tooManyDays'],
])('business: %s', (_what, calendar, expected) => {
  expect(
    businessFaults(calendar)
      .map(({ place, code }) => `${place} ${code}`)
      .join(),
  ).toBe(expected);
});

const period = (type: TeachingCalendar['periods'][number]['type'], from: string, to: string) => ({ type, from, to, name: '' });
const term = period('teaching', '2026-09-07', '2027-01-15');

test.each<[string, Partial<TeachingCalendar>, string]>([
  ['the state calendar', stateTeachingCalendar, ''],
  [
    'exams within a term, a holiday within exams',
    { periods: [term, period('exam', '2026-12-28', '2027-01-15'), period('holiday', '2027-01-01', '2027-01-03')] },
    '',
  ],
  ['the last day before the first', { periods: [period('exam', '2027-01-15', '2026-12-28')] }, 'periods.0 datesOutOfOrder'],
  ['a single day', { periods: [period('holiday', '2027-01-01', '2027-01-01')] }, ''],
  ['a day that is none', { periods: [period('vacation', '2027-02-29', '2027-03-01')] }, 'periods.0.from noSuchDay'],
  ['two terms that share a day', { periods: [term, period('teaching', '2027-01-15', '2027-06-30')] }, 'periods.1 periodsOverlap'],
  ['a vacation within a term', { periods: [period('vacation', '2026-10-05', '2026-10-09'), term] }, 'periods.1 periodsOverlap'],
  [
    'exams in the vacation',
    { periods: [period('exam', '2027-01-10', '2027-01-20'), period('vacation', '2027-01-16', '2027-02-28')] },
    'periods.1 periodsOverlap',
  ],
  [
    'a day made up twice',
    {
      makeUpDays: [
        { day: '2026-10-10', asWeekday: 3 },
        { day: '2026-10-10', asWeekday: 4 },
      ],
    },
    'makeUpDays.1.day madeUpTwice',
  ],
  ['a day made up that is none', { makeUpDays: [{ day: '2026-02-30', asWeekday: 3 }] }, 'makeUpDays.0.day noSuchDay'],
])('teaching: %s', (_what, calendar, expected) => {
  const faults = teachingFaults({ periods: [], makeUpDays: [], ...calendar });
  expect(faults.map(({ place, code }) => `${place} ${code}`).join()).toBe(expected);
});

const at = (day: string) => startOfDay(dayNumberFromName(day) ?? 0);

test.each<[string, Parameters<typeof unknownYears>[0], string, string, string]>([
  // what                                  calendar        from          to (not in it)  years
  ['announced', officeCalendar, '2026-01-01', '2027-01-01', ''],
  ['one day into the next year', officeCalendar, '2026-12-30', '2027-01-02', '2027 statute 2027-01-01'],
  ['begun there', officeCalendar, '2027-03-01', '2027-03-02', '2027 statute 2027-03-01'],
  ['further than the law was read', officeCalendar, '2026-12-30', '2028-02-01', '2027 statute 2027-01-01,2028 none 2028-01-01'],
  [
    'what people say stands in it',
    { ...officeCalendar, holidayYears: [2027] },
    '2026-12-30',
    '2028-02-01',
    '2028 none 2028-01-01',
  ],
  ['around the clock', roundTheClock, '2026-12-30', '2028-02-01', ''],
  ['the teaching calendar', stateTeachingCalendar, '2026-12-30', '2027-02-01', '2027 statute 2027-01-01'],
  ['no time', officeCalendar, '2027-01-02', '2027-01-02', ''],
])('years without announced holidays: %s', (_what, calendar, from, to, expected) => {
  const years = unknownYears(calendar, at(from), epochMs(at(to)));
  expect(years.map(({ year, basis, from: first }) => `${year} ${basis} ${first}`).join()).toBe(expected);
});
