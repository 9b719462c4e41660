import { hourMs, minuteMs } from '@cardwatch/kernel';

export const sessionDefaults = {
  idleMs: 15 * minuteMs,
  absoluteMs: 12 * hourMs,
  /** Use is written down at most this often: a read stays a read. */
  touchMs: 30_000,
} as const;
