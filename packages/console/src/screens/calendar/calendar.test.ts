import { dayMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { day } from '../../format/time.ts';
import {
  dayAt,
  daysIn,
  daysText,
  entriesOn,
  intervalsIn,
  isDay,
  kindOf,
  monthAfter,
  monthDays,
  weekdayOf,
} from './calendar.core.ts';

test('a month is whole weeks from Monday to Sunday', () => {
  const days = monthDays('2026-11').map(day);
  expect([days[0], days.at(-1), days.length]).toEqual(['2026-10-26', '2026-12-06', 42]);
  expect(monthDays('2027-02').length).toBe(28);
  expect([1, -1, 14].map((by) => monthAfter('2026-12', by))).toEqual(['2027-01', '2026-11', '2028-02']);
  expect([weekdayOf(dayAt('2026-11-23')), weekdayOf(dayAt('2026-11-29'))]).toEqual([1, 7]);
});

describe('what holds on a day', () => {
  const monday = dayAt('2026-11-23');
  const hour = 3_600_000;
  const window = {
    windowId: 'w',
    name: '换阀',
    from: monday + hour,
    to: monday + 2 * hour,
    weekly: true,
    until: monday + 15 * dayMs,
    subjects: ['x'],
    reason: 'r',
    createdBy: 'a',
    endedAt: null,
  };
  const all = {
    importantEvents: [
      { eventId: 'e', name: '考试', from: monday - dayMs, to: monday + hour, areas: [], vip: false, freeze: true },
    ],
    windows: [window],
    silences: [
      {
        silenceId: 's',
        rule: 'leak',
        subject: null,
        area: null,
        from: monday + 2 * dayMs,
        to: monday + 3 * dayMs,
        reason: 'r',
        createdBy: 'a',
      },
    ],
  };
  const on = (n: number) => entriesOn(all, monday + n * dayMs, (rule) => rule ?? '*').map(({ name }) => name);

  test.each([
    [-1, ['考试']],
    [0, ['考试', '换阀']],
    [1, []],
    [2, ['leak']],
    [7, ['换阀']],
    [14, ['换阀']],
    [21, []],
  ])('day %i', (n, names) => {
    expect(on(n)).toEqual(names);
  });

  test('a window that was ended comes no more', () => {
    const ended = { ...all, windows: [{ ...window, endedAt: monday + 3 * dayMs }] };
    expect(entriesOn(ended, monday + 7 * dayMs, String)).toEqual([]);
  });
});

test('kinds of days, the school before the state', () => {
  const school = { periods: [{ type: 'exam' as const, from: '2026-11-23', to: '2026-11-27', name: '考试周' }], makeUpDays: [] };
  const state = {
    periods: [{ type: 'holiday' as const, from: '2026-10-01', to: '2026-10-07', name: '国庆节' }],
    makeUpDays: [{ day: '2026-10-10', asWeekday: 5 }],
  };
  const of = (text: string) => kindOf([school, state], dayAt(text));
  expect([of('2026-11-24')?.name, of('2026-10-07')?.type, of('2026-10-10'), of('2026-11-28')]).toEqual([
    '考试周',
    'holiday',
    { type: 'makeUp', name: '5' },
    undefined,
  ]);
});

describe('hours as people write them', () => {
  test('come back as they were', () => {
    const text = '2026-10-01 休\n2026-10-10 08:30-12:00 14:00-17:30';
    const days = daysIn(text);
    expect(days).toEqual({
      ok: true,
      value: {
        '2026-10-01': [],
        '2026-10-10': [
          ['08:30', '12:00'],
          ['14:00', '17:30'],
        ],
      },
    });
    expect(days.ok && daysText(days.value, '休')).toBe(text);
    expect(intervalsIn('')).toEqual({ ok: true, value: [] });
  });

  test.each(['8:30-12:00', '12:00-08:30', '08:30', '08:30–12:00'])('%j is refused', (text) => {
    expect(intervalsIn(text).ok).toBe(false);
  });

  test.each(['2026-02-30', '2026-1-1', ''])('%j is no day', (text) => {
    expect(isDay(text)).toBe(false);
    expect(daysIn(`${text} x`).ok).toBe(false);
  });
});
