import type { ClockQuality } from '@cardwatch/contracts';
import { dayMs, type EpochMs, epochFromShanghai, epochMs } from '@cardwatch/kernel';

/** A device clock outside of this window around the agent's clock is no clock. Terminals may hold records for more than a year. */
export const observedWindow = { pastMs: 400 * dayMs, futureMs: dayMs } as const;

export interface Observed {
  readonly observedAt: EpochMs;
  readonly clockQuality: ClockQuality;
}

/**
 * The device's text as Shanghai civil time: the digits `yyyyMMddHHmmss` or `yyMMddHHmmss`, with any separators between.
 * Undefined when it is no date, or all zero (clock never set).
 */
export function parseDeviceTime(text: string): EpochMs | undefined {
  const digits = text.replace(/[^0-9]/g, '');
  const full = digits.length === 12 ? `20${digits}` : digits;
  if (full.length !== 14) return undefined;
  const part = (from: number, to: number): number => Number(full.slice(from, to));
  return epochFromShanghai({
    year: part(0, 4),
    month: part(4, 6),
    day: part(6, 8),
    hour: part(8, 10),
    minute: part(10, 12),
    second: part(12, 14),
  });
}

/** No digit but zero, whether or not the century was added: the clock of the device was never set. */
const neverSet = /^(?:20)?[^1-9]*$/;

/** `derived`: the device gave no clock. `invalid`: it gave one that cannot be. Both take the agent's time; `drifted` keeps the device's. */
export function observe(text: string, driftMs: number | undefined, driftMsMax: number, recordedAt: EpochMs): Observed {
  if (neverSet.test(text)) return { observedAt: recordedAt, clockQuality: 'derived' };
  const at = parseDeviceTime(text);
  if (at === undefined || at < recordedAt - observedWindow.pastMs || at > recordedAt + observedWindow.futureMs)
    return { observedAt: epochMs(recordedAt), clockQuality: 'invalid' };
  const drifted = driftMs !== undefined && Math.abs(driftMs) > driftMsMax;
  return { observedAt: at, clockQuality: drifted ? 'drifted' : 'ok' };
}
