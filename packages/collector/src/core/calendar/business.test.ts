import type { BusinessCalendar } from '@cardwatch/contracts/watch';
import {
  type EpochMs,
  epochFromShanghai,
  epochMs,
  hourMs,
  intBetween,
  minuteMs,
  SeededRandom,
  shanghaiFromEpoch,
} from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import {
  addWorking,
  countsFrom,
  officeCalendar,
  openSpans,
  roundTheClock,
  searchDaysMax,
  workingMs,
  workingSpans,
} from './business.core.ts';
import { dayNumberFromName } from './day.core.ts';
import { lengthMs } from './span.core.ts';

const when = (text: string): EpochMs => {
  const [, year, month, day, hour, minute] = /^(\d+)-(\d+)-(\d+) (\d+):(\d+)$/.exec(text)?.map(Number) ?? [];
  const at = epochFromShanghai({
    year: year ?? 0,
    month: month ?? 0,
    day: day ?? 0,
    hour: hour ?? 0,
    minute: minute ?? 0,
    second: 0,
  });
  return at ?? epochMs(Number.NaN);
};

describe('working time, 5×8', () => {
  test.each([
    // from              to                  working minutes
    ['2026-11-20 17:50', '2026-11-23 08:30', 0],
    ['2026-11-20 17:50', '2026-11-23 08:31', 1],
    ['2026-11-20 17:00', '2026-11-23 09:00', 60],
    ['2026-11-23 08:30', '2026-11-23 17:30', 420],
    ['2026-11-23 11:50', '2026-11-23 14:10', 20],
    ['2026-11-23 00:00', '2026-11-30 00:00', 2_100],
    ['2026-09-30 17:00', '2026-10-08 09:00', 60],
    ['2026-10-09 17:00', '2026-10-10 09:00', 60],
    ['2026-02-13 17:00', '2026-02-24 09:00', 480],
    ['2026-02-27 17:00', '2026-03-02 09:00', 480],
    ['2026-11-23 10:00', '2026-11-23 10:00', 0],
    ['2026-11-24 10:00', '2026-11-23 10:00', 0],
  ])('%s to %s is %i min', (from, to, minutes) => {
    expect(workingMs(officeCalendar, when(from), when(to))).toBe(minutes * minuteMs);
    expect(lengthMs(workingSpans(officeCalendar, when(from), when(to)))).toBe(minutes * minuteMs);
  });

  test.each([
    // from              minutes  is over at
    ['2026-11-20 17:50', 120, '2026-11-23 10:30'],
    ['2026-11-20 17:20', 10, '2026-11-20 17:30'],
    ['2026-11-20 17:20', 11, '2026-11-23 08:31'],
    ['2026-09-30 17:20', 20, '2026-10-08 08:40'],
    ['2026-02-13 17:30', 420, '2026-02-14 17:30'],
    ['2026-11-21 10:00', 0, '2026-11-21 10:00'],
    ['2026-11-20 17:50', 24 * 60, '2026-11-26 11:30'],
  ])('%s plus %i min is over at %s', (from, minutes, over) => {
    expect(addWorking(officeCalendar, when(from), minutes * minuteMs)).toBe(when(over));
  });

  test('a ticket of Friday 17:50 begins to count on Monday 08:30; one of Monday 09:00 at once', () => {
    expect(countsFrom(officeCalendar, when('2026-11-20 17:50'))).toBe(when('2026-11-23 08:30'));
    expect(countsFrom(officeCalendar, when('2026-11-23 09:00'))).toBe(when('2026-11-23 09:00'));
  });

  test('agrees with counting minute by minute, is additive over splits, and the sum has its end back', () => {
    const random = new SeededRandom(20_261_123);
    const base = when('2026-09-18 00:00');
    for (let round = 0; round < 40; round++) {
      const from = epochMs(base + intBetween(random, 0, 30 * 24 * 60) * minuteMs);
      const minutes = intBetween(random, 0, 6 * 24 * 60);
      const to = epochMs(from + minutes * minuteMs);
      const middle = epochMs(from + intBetween(random, 0, minutes) * minuteMs);
      const whole = workingMs(officeCalendar, from, to);
      expect(whole).toBe(countMinutes(from, to) * minuteMs);
      expect(workingMs(officeCalendar, from, middle) + workingMs(officeCalendar, middle, to)).toBe(whole);
      const over = addWorking(officeCalendar, from, whole + 1);
      expect(over).not.toBeNull();
      expect(workingMs(officeCalendar, from, over ?? from)).toBe(whole + 1);
    }
  });
});

describe('other calendars', () => {
  test('7×24 counts everything', () => {
    expect(workingMs(roundTheClock, when('2026-09-30 00:00'), when('2026-10-08 00:00'))).toBe(8 * 24 * hourMs);
    expect(addWorking(roundTheClock, when('2026-10-01 03:00'), hourMs)).toBe(when('2026-10-01 04:00'));
    expect(countsFrom(roundTheClock, when('2026-10-01 03:00'))).toBe(when('2026-10-01 03:00'));
  });

  test('hours that overlap count once, inverted ones not at all, 24:00 is the end of the day', () => {
    const odd: BusinessCalendar = {
      name: 'odd',
      week: [
        [
          ['22:00', '24:00'],
          ['23:00', '24:00'],
          ['09:00', '08:00'],
        ],
        [],
        [],
        [],
        [],
        [],
        [],
      ],
      days: {},
    };
    const monday = dayNumberFromName('2026-11-23') ?? 0;
    expect(openSpans(odd, monday)).toEqual([{ from: when('2026-11-23 22:00'), to: when('2026-11-24 00:00') }]);
    expect(addWorking(odd, when('2026-11-23 23:00'), 2 * hourMs)).toBe(when('2026-11-30 23:00'));
  });

  test('one that never opens has no end, and says so after the limit', () => {
    const closed: BusinessCalendar = { name: 'closed', week: [[], [], [], [], [], [], []], days: {} };
    expect(addWorking(closed, when('2026-11-23 09:00'), 1)).toBeNull();
    expect(countsFrom(closed, when('2026-11-23 09:00'))).toBeNull();
    const opensLate: BusinessCalendar = { ...closed, days: { '2036-11-29': [['00:00', '01:00']] } };
    const within = epochMs(when('2036-11-29 00:30') - (searchDaysMax - 1) * 24 * hourMs);
    expect(addWorking(opensLate, within, minuteMs)).toBe(when('2036-11-29 00:01'));
    expect(addWorking(opensLate, epochMs(within - 24 * hourMs), minuteMs)).toBeNull();
  });
});

/** Asks of every minute whether it is worked: another way to the same number. */
function countMinutes(from: EpochMs, to: EpochMs): number {
  const off = new Set(['9-25', '9-26', '9-27', '10-1', '10-2', '10-3', '10-4', '10-5', '10-6', '10-7']);
  const on = new Set(['9-20', '10-10']);
  let count = 0;
  for (let at = from as number; at < to; at += minuteMs) {
    const { month, day, hour, minute } = shanghaiFromEpoch(epochMs(at));
    const name = `${month}-${day}`;
    const weekday = Math.floor((at + 8 * hourMs) / (24 * hourMs) + 4) % 7;
    const worked = on.has(name) || (weekday >= 1 && weekday <= 5 && !off.has(name));
    const clock = hour * 60 + minute;
    if (worked && ((clock >= 510 && clock < 720) || (clock >= 840 && clock < 1_050))) count++;
  }
  return count;
}
