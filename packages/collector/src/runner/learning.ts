/**
 * What is normal, learned each night from the flow that the store keeps by device time, a slice at a time between two looks. A day's figures are in memory
 * only while it is learned; what was learned of a thing is one row of the watch store, written again with each of its lessons.
 */
import type { Alarm, Incident, MerchantBinding } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs, type Logger, minuteMs } from '@cardwatch/kernel';
import { dayName, startOfDay } from '../core/calendar/day.core.ts';
import { baselineKind } from '../core/metrics/baseline-text.core.ts';
import { Baselines } from '../core/metrics/baselines.core.ts';
import { type MerchantOf, merchantLookup } from '../core/metrics/bindings.core.ts';
import { DaySums } from '../core/metrics/day-sums.core.ts';
import { type Home, homeByName, isDevice } from '../core/metrics/entity.core.ts';
import { excludedByAlarm, excludedByIncident } from '../core/metrics/faults.core.ts';
import { dayKindOf, type Excluded, excludedBy, learnEntity } from '../core/metrics/learn-day.core.ts';
import { lessonDays, lessonTimes } from '../core/metrics/lesson-days.core.ts';
import type { Expectation, Metric } from '../core/world/world.core.ts';
import type { CustodyFeed } from '../store/feed/roles.ts';
import type { PageAsk, PageResult } from '../store/read/roles.ts';
import type { MachineRow, Settings, WatchStore } from '../store/watch/roles.ts';

export const learningLimits = {
  /** Work of one look; a slice that has begun is finished. */
  lookMs: 15,
  /** Device time of one question to the store. */
  sliceMs: 30 * minuteMs,
  /** Things that one look learns, and rows that it gives back. */
  rows: 200,
  /** Things whose like days one look unpacks: all of ten thousand terminals in a minute or two. */
  tended: 200,
  /** The days of tomorrow are unpacked so long before. */
  aheadMs: hourMs,
  /** Whether a day is due is asked so often. */
  askMs: minuteMs,
  /** Alarms and incidents whose times are left out of one day. */
  faults: 5_000,
  /** Faults that began longer before a day than this are not looked for. */
  faultBackMs: 7 * 24 * hourMs,
} as const;

const learnedKind = 'lesson';

export interface LearningParts {
  readonly feed: Pick<CustodyFeed, 'flowOf' | 'flowFrom'>;
  readonly store: Pick<WatchStore, 'alarms' | 'incidents'>;
  readonly settings: Pick<Settings, 'bindings' | 'teaching' | 'importantEvents'>;
  /** Where a device stands; null: there is no such device any more. */
  readonly home: (deviceId: string) => Home | null;
  /** Milliseconds that never step back. */
  readonly mono: () => number;
  readonly log: Logger;
}

/** A day that is being learned: first its flow is read, then one thing after the other is learned. */
interface Lesson {
  readonly day: number;
  readonly sums: DaySums;
  readUpto: EpochMs;
  excluded: readonly Excluded[];
  left: string[] | null;
  gone: readonly string[];
}

export interface Taught {
  readonly machines: readonly MachineRow[];
  /** Of devices that are long gone. */
  readonly machinesGone: readonly { readonly kind: string; readonly key: string }[];
}
const nothing: Taught = { machines: [], machinesGone: [] };

export class Learning {
  readonly #parts: LearningParts;
  readonly #baselines: Baselines;
  #settings: LearningParts['settings'];
  #bindings: readonly MerchantBinding[];
  #merchantOf: MerchantOf;
  #learned: string | null = null;
  #days: readonly number[] = [];
  #lesson: Lesson | null = null;
  #askedAt: EpochMs | null = null;

  constructor(parts: LearningParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#bindings = parts.settings.bindings;
    this.#merchantOf = merchantLookup(parts.settings.bindings);
    this.#baselines = new Baselines((at) => dayKindOf(this.#settings.teaching)(at));
  }

  /** Rows of other kinds are passed over. One that cannot be read is as if it had not been. */
  restore(rows: readonly MachineRow[]): void {
    let refused = 0;
    for (const row of rows) {
      if (row.kind === learnedKind) this.#learned = row.state;
      if (row.kind === baselineKind && !this.#baselines.takeText(row.key, row.state)) refused++;
    }
    if (refused > 0) this.#parts.log.log('warn', 'watch.baselinesUnreadable', { rows: refused });
  }

  /** Unpacks what rules will ask of today. Before the first look, which would wait for it. */
  ready(now: EpochMs): void {
    while (this.#baselines.tend([now], learningLimits.tended));
  }

  /** What holds from now on. Where it concerns what is normal, a day that is being learned begins anew. */
  settings(settings: LearningParts['settings']): void {
    const before = this.#settings;
    this.#settings = settings;
    const { bindings, teaching, importantEvents } = settings;
    if (bindings === before.bindings && teaching === before.teaching && importantEvents === before.importantEvents) return;
    if (settings.bindings !== this.#bindings) this.#merchantOf = merchantLookup(settings.bindings);
    this.#bindings = settings.bindings;
    if (this.#lesson !== null) this.#days = [this.#lesson.day, ...this.#days];
    this.#lesson = null;
    this.#baselines.rest();
  }

  /** For `createLearned`. */
  readonly expected = (id: string, metric: Metric, from: EpochMs, to: EpochMs): Expectation | null =>
    this.#baselines.expected(id, metric, from, to);

  /** For `createLearned`: the merchant that a terminal sold for then. */
  readonly merchantOf: MerchantOf = (deviceId, at) => this.#merchantOf(deviceId, at);

  /** Goes on with what is to be learned, some milliseconds at a time. The rows belong into the commit of this look. */
  async look(now: EpochMs): Promise<Taught> {
    const { mono } = this.#parts;
    const begun = mono();
    this.#baselines.tend([now, epochMs(now + learningLimits.aheadMs)], learningLimits.tended);
    this.#lesson ??= await this.#next(now);
    const lesson = this.#lesson;
    if (lesson === null) return nothing;
    do await this.#read(lesson);
    while (lesson.left === null && mono() - begun < learningLimits.lookMs);
    return lesson.left === null ? nothing : this.#learn(lesson, begun);
  }

  async #next(now: EpochMs): Promise<Lesson | null> {
    if (this.#days.length === 0) this.#days = await this.#due(now);
    const [day, ...later] = this.#days;
    this.#days = later;
    return day === undefined ? null : this.#begin(day);
  }

  async #due(now: EpochMs): Promise<readonly number[]> {
    const asked = this.#askedAt;
    if (asked !== null && now >= asked && now - asked < learningLimits.askMs) return [];
    this.#askedAt = now;
    const storedFrom = await this.#parts.feed.flowFrom();
    return lessonDays(this.#learned, storedFrom === null ? null : epochMs(storedFrom), now);
  }

  #begin(day: number): Lesson {
    const start = startOfDay(day);
    const sums = new DaySums(start, { home: this.#parts.home, merchantOf: this.#merchantOf });
    return { day, sums, readUpto: start, excluded: [], left: null, gone: [] };
  }

  async #read(lesson: Lesson): Promise<void> {
    if (lesson.left !== null) return;
    const end = startOfDay(lesson.day + 1);
    const to = epochMs(Math.min(end, lesson.readUpto + learningLimits.sliceMs));
    for (const slot of await this.#parts.feed.flowOf(lesson.readUpto, to)) lesson.sums.add(slot);
    lesson.readUpto = to;
    if (to < end) return;
    lesson.gone = this.#quiet(lesson);
    lesson.excluded = await this.#faults(startOfDay(lesson.day), end);
    lesson.left = lesson.sums.entities().toReversed();
  }

  /** What did nothing on this day had a day of nothing. Gives the devices that are long gone. */
  #quiet({ sums, day }: Lesson): readonly string[] {
    const gone: string[] = [];
    for (const entity of this.#baselines.entities()) {
      const home = isDevice(entity) ? this.#parts.home(entity) : (homeByName(entity) ?? this.#knownHome(entity));
      if (home !== null || !isDevice(entity)) sums.addQuiet(entity, home);
      else if (this.#baselines.lastDayOf(entity) < dayName(day - lessonTimes.backDays)) gone.push(entity);
    }
    return gone;
  }

  #knownHome(entity: string): Home | null {
    const campus = this.#baselines.campusOf(entity);
    return campus === null ? null : homeByName(campus);
  }

  #learn(lesson: Lesson, begun: number): Taught {
    const { mono } = this.#parts;
    const at = startOfDay(lesson.day);
    const kindOf = dayKindOf(this.#settings.teaching);
    const more = {
      slots: lesson.sums,
      baselines: this.#baselines,
      kindOf,
      placeOf: lesson.sums.placeOf,
      excluded: lesson.excluded,
    };
    const rows: MachineRow[] = [];
    do {
      const entity = lesson.left?.pop();
      if (entity === undefined) return { machines: [...rows, this.#end(lesson)], machinesGone: this.#forget(lesson) };
      const text = learnEntity(more, entity, at).length === 0 ? null : this.#baselines.textOf(entity);
      if (text !== null) rows.push({ kind: baselineKind, key: entity, state: text, dueAt: null });
    } while (rows.length < learningLimits.rows && mono() - begun < learningLimits.lookMs);
    return { machines: rows, machinesGone: [] };
  }

  #forget({ gone }: Lesson): Taught['machinesGone'] {
    for (const entity of gone) this.#baselines.forget(entity);
    return gone.map((key) => ({ kind: baselineKind, key }));
  }

  #end(lesson: Lesson): MachineRow {
    const day = dayName(lesson.day);
    if (this.#learned === null || day > this.#learned) this.#learned = day;
    this.#lesson = null;
    const refused = this.#baselines.refused + lesson.sums.refused;
    this.#parts.log.log('info', 'watch.learned', { day, things: lesson.sums.entities().length, refused });
    return { kind: learnedKind, key: '', state: this.#learned, dueAt: null };
  }

  /** Times of `[from, to)` that were not normal: important events, and faults that people have confirmed. */
  async #faults(from: EpochMs, to: EpochMs): Promise<readonly Excluded[]> {
    const { store } = this.#parts;
    const since = from - learningLimits.faultBackMs;
    const alarms = await all<Alarm>((page) => store.alarms({ ...page, from: since, to }));
    const incidents = await all<Incident>((page) => store.incidents({ ...page, from: since, to }));
    const faults = [
      ...this.#settings.importantEvents.map(excludedBy),
      ...alarms.map((alarm) => excludedByAlarm(alarm, to)),
      ...incidents.map((incident) => excludedByIncident(incident, to)),
    ];
    return faults.filter((one) => one !== null && one.from < to && one.to > from) as readonly Excluded[];
  }
}

/** Page by page, at most `learningLimits.faults`. A question that takes too long ends with what there is. */
async function all<T>(pageOf: (page: PageAsk) => Promise<PageResult<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await pageOf({ cursor, limit: 500 });
    if (!page.ok) return items;
    items.push(...page.value.items);
    cursor = page.value.nextCursor ?? undefined;
  } while (cursor !== undefined && items.length < learningLimits.faults);
  return items;
}
