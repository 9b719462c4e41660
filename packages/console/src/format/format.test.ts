import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { dayStart, epochFromField, fieldFromEpoch } from './field-time.ts';
import { count, money, signedMoney } from './money.ts';
import { bytes, measured, signedSpan } from './size.ts';
import { clockTime, duration, fullTime, shortTime } from './time.ts';

const noon = Date.UTC(2026, 2, 9, 4, 4, 31);

test.each([
  [0, '¥0.00'],
  [5, '¥0.05'],
  [-7, '−¥0.07'],
  [1_234_567, '¥12,345.67'],
  [100_000_000_000, '¥1,000,000,000.00'],
])('%i fen is %s', (fen, text) => {
  expect(money(fen)).toBe(text);
});

test('the sign of a record is what it does to its purse', () => {
  expect([signedMoney(125, 1), signedMoney(500, -1), signedMoney(30, 0), signedMoney(0, -1)]).toEqual([
    '+¥1.25',
    '−¥5.00',
    '¥0.30',
    '¥0.00',
  ]);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [12_345_678, '12,345,678'],
])('%i is counted %s', (value, text) => {
  expect(count(value)).toBe(text);
});

describe('times are Shanghai civil time', () => {
  test('in full, with the weekday', () => {
    expect(fullTime(noon, 'zh')).toBe('2026-03-09 周一 12:04:31');
    expect(fullTime(noon, 'en')).toBe('2026-03-09 Mon 12:04:31');
  });

  test.each([
    ['the same day', 0, '12:04:31'],
    ['another day', 1, '03-09 12:04:31'],
    ['another year', 400, '2026-03-09 12:04:31'],
  ])('as short as it can be told: %s', (_what, daysLater, text) => {
    expect(shortTime(noon, epochMs(noon + daysLater * 86_400_000))).toBe(text);
  });

  test('the day turns at midnight in Shanghai', () => {
    expect(clockTime(Date.UTC(2026, 2, 8, 16, 0, 0))).toBe('00:00:00');
  });
});

test.each([
  [-5_000, '0 秒', '0 s'],
  [120_000, '120 秒', '120 s'],
  [121_000, '2 分', '2 min'],
  [3_600_000, '1 小时', '1 h'],
  [7_980_000, '2 小时 13 分', '2 h 13 min'],
  [86_400_000 * 3 + 3_600_000 * 4, '3 天 4 小时', '3 d 4 h'],
])('%i ms lasts %s', (ms, zh, en) => {
  expect([duration(ms, 'zh'), duration(ms, 'en')]).toEqual([zh, en]);
});

describe('a time field', () => {
  test.each([
    ['2026-03-09 12:04', '2026-03-09 12:04'],
    ['2026/3/9 9:04', '2026-03-09 09:04'],
    ['03-08', '2026-03-08 00:00'],
    ['7:30', '2026-03-09 07:30'],
    [' 03-08 23:59 ', '2026-03-08 23:59'],
  ])('takes %j', (text, shown) => {
    const at = epochFromField(text, noon);
    expect(at === undefined ? undefined : fieldFromEpoch(at)).toBe(shown);
  });

  test.each(['', '2026-02-30', '25:00', '12:60', '2026', 'abc', '2026-03-09T12:04'])('refuses %j', (text) => {
    expect(epochFromField(text, noon)).toBeUndefined();
  });

  test('days begin at midnight in Shanghai', () => {
    expect(fieldFromEpoch(dayStart(noon, 0))).toBe('2026-03-09 00:00');
    expect(fieldFromEpoch(dayStart(noon, 9))).toBe('2026-02-28 00:00');
  });
});

test('sizes and measured values', () => {
  expect([0, 1023, 1536, 73_000_000].map(bytes)).toEqual(['0 B', '1023 B', '1.5 KiB', '69.6 MiB']);
  expect([7, 7.254, -0.5, 182_331.4].map(measured)).toEqual(['7', '7.25', '−0.5', '182,331.4']);
  expect([0, 999, -1_500, 150_000].map(signedSpan)).toEqual(['0 ms', '+999 ms', '−1.5 s', '+2.5 min']);
});
