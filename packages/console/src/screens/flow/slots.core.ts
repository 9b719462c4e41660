import type { BusinessBandDto, BusinessSlotDto } from '@cardwatch/contracts/api';
import type { BusinessPoint } from '../../chart/business-option.core.ts';

/** One slot as the chart and the table show it. */
export interface FlowSlot extends Omit<BusinessSlotDto, 'expected'> {
  readonly to: number;
  /** Not begun yet: there is nothing to count, only what is normal then. */
  readonly ahead: boolean;
  readonly records: number;
  readonly normal: { readonly records: BusinessBandDto | null; readonly amountFen: BusinessBandDto | null };
  /** The same slot a week before; null: not asked for. */
  readonly before: { readonly records: number; readonly amountFen: number } | null;
}

interface Course {
  readonly slots: readonly BusinessSlotDto[];
  readonly stepMs: number;
}

/** Slots of a course, each beside the one a week before. */
export function flowSlots(course: Course, before: readonly BusinessSlotDto[] | undefined, now: number): readonly FlowSlot[] {
  return course.slots.map(({ expected, ...slot }, no) => {
    const earlier = before?.[no];
    return {
      ...slot,
      to: slot.at + course.stepMs,
      ahead: slot.at > now,
      normal: expected,
      before: earlier === undefined ? null : { records: earlier.records, amountFen: earlier.amountFen },
    };
  });
}

/** Rows worth reading: begun, and with something in them or expected in them. */
export const toldSlots = (slots: readonly FlowSlot[]): readonly FlowSlot[] =>
  slots.filter(
    (slot) =>
      !slot.ahead &&
      (slot.records > 0 || slot.failures > 0 || (slot.before?.records ?? 0) > 0 || (slot.normal.records?.median ?? 0) > 0),
  );

export interface FlowTotals {
  readonly records: number;
  readonly amountFen: number;
  readonly offline: number;
  readonly late: number;
  readonly failures: number;
  /** Of the slots that have begun; null where nothing was learned of any. */
  readonly normalRecords: number | null;
  readonly before: { readonly records: number; readonly amountFen: number } | null;
}

/** 合计 of the slots that have begun. Distinct cards do not add up and are left out. */
export function totalsOf(slots: readonly FlowSlot[]): FlowTotals {
  const begun = slots.filter(({ ahead }) => !ahead);
  const sum = (of: (slot: FlowSlot) => number): number => begun.reduce((total, slot) => total + of(slot), 0);
  return {
    records: sum(({ records }) => records),
    amountFen: sum(({ amountFen }) => amountFen),
    offline: sum(({ offline }) => offline),
    late: sum(({ late }) => late),
    failures: sum(({ failures }) => failures),
    normalRecords: begun.some(({ normal }) => normal.records !== null)
      ? Math.round(sum(({ normal }) => normal.records?.median ?? 0))
      : null,
    before: begun.some(({ before }) => before !== null)
      ? { records: sum(({ before }) => before?.records ?? 0), amountFen: sum(({ before }) => before?.amountFen ?? 0) }
      : null,
  };
}

/** `+3.2 %`, `−12 %`; undefined where there is nothing to compare with. */
export function changeText(now: number, before: number): string | undefined {
  if (before === 0) return undefined;
  const pct = Math.round(((now - before) / Math.abs(before)) * 1_000) / 10;
  return `${pct > 0 ? '+' : pct < 0 ? '−' : ''}${Math.abs(pct)} %`;
}

export type Standing = 'above' | 'below' | 'normal' | 'unknown';

/** Whether a slot that is over lies outside of what is normal. */
export function standingOf({ records, normal, to }: FlowSlot, now: number): Standing {
  if (normal.records === null || to > now) return 'unknown';
  if (records > normal.records.high) return 'above';
  return records < normal.records.low ? 'below' : 'normal';
}

/** Slots as the chart draws them, in records or in fen. Late and offline are known of records alone. */
export function chartPoints(slots: readonly FlowSlot[], unit: 'records' | 'yuan'): readonly BusinessPoint[] {
  const metric = unit === 'yuan' ? 'amountFen' : 'records';
  return slots.map((slot) => ({
    at: slot.at,
    to: slot.to,
    value: slot.ahead ? null : slot[metric],
    late: unit === 'yuan' ? 0 : slot.late,
    offline: unit === 'yuan' ? 0 : slot.offline,
    band: slot.normal[metric],
    before: slot.before?.[metric] ?? null,
  }));
}
