import type { Random } from './random.ts';
import { type DurationMs, durationMs } from './time.ts';

export interface BackoffLimits {
  readonly baseMs: number;
  readonly capMs: number;
}

/** Full jitter: uniform in [0, min(cap, base * 2^attempt)), attempt counted from 0. */
export function fullJitter(limits: BackoffLimits, attempt: number, random: Random): DurationMs {
  return durationMs(random.next() * exponential(limits, attempt));
}

/** min(cap, base * 2^attempt), without jitter. */
export function exponential(limits: BackoffLimits, attempt: number): DurationMs {
  return durationMs(Math.min(limits.capMs, limits.baseMs * 2 ** Math.min(attempt, 30)));
}
