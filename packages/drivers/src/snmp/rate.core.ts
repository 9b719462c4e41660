import type { RawValue } from '../contract.ts';

export interface CounterSample {
  readonly value: bigint;
  readonly atMs: number;
}

/**
 * Rise per second between two samples of a counter of 32 or 64 bits. A 32-bit counter that fell has wrapped when the rise that follows is below half of its
 * range, else it began anew: then there is no rate.
 */
export function rateOf(before: CounterSample | undefined, now: CounterSample, bits: 32 | 64): number | undefined {
  if (before === undefined || now.atMs <= before.atMs) return undefined;
  const modulus = 1n << BigInt(bits);
  const rise = now.value >= before.value ? now.value - before.value : now.value - before.value + modulus;
  if (now.value < before.value && (bits === 64 || rise >= modulus / 2n)) return undefined;
  return (Number(rise) * 1_000) / (now.atMs - before.atMs);
}

/** Traffic is told when it moved by a quarter and by 100 kbit/s: what breathes is no news. */
export const trafficMoved = (before: RawValue, now: RawValue): boolean =>
  typeof before !== 'number' || typeof now !== 'number'
    ? before !== now
    : Math.abs(now - before) > Math.max(100, Math.abs(before) / 4) || (now === 0) !== (before === 0);

export const changed = (before: RawValue, now: RawValue): boolean => before !== now;
