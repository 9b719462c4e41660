import type { StandingDto, WallDto } from '@cardwatch/contracts/api';
import { dayMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { alarmsAt, explainedDays, farMoney, isStaleAt, onlineShare, pageOf, scaleOf, standingAt, stopsOf } from './view.core.ts';

const standing = (devices: number): StandingDto => ({
  exposure: { records: 0, fen: 0, estimated: false, oldestAt: null },
  devices,
  open: devices,
  openOnline: devices,
  recent: { records: 0, amountFen: 0, expected: null },
});
const alarm = (campus: string | null, n: number): WallDto['alarms'][number] => ({
  alarmId: `00000000-0000-4000-8000-00000000000${n}`,
  level: 1,
  campus,
  area: null,
  title: { zh: '', en: '' },
  raisedAt: 0,
  exposure: standing(0).exposure,
  taken: false,
});
const wall: WallDto = {
  asOf: 0,
  total: standing(9),
  campuses: [
    { campus: '主校区', ...standing(5) },
    { campus: '宜宾', ...standing(4) },
  ],
  alarms: [alarm('主校区', 1), alarm('宜宾', 2), alarm(null, 3)],
  open: [3, 0, 0],
  onDuty: [],
  safeSince: 0,
  openGaps: 0,
  lastUnexplainedAt: null,
  expiresAt: null,
};

test('all campuses, then each; one alone; the one of the address', () => {
  expect(stopsOf(wall, undefined)).toEqual([null, '主校区', '宜宾']);
  expect(stopsOf({ campuses: wall.campuses.slice(0, 1) }, undefined)).toEqual(['主校区']);
  expect(stopsOf(wall, '宜宾')).toEqual(['宜宾']);
  expect([null, '宜宾', '无'].map((stop) => standingAt(wall, stop)?.devices)).toEqual([9, 4, undefined]);
});

test('alarms of a campus, and those of none', () => {
  expect(alarmsAt(wall, null)).toHaveLength(3);
  expect(alarmsAt(wall, '宜宾').map(({ campus }) => campus)).toEqual(['宜宾', null]);
});

test('more alarms than fit are turned over', () => {
  const many = Array.from({ length: 8 }, (_, n) => n);
  expect([0, 1, 2].map((turn) => pageOf(many, turn))).toEqual([
    [0, 1, 2, 3, 4, 5],
    [6, 7],
    [0, 1, 2, 3, 4, 5],
  ]);
  expect(pageOf([], 5)).toEqual([]);
});

test.each([
  [{ open: 0, openOnline: 0 }, null],
  [{ open: 3, openOnline: 3 }, '100.0'],
  [{ open: 2_000, openOnline: 1_999 }, '99.9'],
])('%j online', (of, expected) => {
  expect(onlineShare(of)).toBe(expected);
});

test('days without an unexplained fen', () => {
  expect(explainedDays(wall, 3.5 * dayMs)).toBe(3);
  expect(explainedDays({ ...wall, lastUnexplainedAt: 2 * dayMs }, 3.5 * dayMs)).toBe(1);
  expect(explainedDays({ ...wall, openGaps: 1 }, 3.5 * dayMs)).toBe(0);
});

test('thirty seconds old is still live', () => {
  expect([30_000, 30_001].map((now) => isStaleAt(0, now))).toEqual([false, true]);
});

test.each([
  [0, '¥0'],
  [318_049, '¥3,180'],
  [99_999_949, '¥999,999'],
  [123_456_789, '¥123.46 万元'],
])('%i fen from five metres', (fen, expected) => {
  expect(farMoney(fen, { tenThousand: '万元' })).toBe(expected);
});

test('a screen of any shape', () => {
  expect([scaleOf(1920, 1080), scaleOf(3840, 2160), scaleOf(5120, 1440)]).toEqual([1, 2, 4 / 3]);
});
