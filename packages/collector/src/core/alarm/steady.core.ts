/** Time that only goes on: durations of alarms are measured in it, so that a clock that is set does not raise or clear anything. */
import type { EpochMs } from '@cardwatch/kernel';

/** A longer gap between two looks (a clock set ahead, a collector that stood still) is no evidence and counts nothing. */
export const lookGapMsMax = 60_000;

export interface Steady {
  readonly wallAt: EpochMs;
  /** Milliseconds that were watched; never goes back. */
  readonly steadyMs: number;
}

export const steadyAt = (now: EpochMs): Steady => ({ wallAt: now, steadyMs: 0 });

/** Counts on by the time since the last look; a clock that went back, or far ahead, adds nothing. */
export function steadyStep(steady: Steady, now: EpochMs): Steady {
  const gapMs = now - steady.wallAt;
  return { wallAt: now, steadyMs: steady.steadyMs + (gapMs > 0 && gapMs <= lookGapMsMax ? gapMs : 0) };
}
