/** What is normal beside what was, slot by slot, out of what was learned of a thing and of its campus. */
import type { BusinessBandDto, BusinessDayDto, BusinessSlotDto } from '@cardwatch/contracts/api';
import type { TeachingCalendar } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import { dayName, dayNumberOf, startOfDay } from '../../core/calendar/day.core.ts';
import { Baselines, type DayKind } from '../../core/metrics/baselines.core.ts';
import { dayKindOf } from '../../core/metrics/learn-day.core.ts';
import { modifiedZBand } from '../../core/metrics/statistics.core.ts';
import type { Expectation } from '../../core/world/world.core.ts';

export interface Learned {
  readonly entity: string;
  /** `textOf` of `Baselines`, of the thing and of its campus, by entity. */
  readonly texts: ReadonlyMap<string, string>;
}

type Expected = BusinessSlotDto['expected'];

export interface Bands {
  at(from: number, to: number): Expected;
  /** Days of what was asked so far, oldest first. */
  days(): BusinessDayDto[];
}

export function bandsOf({ entity, texts }: Learned, teaching: TeachingCalendar): Bands {
  const kindOf = rememberedKinds(teaching);
  const baselines = new Baselines(kindOf);
  for (const [of, text] of texts) baselines.takeText(of, text);
  const days = new Map<number, Set<string>>();
  const learnedOn = (from: number): Set<string> => {
    const day = dayNumberOf(epochMs(from));
    const known = days.get(day) ?? new Set<string>();
    days.set(day, known);
    return known;
  };
  return {
    at(from, to) {
      const learned = learnedOn(from);
      const of = (metric: 'records' | 'amountFen'): BusinessBandDto | null => {
        const expected = baselines.expected(entity, metric, epochMs(from), epochMs(to));
        for (const day of expected?.days ?? []) learned.add(day);
        return bandOf(expected);
      };
      return { records: of('records'), amountFen: of('amountFen') };
    },
    days: () =>
      [...days].map(([day, learned]) => ({
        day: dayName(day),
        ...kindOf(startOfDay(day)),
        learnedFrom: [...learned].toSorted(),
      })),
  };
}

function bandOf(expected: Expectation | null): BusinessBandDto | null {
  if (expected === null) return null;
  const { median, mad } = expected;
  const [low, high] = modifiedZBand(median, mad);
  return { median, mad, low: Math.max(0, low), high };
}

/** A calendar of many periods is asked once a day, not once a slot. */
function rememberedKinds(teaching: TeachingCalendar): (at: EpochMs) => DayKind {
  const kindOf = dayKindOf(teaching);
  const known = new Map<number, DayKind>();
  return (at) => {
    const day = dayNumberOf(at);
    const kind = known.get(day) ?? kindOf(at);
    known.set(day, kind);
    return kind;
  };
}
