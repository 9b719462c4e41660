/** The business day of one campus or of several together, as the chart draws it. */
import type { BusinessMetricsDto, BusinessSlotDto } from '@cardwatch/contracts/api';
import { dayMs, shanghaiOffsetMs } from '@cardwatch/kernel';
import type { BusinessPoint } from '../../chart/business-option.core.ts';

/** Midnight to midnight in Shanghai. */
export function dayOf(now: number): { readonly from: number; readonly to: number } {
  const from = Math.floor((now + shanghaiOffsetMs) / dayMs) * dayMs - shanghaiOffsetMs;
  return { from, to: from + dayMs };
}

type Unit = 'records' | 'yuan';

/** Slot by slot; bands are added end by end, and there is none where one of the parts has none. */
export function dayPoints(
  parts: readonly Pick<BusinessMetricsDto, 'slots' | 'stepMs'>[],
  unit: Unit,
  now: number,
): readonly BusinessPoint[] {
  const [first] = parts;
  if (first === undefined) return [];
  return first.slots.map(({ at }, no) => {
    const slots = parts.map(({ slots: own }) => own[no]).filter((slot) => slot !== undefined);
    return { at, to: at + first.stepMs, ...valuesOf(slots, unit, at > now), band: bandOf(slots, unit), before: null };
  });
}

function valuesOf(
  slots: readonly BusinessSlotDto[],
  unit: Unit,
  isAhead: boolean,
): Pick<BusinessPoint, 'value' | 'late' | 'offline'> {
  const sum = (of: (slot: BusinessSlotDto) => number): number => slots.reduce((total, slot) => total + of(slot), 0);
  if (isAhead) return { value: null, late: 0, offline: 0 };
  if (unit === 'yuan') return { value: sum(({ amountFen }) => amountFen), late: 0, offline: 0 };
  return { value: sum(({ records }) => records), late: sum(({ late }) => late), offline: sum(({ offline }) => offline) };
}

function bandOf(slots: readonly BusinessSlotDto[], unit: Unit): BusinessPoint['band'] {
  const bands = slots.map(({ expected }) => (unit === 'yuan' ? expected.amountFen : expected.records));
  const known = bands.filter((band) => band !== null);
  if (known.length === 0 || known.length < bands.length) return null;
  return known.reduce((one, other) => ({
    mad: one.mad + other.mad,
    low: one.low + other.low,
    high: one.high + other.high,
    median: one.median + other.median,
  }));
}

/** Of what has begun. */
export const totalOf = (points: readonly BusinessPoint[]): number => points.reduce((sum, { value }) => sum + (value ?? 0), 0);
