/** The nightly lesson: the day's slots become baselines, without the times that were not normal. */
import type { ImportantEvent, TeachingCalendar } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, minuteMs } from '@cardwatch/kernel';
import { dayName, dayNumberOf, startOfDay } from '../calendar/day.core.ts';
import { dayTypeOf, weekdayOf } from '../calendar/teaching.core.ts';
import type { Metric } from '../world/world.core.ts';
import { metrics } from './baseline-text.core.ts';
import type { BaselineRow, Baselines, DayKind } from './baselines.core.ts';
import { entityOf } from './entity.core.ts';
import { slotsOfDay } from './slots.core.ts';

/** A time that is not learned from. `areas`: campus or `campus/building/area`, prefixes count; empty: everywhere. `entities`: single things. */
export interface Excluded {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly areas: readonly string[];
  readonly entities: readonly string[];
}

/** Nothing is learned while an important event holds: baselines stand still in its areas. */
export const excludedBy = ({ from, to, areas }: ImportantEvent): Excluded => ({
  from: epochMs(from),
  to: epochMs(to),
  areas: [...areas],
  entities: [],
});

export const dayKindOf =
  (calendar: TeachingCalendar) =>
  (at: EpochMs): DayKind => ({ type: dayTypeOf(calendar, at), weekday: weekdayOf(calendar, at) });

/** Where an entity lies: `campus` or `campus/building/area`; null: not known. */
export type PlaceOf = (entity: string) => { readonly campus: string; readonly area: string | null } | null;

/** What a day had: `BusinessSlots`, or `DaySums` of what is stored. */
export interface DayFigures {
  entities(): readonly string[];
  day(entity: string, metric: Metric, dayStart: EpochMs): Float32Array;
}

export interface Lesson {
  readonly slots: DayFigures;
  readonly baselines: Baselines;
  readonly kindOf: (at: EpochMs) => DayKind;
  readonly placeOf: PlaceOf;
  readonly excluded: readonly Excluded[];
}

/** Learns the Shanghai day of `at` for everything that has slots; gives the rows to store. A figure that a thing does not have is not learned. */
export const learnDay = (lesson: Lesson, at: EpochMs): readonly BaselineRow[] =>
  lesson.slots.entities().flatMap((entity) => learnEntity(lesson, entity, at));

/** The same for one thing. */
export function learnEntity(lesson: Lesson, entity: string, at: EpochMs): readonly BaselineRow[] {
  const { slots, baselines, kindOf, placeOf, excluded } = lesson;
  const start = startOfDay(dayNumberOf(at));
  const day = dayName(dayNumberOf(at));
  const kind = kindOf(start);
  const place = placeOf(entity);
  const spans = excluded.filter((one) => isOf(one, entity, place));
  const campus = place === null || entity === entityOf.campus(place.campus) ? null : entityOf.campus(place.campus);
  return metrics.flatMap((metric) => {
    const values = slots.day(entity, metric, start);
    if (values.every((value) => value === 0) && !baselines.knows(entity, metric)) return [];
    baselines.learn({ entity, campus, metric, kind, day, values: without(values, start, spans) });
    return baselines.rowOf(entity, metric, kind, day) ?? [];
  });
}

function isOf(excluded: Excluded, entity: string, place: ReturnType<PlaceOf>): boolean {
  if (excluded.entities.includes(entity)) return true;
  if (excluded.areas.length === 0) return excluded.entities.length === 0;
  if (place === null) return false;
  const path = place.area ?? place.campus;
  return excluded.areas.some(
    (area) => path === area || path.startsWith(`${area}/`) || (place.area === null && area.startsWith(`${path}/`)),
  );
}

/** NaN in every slot that one of the spans touches. */
function without(values: Float32Array, dayStart: EpochMs, spans: readonly Pick<Excluded, 'from' | 'to'>[]): Float32Array {
  const slotMs = (24 * 60 * minuteMs) / slotsOfDay;
  return values.map((value, slot) => {
    const [from, to] = [dayStart + slot * slotMs, dayStart + (slot + 1) * slotMs];
    return spans.some((span) => span.from < to && span.to > from) ? Number.NaN : value;
  });
}
