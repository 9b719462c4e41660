import type { AlarmDto, BusinessSlotDto, PlaceNodeDto } from '@cardwatch/contracts/api';
import { hourMs, minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { businessOption } from '../../chart/business-option.core.ts';
import { palettes } from '../../theme/palette.ts';
import { causesOf, faultAskOf, shadedMax, shadedOf } from './faults.core.ts';
import { areasOf, campusesOf } from './places.core.ts';
import { changeText, chartPoints, flowSlots, standingOf, toldSlots, totalsOf } from './slots.core.ts';
import { midnightOf, spanOf, weekBefore } from './span.core.ts';

const midnight = Date.UTC(2026, 10, 22, 16);
const stepMs = 5 * minuteMs;
const band = { median: 10, mad: 2, low: 4, high: 16 };
const slot = (no: number, change: Partial<BusinessSlotDto> = {}): BusinessSlotDto => ({
  at: midnight + no * stepMs,
  records: 0,
  amountFen: 0,
  offline: 0,
  failures: 0,
  cards: 0,
  late: 0,
  expected: { records: null, amountFen: null },
  ...change,
});
const learned = { expected: { records: band, amountFen: null } };
const now = midnight + 3 * stepMs;

describe('a day of the address', () => {
  test.each([
    ['2026-11-23', midnight],
    [undefined, midnight],
    ['2026-11-22', midnight - 24 * hourMs],
    ['2026-02-31', midnight],
    ['yesterday', midnight],
  ])('%s', (day, expected) => {
    expect(midnightOf(day, now)).toBe(expected);
  });

  test('and a part of it, and the same a week before', () => {
    const noon = spanOf(midnight, 'noon');
    expect(noon).toEqual({ from: midnight + 10 * hourMs, to: midnight + 14 * hourMs });
    expect(noon.from - weekBefore(noon).from).toBe(168 * hourMs);
  });
});

describe('slots', () => {
  const course = [
    slot(0, { records: 12, amountFen: 9_000, late: 2, offline: 1, ...learned }),
    slot(1),
    slot(2, learned),
    slot(4, learned),
  ];
  const before = [slot(0, { records: 10, amountFen: 8_000 }), slot(1), slot(2), slot(4, { records: 50 })];
  const slots = flowSlots({ slots: course, stepMs }, before, now);

  test('are told when they have begun and hold or lack something', () => {
    expect(toldSlots(slots).map(({ at }) => (at - midnight) / stepMs)).toEqual([0, 2]);
  });

  test('add up as far as they have begun', () => {
    expect(totalsOf(slots)).toEqual({
      records: 12,
      amountFen: 9_000,
      offline: 1,
      late: 2,
      failures: 0,
      normalRecords: 20,
      before: { records: 10, amountFen: 8_000 },
    });
    expect(totalsOf(flowSlots({ slots: [slot(0)], stepMs }, undefined, now))).toMatchObject({
      normalRecords: null,
      before: null,
    });
  });

  test.each([
    [3, 'below'],
    [4, 'normal'],
    [16, 'normal'],
    [17, 'above'],
  ])('%i records are %s', (records, standing) => {
    const [one] = flowSlots({ slots: [slot(0, { records, ...learned })], stepMs }, undefined, now);
    expect(one === undefined ? '' : standingOf(one, now)).toBe(standing);
  });

  test('one that still runs is neither high nor low', () => {
    const [one] = flowSlots({ slots: [slot(3, learned)], stepMs }, undefined, now);
    expect(one === undefined ? '' : standingOf(one, now)).toBe('unknown');
  });

  test('as money have no late part: it is known of records alone', () => {
    expect(chartPoints(slots, 'yuan')[0]).toMatchObject({ value: 9_000, late: 0, offline: 0, band: null, before: 8_000 });
    expect(chartPoints(slots, 'records').map(({ value }) => value)).toEqual([12, 0, 0, null]);
  });

  test.each([
    [110, 100, '+10 %'],
    [95, 100, '−5 %'],
    [100, 100, '0 %'],
    [5, 0, undefined],
  ])('%i after %i is %s', (to, from, text) => {
    expect(changeText(to, from)).toBe(text);
  });
});

const alarm = (no: number, change: Partial<AlarmDto>): AlarmDto =>
  ({
    alarmId: String(no),
    level: 2,
    foundAt: midnight,
    raisedAt: midnight,
    clearedAt: null,
    causeId: null,
    ...change,
  }) as AlarmDto;

test('causes are shaded, gravest first, up to now while they last', () => {
  const all = [
    alarm(1, { level: 3 }),
    alarm(2, { level: 1, clearedAt: now - 1 }),
    alarm(3, { causeId: '2' as never }),
    alarm(4, { raisedAt: null }),
  ];
  expect(causesOf(all).map(({ alarmId }) => alarmId)).toEqual(['2', '1']);
  expect(shadedOf(all, now)).toEqual([
    { from: midnight, to: now - 1, level: 1 },
    { from: midnight, to: now, level: 3 },
  ]);
  expect(
    shadedOf(
      Array.from({ length: 40 }, (_, no) => alarm(no, {})),
      now,
    ),
  ).toHaveLength(shadedMax);
});

test.each([
  ['campus', { campus: 'x' }],
  ['area', { area: 'x' }],
  ['device', { subject: 'x' }],
  ['merchant', { subject: 'x' }],
] as const)('alarms of a %s', (kind, ask) => {
  expect(faultAskOf({ kind, id: 'x' })).toEqual(ask);
});

test('areas are asked for by campus, building and area', () => {
  const node = (level: PlaceNodeDto['level'], name: string, parentId: string | null): PlaceNodeDto => ({
    id: `${parentId ?? ''}/${level}:${name}`,
    parentId,
    level,
    name,
    devices: 1,
  });
  const campus = node('campus', '主校区', null);
  const zone = node('zone', '东区', campus.id);
  const building = node('building', '一食堂', zone.id);
  const nodes = [campus, zone, building, node('area', '二楼', building.id), node('area', '广场', campus.id)];
  expect(areasOf(nodes).map(({ path, name }) => [path, name])).toEqual([
    ['主校区/一食堂/二楼', '一食堂 二楼'],
    ['主校区//广场', '广场'],
  ]);
  expect(campusesOf(nodes)).toEqual(['主校区']);
});

describe('the chart', () => {
  const words = { onTime: 'a', late: 'b', offline: 'c', turnover: 'd', normal: 'e', before: 'f' };
  const points = chartPoints(
    flowSlots({ slots: [slot(0, { records: 5, late: 1, ...learned }), slot(1), slot(9)], stepMs }, undefined, now),
    'records',
  );
  const faults = [
    { from: midnight + stepMs, to: midnight + stepMs + 1, level: 1 as const },
    { from: midnight - hourMs, to: midnight - 1, level: 1 as const },
  ];
  const option = businessOption({ points, faults, unit: 'records', palette: palettes.light, animate: false, words }) as {
    readonly yAxis: { readonly min: number };
    readonly series: readonly {
      readonly name: string;
      readonly data: unknown;
      readonly markArea?: { readonly data: readonly unknown[] };
    }[];
  };
  const named = (name: string) => option.series.find((one) => one.name === name);

  test('begins at zero and keeps the late part apart', () => {
    expect(option.yAxis.min).toBe(0);
    expect([named('a')?.data, named('b')?.data]).toEqual([
      [4, 0, null],
      [1, null, null],
    ]);
  });

  test('shades what lies in its time, and only that', () => {
    expect(named('a')?.markArea?.data).toMatchObject([[{ xAxis: 1 }, { xAxis: 1 }]]);
  });

  test('has no band and no last week where there is none', () => {
    expect([named('e') === undefined, named('f')]).toEqual([false, undefined]);
  });
});
