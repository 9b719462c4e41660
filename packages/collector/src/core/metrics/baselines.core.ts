/**
 * What is normal (domain.md 5.1): per thing and figure the like days, same type of day and same weekday, the last six and at least three. For a window of up
 * to one slot the smoothed table answers: medians over days, then the median of each slot and its neighbours. For a longer window each like day gives its
 * own total, and the median of the totals answers: the sum of medians would call every quiet shop silent for good. Without three like days: what the campus
 * does on such days, times the thing's share of the campus on the days that both are known.
 */
import type { DayType } from '@cardwatch/contracts/watch';
import { type EpochMs, minuteMs } from '@cardwatch/kernel';
import { dayNumberOf, startOfDay } from '../calendar/day.core.ts';
import type { Expectation, Metric } from '../world/world.core.ts';
import { type DayProfile, knownTotal, packed, profileOf, totalOf, unpacked, valueAt } from './day-profile.core.ts';
import { slotsOfDay } from './slots.core.ts';
import { flooredSpread, median, medianDeviation } from './statistics.core.ts';

export const likeDays = { max: 6, min: 3 } as const;

/** What makes two days alike. `weekday` as it is worked, 1 Monday to 7 Sunday. */
export interface DayKind {
  readonly type: DayType;
  readonly weekday: number;
}

/** One finished day. `values`: 288 figures, NaN where a fault or an important event lay. */
export interface DayTaken {
  readonly entity: string;
  /** Entity of its campus (`entityOf.campus`); null: it has none, or is one. */
  readonly campus: string | null;
  readonly metric: Metric;
  readonly kind: DayKind;
  readonly day: string;
  readonly values: Float32Array;
}

/** A day as it is stored; JSON-safe. */
export interface BaselineRow {
  readonly entity: string;
  readonly campus: string | null;
  readonly metric: Metric;
  readonly dayType: DayType;
  readonly weekday: number;
  readonly day: string;
  readonly first: number;
  /** `packed`. */
  readonly values: string;
}

/** Median and MAD of each slot of a kind of day, smoothed and floored; NaN where too little was learned. */
export interface BaselineTable {
  readonly median: Float32Array;
  readonly mad: Float32Array;
  readonly days: readonly string[];
}

interface Series {
  readonly entity: string;
  readonly metric: Metric;
  campus: string | null;
  readonly kinds: Map<string, DayProfile[]>;
  readonly tables: Map<string, BaselineTable>;
  /** Share of the campus as it was after so many lessons. */
  share: { readonly lessons: number; readonly value: number | null };
}

const kindKey = ({ type, weekday }: DayKind): string => `${type}/${weekday}`;
const slotMs = 5 * minuteMs;

export class Baselines {
  readonly #kindOf: (at: EpochMs) => DayKind;
  readonly #series = new Map<string, Series>();
  #lessons = 0;

  constructor(kindOf: (at: EpochMs) => DayKind) {
    this.#kindOf = kindOf;
  }

  /** Takes a day in; the oldest of more than six like days goes. The same day again replaces what it was. */
  learn(taken: DayTaken): void {
    this.#keep(taken, profileOf(taken.day, taken.values));
  }

  /** Whether a day of it was ever learned. */
  knows(id: string, metric: Metric): boolean {
    return this.#series.has(seriesKey(id, metric));
  }

  /** What a thing would have in `[from, to)`; null while too little is known of it and of its campus. */
  expected(id: string, metric: Metric, from: EpochMs, to: EpochMs): Expectation | null {
    const series = this.#series.get(seriesKey(id, metric));
    if (series === undefined || to <= from) return null;
    let sum: Expectation = { median: 0, mad: 0, days: [] };
    for (let day = dayNumberOf(from); startOfDay(day) < to; day++) {
      const start = startOfDay(day);
      const [first, last] = [Math.max(0, from - start) / slotMs, Math.min(slotsOfDay, (to - start) / slotMs)];
      const part = this.#part(series, this.#kindOf(start), first, last);
      if (part === null) return null;
      sum = { median: sum.median + part.median, mad: sum.mad + part.mad, days: [...new Set([...sum.days, ...part.days])] };
    }
    return sum;
  }

  /** The smoothed table of a kind of day; null with fewer than three of them. */
  table(id: string, metric: Metric, kind: DayKind): BaselineTable | null {
    const series = this.#series.get(seriesKey(id, metric));
    return series === undefined ? null : tableOf(series, kindKey(kind));
  }

  toRows(): readonly BaselineRow[] {
    return [...this.#series.values()].flatMap((series) =>
      [...series.kinds].flatMap(([kind, profiles]) => profiles.map((profile) => rowOf(series, kind, profile))),
    );
  }

  /** The row of one learned day; null when it was not learned or is gone. What is stored each night. */
  rowOf(id: string, metric: Metric, kind: DayKind, day: string): BaselineRow | null {
    const series = this.#series.get(seriesKey(id, metric));
    const profile = series?.kinds.get(kindKey(kind))?.find((one) => one.day === day);
    return series === undefined || profile === undefined ? null : rowOf(series, kindKey(kind), profile);
  }

  /** Adds stored days; one that cannot be read is left out and counted in what comes back. */
  fromRows(rows: readonly BaselineRow[]): { readonly taken: number; readonly refused: number } {
    let refused = 0;
    for (const row of rows) {
      const values = unpacked(row.values);
      if (values === null || row.first < 0 || row.first + values.length > slotsOfDay) refused++;
      else this.#keep({ ...row, kind: { type: row.dayType, weekday: row.weekday } }, { day: row.day, first: row.first, values });
    }
    return { taken: rows.length - refused, refused };
  }

  #keep(taken: Pick<DayTaken, 'entity' | 'campus' | 'metric' | 'kind'>, profile: DayProfile): void {
    const { entity, campus, metric } = taken;
    const series = this.#series.get(seriesKey(entity, metric)) ?? emptySeries(entity, metric);
    this.#series.set(seriesKey(entity, metric), series);
    series.campus = campus;
    const kind = kindKey(taken.kind);
    const others = (series.kinds.get(kind) ?? []).filter((one) => one.day !== profile.day);
    const sorted = [...others, profile].toSorted((a, b) => (a.day < b.day ? -1 : 1));
    series.kinds.set(kind, sorted.slice(-likeDays.max));
    series.tables.delete(kind);
    this.#lessons++;
  }

  #part(series: Series, kind: DayKind, first: number, last: number): Expectation | null {
    return ofOwnDays(series, kindKey(kind), first, last) ?? this.#ofCampus(series, kind, first, last);
  }

  #ofCampus(series: Series, kind: DayKind, first: number, last: number): Expectation | null {
    const campus = series.campus === null ? undefined : this.#series.get(seriesKey(series.campus, series.metric));
    if (campus === undefined) return null;
    const normal = ofOwnDays(campus, kindKey(kind), first, last) ?? ofType(campus, kind.type, first, last);
    if (normal === null) return null;
    if (series.share.lessons !== this.#lessons) series.share = { lessons: this.#lessons, value: shareOf(series, campus) };
    const share = series.share.value;
    if (share === null) return null;
    const center = normal.median * share;
    return { median: center, mad: flooredSpread(normal.mad * share, center), days: normal.days };
  }
}

const emptySeries = (entity: string, metric: Metric): Series => ({
  entity,
  metric,
  campus: null,
  kinds: new Map(),
  tables: new Map(),
  share: { lessons: -1, value: null },
});

const seriesKey = (entity: string, metric: Metric): string => `${metric} ${entity}`;

function rowOf({ entity, campus, metric }: Series, kind: string, { day, first, values }: DayProfile): BaselineRow {
  const [dayType, weekday] = kind.split('/');
  return { entity, campus, metric, dayType: dayType as DayType, weekday: Number(weekday), day, first, values: packed(values) };
}

function ofOwnDays(series: Series, kind: string, first: number, last: number): Expectation | null {
  if (last - first > 1) return ofTotals(series.kinds.get(kind) ?? [], first, last);
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
function ofType(series: Series, type: DayType, first: number, last: number): Expectation | null {
  const profiles = [...series.kinds].filter(([kind]) => kind.startsWith(`${type}/`)).flatMap(([, some]) => some);
  return ofTotals(profiles, first, last);
}

function ofTotals(profiles: readonly DayProfile[], first: number, last: number): Expectation | null {
  const known = profiles
    .map((profile) => ({ day: profile.day, total: totalOf(profile, first, last) }))
    .filter(({ total }) => !Number.isNaN(total));
  if (known.length < likeDays.min) return null;
  const totals = known.map(({ total }) => total);
  const center = median(totals);
  const days = known
    .map(({ day }) => day)
    .toSorted()
    .slice(-12);
  return { median: center, mad: flooredSpread(medianDeviation(totals, center), center), days };
}

function tableOf(series: Series, kind: string): BaselineTable | null {
  const profiles = series.kinds.get(kind) ?? [];
  if (profiles.length < likeDays.min) return null;
  const known = series.tables.get(kind);
  if (known !== undefined) return known;
  const table = smoothedTable(profiles);
  series.tables.set(kind, table);
  return table;
}

function smoothedTable(profiles: readonly DayProfile[]): BaselineTable {
  const centers = new Float32Array(slotsOfDay).fill(Number.NaN);
  const mads = new Float32Array(slotsOfDay).fill(Number.NaN);
  for (let slot = 0; slot < slotsOfDay; slot++) {
    const values = profiles.map((profile) => valueAt(profile, slot)).filter((value) => !Number.isNaN(value));
    if (values.length < likeDays.min) continue;
    centers[slot] = median(values);
    mads[slot] = medianDeviation(values, centers[slot] ?? 0);
  }
  const center = smoothed(centers);
  const mad = smoothed(mads).map((value, slot) => flooredSpread(value, center[slot] ?? 0));
  return { median: center, mad, days: profiles.map((profile) => profile.day) };
}

/** Median of each slot and its neighbours; a slot of which nothing is known stays so. */
function smoothed(values: Float32Array): Float32Array {
  return values.map((value, slot) => {
    if (Number.isNaN(value)) return value;
    const near = [values[slot - 1], value, values[slot + 1]];
    return median(near.filter((one): one is number => one !== undefined && !Number.isNaN(one)));
  });
}

/** What part of the campus the thing was, over the days that both are known; null with none, or when the campus did nothing. */
function shareOf(series: Series, campus: Series): number | null {
  const daysOf = (one: Series): readonly DayProfile[] => [...one.kinds.values()].flat();
  const campusTotals = new Map(daysOf(campus).map((profile) => [profile.day, knownTotal(profile)]));
  let [own, all] = [0, 0];
  for (const profile of daysOf(series)) {
    const total = campusTotals.get(profile.day);
    if (total === undefined) continue;
    own += knownTotal(profile);
    all += total;
  }
  return all > 0 ? own / all : null;
}
