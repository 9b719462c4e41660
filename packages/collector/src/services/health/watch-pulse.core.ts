import type { HealthDto } from '@cardwatch/contracts/api';
import { minuteMs, secondMs } from '@cardwatch/kernel';

/** What is heard of the watch's looks. */
export interface WatchPulse {
  /** Null: it has not looked yet. */
  readonly lookedAt: number | null;
  /** Since it looked last, or since it was opened. */
  readonly sinceMs: number;
  readonly lagMs: number;
}

export type WatchState = NonNullable<HealthDto['watch']>['state'];

export const pulseLimits = {
  /** It looks once a second; a thread that ended is replaced after one, and takes its rows up again. */
  stillMs: 20 * secondMs,
  /** A first start tells its rules the facts of a day. */
  startMs: 2 * minuteMs,
  /** Alarms may be so late before it is said. */
  behindMs: 30 * secondMs,
} as const;

export function watchState({ lookedAt, sinceMs, lagMs }: WatchPulse): WatchState {
  if (lookedAt === null) return sinceMs < pulseLimits.startMs ? 'starting' : 'still';
  if (sinceMs >= pulseLimits.stillMs) return 'still';
  return lagMs >= pulseLimits.behindMs ? 'behind' : 'looking';
}

export const watchHealth = (pulse: WatchPulse): NonNullable<HealthDto['watch']> => ({
  state: watchState(pulse),
  lookedAt: pulse.lookedAt,
  lagMs: Math.round(pulse.lagMs),
});
