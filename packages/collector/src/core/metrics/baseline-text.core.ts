/** All that was learned of one thing as one text: what a night stores and a start reads. Days stay packed until they are asked for. */
import type { Metric } from '../world/world.core.ts';

/** A day at rest: ten thousand terminals have near a million of these. */
export interface RestingDay {
  readonly day: string;
  readonly first: number;
  /** `packed`. */
  readonly values: string;
}

/** `kinds` by `type/weekday`. */
interface SeriesDays {
  readonly metric: Metric;
  readonly kinds: ReadonlyMap<string, readonly RestingDay[]>;
}

export interface EntityDays {
  readonly campus: string | null;
  readonly series: readonly SeriesDays[];
}

export const metrics: readonly Metric[] = ['records', 'amountFen', 'passes'];

/** Under which a thing's text stands in the watch's store, by its entity. */
export const baselineKind = 'baseline';

const version = 1;

export function entityText({ campus, series }: EntityDays): string {
  const days = series.map(({ metric, kinds }) => [
    metric,
    [...kinds].map(([kind, some]) => [kind, some.map(({ day, first, values }) => [day, first, values])]),
  ]);
  return JSON.stringify({ v: version, campus, days });
}

/** null: not what `entityText` makes. */
export function entityFromText(text: string): EntityDays | null {
  const read = parsed(text);
  if (read?.v !== version || !Array.isArray(read.days)) return null;
  const campus = typeof read.campus === 'string' ? read.campus : null;
  const series = read.days.map(seriesFrom);
  return series.includes(null) ? null : { campus, series: series.filter((one) => one !== null) };
}

interface Read {
  readonly v?: unknown;
  readonly campus?: unknown;
  readonly days?: unknown;
}

function parsed(text: string): Read | null {
  try {
    return JSON.parse(text) as Read | null;
  } catch {
    return null;
  }
}

function seriesFrom(given: unknown): SeriesDays | null {
  if (!Array.isArray(given) || !Array.isArray(given[1])) return null;
  const metric = metrics.find((one) => one === given[0]);
  if (metric === undefined) return null;
  const kinds = new Map<string, readonly RestingDay[]>();
  for (const kind of given[1] as readonly unknown[]) {
    if (!Array.isArray(kind) || typeof kind[0] !== 'string' || !Array.isArray(kind[1])) return null;
    const days = kind[1].map(dayFrom);
    if (days.includes(null)) return null;
    kinds.set(
      kind[0],
      days.filter((day) => day !== null),
    );
  }
  return { metric, kinds };
}

function dayFrom(given: unknown): RestingDay | null {
  if (!Array.isArray(given)) return null;
  const [day, first, values] = given as readonly unknown[];
  if (typeof day !== 'string' || typeof first !== 'number' || typeof values !== 'string') return null;
  return { day, first, values };
}
