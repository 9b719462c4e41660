import type { EpochMs } from './time.ts';

/** Every state machine in the house: time is an event, wake-ups are effects, the runner alone acts. */
export type Step<S, E, F> = (state: S, event: E, now: EpochMs) => readonly [S, readonly F[]];
