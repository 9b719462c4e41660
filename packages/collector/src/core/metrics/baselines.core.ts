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
import { entityFromText, entityText, metrics, type RestingDay } from './baseline-text.core.ts';
import { type DayProfile, knownTotal, packed, profileOf, totalOf, unpacked, valueAt } from './day-profile.core.ts';
import { slotsOfDay } from './slots.core.ts';
import { flooredSpread, median, medianDeviation } from './statistics.core.ts';

export const likeDays = { max: 6, min: 3 } as const;

export const baselineLimits = {
  /** Figures of things: 20,000 devices with two each, and the places and merchants. */
  series: 50_000,
  /** One thing with all its days as text. A busy terminal of three meals has 19,000 characters of teaching days and weekends. */
  entityBytes: 32_000,
  /** All of them: with more than six thousand things each has less room, the busiest of ten thousand five to six weeks. */
  totalBytes: 192_000_000,
  /** Kinds of days of figures that are unpacked at once: those of today of ten thousand devices, and as many that a replay asks for. */
  opened: 40_000,
} as const;

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
  readonly kinds: Map<string, readonly RestingDay[]>;
  /** Unpacked while they are asked for. */
  readonly open: Map<string, readonly DayProfile[]>;
  readonly tables: Map<string, BaselineTable>;
  /** Share of the campus as it was after so many lessons. */
  share: { readonly lessons: number; readonly value: number | null };
  /** Of a campus: its days' totals, for the shares of its things. */
  totals: { readonly lessons: number; readonly byDay: ReadonlyMap<string, number> };
}

const kindKey = ({ type, weekday }: DayKind): string => `${type}/${weekday}`;
const slotMs = 5 * minuteMs;

export class Baselines {
  readonly #kindOf: (at: EpochMs) => DayKind;
  readonly #series = new Map<string, Series>();
  #lessons = 0;
  /** Kinds of days that are unpacked now. */
  #opened = 0;
  /** Days of things beyond `baselineLimits.series`. */
  refused = 0;

  constructor(kindOf: (at: EpochMs) => DayKind) {
    this.#kindOf = kindOf;
  }

  /** Takes a day in; the oldest of more than six like days goes. The same day again replaces what it was. */
  learn(taken: DayTaken): void {
    const isNew = !this.knows(taken.entity, taken.metric);
    if (isNew && this.#series.size >= baselineLimits.series) return void this.refused++;
    this.#keep(taken, restingOf(profileOf(taken.day, taken.values)));
  }

  /** Lets go of what was unpacked for questions of days that are over. */
  rest(): void {
    this.#opened = 0;
    for (const { open, tables } of this.#series.values()) {
      open.clear();
      tables.clear();
    }
  }

  /** Whether a day of it was ever learned. */
  knows(id: string, metric: Metric): boolean {
    return this.#series.has(seriesKey(id, metric));
  }

  /** Everything of which a day was ever learned. */
  entities(): ReadonlySet<string> {
    return new Set([...this.#series.values()].map(({ entity }) => entity));
  }

  /** Entity of its campus. */
  campusOf(entity: string): string | null {
    return this.#allOf(entity)[0]?.campus ?? null;
  }

  /** The last day that was learned of it, `2026-11-23`; empty: none. */
  lastDayOf(entity: string): string {
    const days = this.#allOf(entity).flatMap(({ kinds }) => [...kinds.values()].map((some) => some.at(-1)?.day ?? ''));
    return days.reduce((last, day) => (day > last ? day : last), '');
  }

  forget(entity: string): void {
    for (const metric of metrics) this.#series.delete(seriesKey(entity, metric));
  }

  /** What a thing would have in `[from, to)`; null while too little is known of it and of its campus. */
  expected(id: string, metric: Metric, from: EpochMs, to: EpochMs): Expectation | null {
    const series = this.#series.get(seriesKey(id, metric));
    if (series === undefined || to <= from) return null;
    const opened = series.open.size;
    const sum = this.#sum(series, from, to);
    this.#opened += series.open.size - opened;
    if (this.#opened > baselineLimits.opened) this.rest();
    return sum;
  }

  #sum(series: Series, from: EpochMs, to: EpochMs): Expectation | null {
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
      [...series.kinds].flatMap(([kind, days]) => days.map((one) => rowOf(series, kind, one))),
    );
  }

  /** The row of one learned day; null when it was not learned or is gone. What is stored each night. */
  rowOf(id: string, metric: Metric, kind: DayKind, day: string): BaselineRow | null {
    const series = this.#series.get(seriesKey(id, metric));
    const found = series?.kinds.get(kindKey(kind))?.find((one) => one.day === day);
    return series === undefined || found === undefined ? null : rowOf(series, kindKey(kind), found);
  }

  /** All days of a thing as one text, `entityText`; the oldest are left out, and forgotten, where it would be longer than `baselineLimits` allow. */
  textOf(entity: string): string | null {
    const all = this.#allOf(entity);
    if (all.length === 0) return null;
    const share = (baselineLimits.totalBytes / this.#series.size) * all.length;
    const room = Math.min(baselineLimits.entityBytes, share);
    for (;;) {
      const text = entityText({ campus: all[0]?.campus ?? null, series: all });
      const [oldest] = all.flatMap(({ kinds }) => [...kinds.values()].flatMap((days) => days.map(({ day }) => day))).toSorted();
      if (text.length <= room || oldest === undefined) return text;
      for (const series of all) for (const kind of series.kinds.keys()) without(series, kind, oldest);
    }
  }

  /** What `textOf` gave. False: it is not that, or there is no room for one more thing. */
  takeText(entity: string, text: string): boolean {
    const read = entityFromText(text);
    if (read === null) return false;
    for (const { metric, kinds } of read.series) {
      const key = seriesKey(entity, metric);
      if (!this.#series.has(key) && this.#series.size >= baselineLimits.series) return false;
      const series = { ...emptySeries(entity, metric), campus: read.campus };
      for (const [kind, days] of kinds) series.kinds.set(kind, days);
      this.#series.set(key, series);
    }
    this.#lessons++;
    return true;
  }

  /** Adds stored days; one that cannot be read is left out and counted in what comes back. */
  fromRows(rows: readonly BaselineRow[]): { readonly taken: number; readonly refused: number } {
    let refused = 0;
    for (const row of rows) {
      const values = unpacked(row.values);
      if (values === null || row.first < 0 || row.first + values.length > slotsOfDay) refused++;
      else this.#keep({ ...row, kind: { type: row.dayType, weekday: row.weekday } }, row);
    }
    return { taken: rows.length - refused, refused };
  }

  #keep(taken: Pick<DayTaken, 'entity' | 'campus' | 'metric' | 'kind'>, { day, first, values }: RestingDay): void {
    const { entity, campus, metric } = taken;
    const series = this.#series.get(seriesKey(entity, metric)) ?? emptySeries(entity, metric);
    this.#series.set(seriesKey(entity, metric), series);
    series.campus = campus;
    const kind = kindKey(taken.kind);
    for (const [other, days] of series.kinds) if (days.some((one) => one.day === day)) without(series, other, day);
    const sorted = [...(series.kinds.get(kind) ?? []), { day, first, values }].toSorted((a, b) => (a.day < b.day ? -1 : 1));
    put(series, kind, sorted.slice(-likeDays.max));
    this.#lessons++;
  }

  #allOf(entity: string): readonly Series[] {
    return metrics.flatMap((metric) => this.#series.get(seriesKey(entity, metric)) ?? []);
  }

  #part(series: Series, kind: DayKind, first: number, last: number): Expectation | null {
    return ofOwnDays(series, kindKey(kind), first, last) ?? this.#ofCampus(series, kind, first, last);
  }

  #ofCampus(series: Series, kind: DayKind, first: number, last: number): Expectation | null {
    const campus = series.campus === null ? undefined : this.#series.get(seriesKey(series.campus, series.metric));
    if (campus === undefined) return null;
    const normal = ofOwnDays(campus, kindKey(kind), first, last) ?? ofType(campus, kind.type, first, last);
    if (normal === null) return null;
    const lessons = this.#lessons;
    if (series.share.lessons !== lessons) {
      if (campus.totals.lessons !== lessons) campus.totals = { lessons, byDay: totalsOf(campus) };
      series.share = { lessons, value: shareOf(series, campus.totals.byDay) };
    }
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
  open: new Map(),
  tables: new Map(),
  share: { lessons: -1, value: null },
  totals: { lessons: -1, byDay: new Map() },
});

const seriesKey = (entity: string, metric: Metric): string => `${metric} ${entity}`;

const restingOf = ({ day, first, values }: DayProfile): RestingDay => ({ day, first, values: packed(values) });

function put(series: Series, kind: string, days: readonly RestingDay[]): void {
  if (days.length === 0) series.kinds.delete(kind);
  else series.kinds.set(kind, days);
  series.open.delete(kind);
  series.tables.delete(kind);
}

/** A day is of one kind: the calendar may have changed its mind since it was learned. */
const without = (series: Series, kind: string, day: string): void =>
  put(series, kind, series.kinds.get(kind)?.filter((one) => one.day !== day) ?? []);

/** Like days to count with. One that cannot be read is as if it had not been. */
function profilesOf(series: Series, kind: string): readonly DayProfile[] {
  const known = series.open.get(kind);
  if (known !== undefined) return known;
  const profiles = (series.kinds.get(kind) ?? []).flatMap(unpackedDay);
  series.open.set(kind, profiles);
  return profiles;
}

function unpackedDay({ day, first, values }: RestingDay): readonly DayProfile[] {
  const read = unpacked(values);
  return read === null ? [] : [{ day, first, values: read }];
}

function rowOf({ entity, campus, metric }: Series, kind: string, { day, first, values }: RestingDay): BaselineRow {
  const [dayType, weekday] = kind.split('/');
  return { entity, campus, metric, dayType: dayType as DayType, weekday: Number(weekday), day, first, values };
}

function ofOwnDays(series: Series, kind: string, first: number, last: number): Expectation | null {
  if (last - first > 1) return ofTotals(profilesOf(series, kind), first, last);
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
  const kinds = [...series.kinds.keys()].filter((kind) => kind.startsWith(`${type}/`));
  const profiles = kinds.flatMap((kind) => profilesOf(series, kind));
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
  const known = series.tables.get(kind);
  if (known !== undefined) return known;
  const profiles = profilesOf(series, kind);
  if (profiles.length < likeDays.min) return null;
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
function shareOf(series: Series, campusTotals: ReadonlyMap<string, number>): number | null {
  let [own, all] = [0, 0];
  for (const [day, known] of totalsOf(series)) {
    const total = campusTotals.get(day);
    if (total === undefined) continue;
    own += known;
    all += total;
  }
  return all > 0 ? own / all : null;
}

const totalsOf = (series: Series): ReadonlyMap<string, number> =>
  new Map(
    [...series.kinds.values()]
      .flat()
      .flatMap(unpackedDay)
      .map((profile) => [profile.day, knownTotal(profile)]),
  );
