/** 合同时限 by level and clock, as they are written in fields: a length with its unit, and the calendar that it is counted by. */
import type { SlaClock, SlaContract, SlaLimits } from '@cardwatch/contracts/watch';
import { dayMs, hourMs, minuteMs } from '@cardwatch/kernel';

export const slaClocks = [
  'respond',
  'onSite',
  'restore',
  'resolve',
  'preliminaryReport',
  'finalReport',
] as const satisfies readonly SlaClock[];
export const levels = [1, 2, 3] as const;
export type Level = (typeof levels)[number];

/** `15m`, `4h`, `3d`; days are days of the calendar's own length of 24 h. Empty: nothing is promised. */
export function lengthText(ms: number): string {
  if (ms % dayMs === 0) return `${ms / dayMs}d`;
  return ms % hourMs === 0 ? `${ms / hourMs}h` : `${ms / minuteMs}m`;
}

const units: Readonly<Record<string, number>> = { m: minuteMs, h: hourMs, d: dayMs };
const limitMax = 31_622_400_000;

/** Undefined: not a length that a contract can promise. */
export function lengthFrom(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,5}(?:\.\d)?)\s*([mhd])$/i.exec(text.trim()) ?? [];
  if (number === undefined || unit === undefined) return undefined;
  const ms = Math.round(Number(number) * (units[unit.toLowerCase()] ?? 0));
  return ms >= minuteMs && ms <= limitMax ? ms : undefined;
}

export interface LimitDraft {
  readonly length: string;
  readonly calendar: string;
}
export type LimitsDraft = Readonly<Record<Level, Readonly<Record<SlaClock, LimitDraft>>>>;

const ofLevel = (limits: SlaLimits[Level]): Readonly<Record<SlaClock, LimitDraft>> => {
  const draft = (clock: SlaClock): LimitDraft => {
    const limit = limits[clock];
    return limit === null ? { length: '', calendar: '7x24' } : { length: lengthText(limit.limitMs), calendar: limit.calendar };
  };
  return {
    respond: draft('respond'),
    onSite: draft('onSite'),
    restore: draft('restore'),
    resolve: draft('resolve'),
    preliminaryReport: draft('preliminaryReport'),
    finalReport: draft('finalReport'),
  };
};

export const draftOf = (limits: SlaLimits): LimitsDraft => ({
  1: ofLevel(limits[1]),
  2: ofLevel(limits[2]),
  3: ofLevel(limits[3]),
});

export const isLength = (text: string): boolean => text.trim() === '' || lengthFrom(text) !== undefined;

/** Undefined while a field holds no length. */
export function limitsFrom(draft: LimitsDraft): SlaLimits | undefined {
  if (!levels.every((level) => slaClocks.every((clock) => isLength(draft[level][clock].length)))) return undefined;
  const limit = (level: Level, clock: SlaClock) => {
    const { length, calendar } = draft[level][clock];
    const limitMs = lengthFrom(length);
    return limitMs === undefined ? null : { limitMs, calendar };
  };
  const all = (level: Level): SlaLimits[Level] => ({
    respond: limit(level, 'respond'),
    onSite: limit(level, 'onSite'),
    restore: limit(level, 'restore'),
    resolve: limit(level, 'resolve'),
    preliminaryReport: limit(level, 'preliminaryReport'),
    finalReport: limit(level, 'finalReport'),
  });
  return { 1: all(1), 2: all(2), 3: all(3) };
}

/** As the collector asks for it. */
export const contractIdForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The latest to begin stands first. */
export const inOrder = (contracts: readonly SlaContract[]): readonly SlaContract[] =>
  contracts.toSorted((a, b) => b.validFrom - a.validFrom);
