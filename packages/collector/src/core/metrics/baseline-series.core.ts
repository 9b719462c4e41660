/** One figure of one thing with all its like days: at rest as text, and unpacked while it is asked for. */
import type { DayType } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { Expectation, Metric } from '../world/world.core.ts';
import type { RestingDay } from './baseline-text.core.ts';
import { type BaselineTable, tableOfDays } from './baseline-table.core.ts';
import type { BaselineRow, DayKind } from './baselines.core.ts';
import { type DayProfile, knownTotal, packed } from './day-profile.core.ts';
import { expectedOf, type OpenDays, openedDays, unpackedDay } from './open-days.core.ts';
import { flooredSpread } from './statistics.core.ts';

export interface Series {
  readonly entity: string;
  readonly metric: Metric;
  campus: string | null;
  readonly kinds: Map<string, readonly RestingDay[]>;
  /** Unpacked while they are asked for. */
  readonly open: Map<string, OpenDays>;
  readonly tables: Map<string, BaselineTable>;
  /** Share of the campus as it was after so many lessons. */
  share: { readonly lessons: number; readonly value: number | null };
  /** Of a campus: its days' totals, for the shares of its things. */
  totals: { readonly lessons: number; readonly byDay: ReadonlyMap<string, number> };
  /** Rules ask the same again with each look, until the next slot begins. */
  last: Answered | null;
}

interface Answered {
  readonly turn: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly answer: Expectation | null;
}

export const kindKey = ({ type, weekday }: DayKind): string => `${type}/${weekday}`;
export const emptySeries = (entity: string, metric: Metric): Series => ({
  entity,
  metric,
  campus: null,
  kinds: new Map(),
  open: new Map(),
  tables: new Map(),
  share: { lessons: -1, value: null },
  totals: { lessons: -1, byDay: new Map() },
  last: null,
});

export const joined = (one: Expectation, other: Expectation): Expectation => ({
  median: one.median + other.median,
  mad: one.mad + other.mad,
  days: [...new Set([...one.days, ...other.days])],
});

export const restingOf = ({ day, first, values }: DayProfile): RestingDay => ({ day, first, values: packed(values) });

export function put(series: Series, kind: string, days: readonly RestingDay[]): void {
  if (days.length === 0) series.kinds.delete(kind);
  else series.kinds.set(kind, days);
  series.open.delete(kind);
  series.tables.delete(kind);
}

/** A day is of one kind: the calendar may have changed its mind since it was learned. */
export const without = (series: Series, kind: string, day: string): void =>
  put(series, kind, series.kinds.get(kind)?.filter((one) => one.day !== day) ?? []);

/** Like days to count with. */
export function daysOf(series: Series, kind: string): OpenDays {
  const known = series.open.get(kind);
  if (known !== undefined) return known;
  const open = openedDays(series.kinds.get(kind) ?? []);
  series.open.set(kind, open);
  return open;
}

export function rowOf({ entity, campus, metric }: Series, kind: string, { day, first, values }: RestingDay): BaselineRow {
  const [dayType, weekday] = kind.split('/');
  return { entity, campus, metric, dayType: dayType as DayType, weekday: Number(weekday), day, first, values };
}

export function ofOwnDays(series: Series, kind: string, first: number, last: number): Expectation | null {
  if (last - first > 1) return expectedOf([daysOf(series, kind)], first, last);
  const table = tableOf(series, kind);
  if (table === null) return null;
  let [center, mad] = [0, 0];
  for (let slot = Math.floor(first); slot < last; slot++) {
    const share = Math.min(last, slot + 1) - Math.max(first, slot);
    center += (table.median[slot] ?? 0) * share;
    mad += (table.mad[slot] ?? 0) * share;
  }
  return Number.isNaN(center) ? null : { median: center, mad: flooredSpread(mad, center), days: table.days };
}

/** All days of the type, whatever their weekday. */
export function ofType(series: Series, type: DayType, first: number, last: number): Expectation | null {
  const kinds = [...series.kinds.keys()].filter((kind) => kind.startsWith(`${type}/`));
  return expectedOf(
    kinds.map((kind) => daysOf(series, kind)),
    first,
    last,
  );
}

export function tableOf(series: Series, kind: string): BaselineTable | null {
  const known = series.tables.get(kind);
  if (known !== undefined) return known;
  const table = tableOfDays(daysOf(series, kind));
  if (table !== null) series.tables.set(kind, table);
  return table;
}

/** What part of the campus the thing was, over the days that both are known; null with none, or when the campus did nothing. */
export function shareOf(series: Series, campusTotals: ReadonlyMap<string, number>): number | null {
  let [own, all] = [0, 0];
  for (const [day, known] of totalsOf(series)) {
    const total = campusTotals.get(day);
    if (total === undefined) continue;
    own += known;
    all += total;
  }
  return all > 0 ? own / all : null;
}

export const totalsOf = (series: Series): ReadonlyMap<string, number> =>
  new Map(
    [...series.kinds.values()]
      .flat()
      .flatMap(unpackedDay)
      .map((profile) => [profile.day, knownTotal(profile)]),
  );
