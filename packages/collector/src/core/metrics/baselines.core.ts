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
import {
  daysOf,
  emptySeries,
  joined,
  kindKey,
  ofOwnDays,
  ofType,
  put,
  restingOf,
  rowOf,
  type Series,
  shareOf,
  tableOf,
  totalsOf,
  without,
} from './baseline-series.core.ts';
import type { BaselineTable } from './baseline-table.core.ts';
import { profileOf, unpacked } from './day-profile.core.ts';
import { likeDaysMin } from './open-days.core.ts';
import { slotsOfDay } from './slots.core.ts';
import { flooredSpread } from './statistics.core.ts';

export const likeDays = { max: 6, min: likeDaysMin } as const;

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

const slotMs = 5 * minuteMs;

export class Baselines {
  readonly #kindOf: (at: EpochMs) => DayKind;
  readonly #series: Readonly<Record<Metric, Map<string, Series>>> = {
    records: new Map(),
    amountFen: new Map(),
    passes: new Map(),
  };
  #lessons = 0;
  /** Counts on whenever an answer may be another. */
  #turn = 0;
  #tended: Iterator<Series> | undefined;
  /** Kinds of days that stood open where it has been. */
  #seen = 0;
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
    if (isNew && this.#size >= baselineLimits.series) return void this.refused++;
    this.#keep(taken, restingOf(profileOf(taken.day, taken.values)));
  }

  /** Lets go of all that was unpacked: another calendar asks for other days. */
  rest(): void {
    this.#opened = 0;
    this.#turn++;
    for (const { open, tables } of this.#all()) {
      open.clear();
      tables.clear();
    }
  }

  /**
   * Goes on through things, `count` at a time: unpacks the days like those of `at`, and lets go of the others. Called with every look, so that a rule does
   * not have to wait for it. False: that was the last of them, the next call begins again.
   */
  tend(at: readonly EpochMs[], count: number): boolean {
    const kinds = new Set(at.map((one) => kindKey(this.#kindOf(one))));
    this.#tended ??= this.#all();
    for (let no = 0; no < count; no++) {
      const next = this.#tended.next();
      if (next.done === true) {
        this.#tended = undefined;
        [this.#opened, this.#seen] = [this.#seen, 0];
        return false;
      }
      this.#tend(next.value, kinds);
    }
    return true;
  }

  #tend(series: Series, kinds: ReadonlySet<string>): void {
    for (const kind of series.open.keys()) if (!kinds.has(kind)) series.open.delete(kind);
    for (const kind of series.tables.keys()) if (!kinds.has(kind)) series.tables.delete(kind);
    for (const kind of kinds) if (series.kinds.has(kind)) daysOf(series, kind);
    this.#seen += series.open.size;
  }

  *#all(): Generator<Series> {
    for (const metric of metrics) yield* this.#series[metric].values();
  }

  get #size(): number {
    return metrics.reduce((sum, metric) => sum + this.#series[metric].size, 0);
  }

  /** Whether a day of it was ever learned. */
  knows(id: string, metric: Metric): boolean {
    return this.#series[metric].has(id);
  }

  /** Everything of which a day was ever learned. */
  entities(): ReadonlySet<string> {
    return new Set(metrics.flatMap((metric) => [...this.#series[metric].keys()]));
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
    for (const metric of metrics) this.#series[metric].delete(entity);
  }

  /** What a thing would have in `[from, to)`; null while too little is known of it and of its campus. */
  expected(id: string, metric: Metric, from: EpochMs, to: EpochMs): Expectation | null {
    const series = this.#series[metric].get(id);
    if (series === undefined || to <= from) return null;
    const { last } = series;
    if (last !== null && last.turn === this.#turn && last.from === from && last.to === to) return last.answer;
    const opened = series.open.size;
    const answer = this.#sum(series, from, to);
    this.#opened += series.open.size - opened;
    if (this.#opened > baselineLimits.opened) this.rest();
    series.last = { turn: this.#turn, from, to, answer };
    return answer;
  }

  #sum(series: Series, from: EpochMs, to: EpochMs): Expectation | null {
    let sum: Expectation | null = null;
    for (let day = dayNumberOf(from); startOfDay(day) < to; day++) {
      const start = startOfDay(day);
      const [first, last] = [Math.max(0, from - start) / slotMs, Math.min(slotsOfDay, (to - start) / slotMs)];
      const part = this.#part(series, this.#kindOf(start), first, last);
      if (part === null) return null;
      sum = sum === null ? part : joined(sum, part);
    }
    return sum;
  }

  /** The smoothed table of a kind of day; null with fewer than three of them. */
  table(id: string, metric: Metric, kind: DayKind): BaselineTable | null {
    const series = this.#series[metric].get(id);
    return series === undefined ? null : tableOf(series, kindKey(kind));
  }

  toRows(): readonly BaselineRow[] {
    return [...this.#all()].flatMap((series) =>
      [...series.kinds].flatMap(([kind, days]) => days.map((one) => rowOf(series, kind, one))),
    );
  }

  /** The row of one learned day; null when it was not learned or is gone. What is stored each night. */
  rowOf(id: string, metric: Metric, kind: DayKind, day: string): BaselineRow | null {
    const series = this.#series[metric].get(id);
    const found = series?.kinds.get(kindKey(kind))?.find((one) => one.day === day);
    return series === undefined || found === undefined ? null : rowOf(series, kindKey(kind), found);
  }

  /** All days of a thing as one text, `entityText`; the oldest are left out, and forgotten, where it would be longer than `baselineLimits` allow. */
  textOf(entity: string): string | null {
    const all = this.#allOf(entity);
    if (all.length === 0) return null;
    const share = (baselineLimits.totalBytes / this.#size) * all.length;
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
      if (!this.knows(entity, metric) && this.#size >= baselineLimits.series) return false;
      const series = { ...emptySeries(entity, metric), campus: read.campus };
      for (const [kind, days] of kinds) series.kinds.set(kind, days);
      this.#series[metric].set(entity, series);
    }
    this.#taught();
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
    const series = this.#series[metric].get(entity) ?? emptySeries(entity, metric);
    this.#series[metric].set(entity, series);
    series.campus = campus;
    const kind = kindKey(taken.kind);
    for (const [other, days] of series.kinds) if (days.some((one) => one.day === day)) without(series, other, day);
    const sorted = [...(series.kinds.get(kind) ?? []), { day, first, values }].toSorted((a, b) => (a.day < b.day ? -1 : 1));
    put(series, kind, sorted.slice(-likeDays.max));
    this.#taught();
  }

  #taught(): void {
    this.#lessons++;
    this.#turn++;
  }

  #allOf(entity: string): readonly Series[] {
    return metrics.flatMap((metric) => this.#series[metric].get(entity) ?? []);
  }

  #part(series: Series, kind: DayKind, first: number, last: number): Expectation | null {
    return ofOwnDays(series, kindKey(kind), first, last) ?? this.#ofCampus(series, kind, first, last);
  }

  #ofCampus(series: Series, kind: DayKind, first: number, last: number): Expectation | null {
    const campus = series.campus === null ? undefined : this.#series[series.metric].get(series.campus);
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
