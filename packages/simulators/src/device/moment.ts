import type { EpochMs } from '@cardwatch/kernel';

/** One instant in three clocks: wall, monotonic of the process, and campus time, which a speed factor compresses. All in milliseconds. */
export interface Moment {
  readonly now: EpochMs;
  readonly monoMs: number;
  readonly campusMs: number;
}
