/**
 * Sign-in lock-out. Per account and address: the fifth failure locks for 30 minutes; another address is not locked, so nobody can lock the staff out.
 * Per address, whatever the name: from the tenth failure on each one doubles the wait. An attempt counts as failed before it is checked, and is
 * taken back when it was right, so that a hundred attempts at once are not a hundred free guesses.
 */
import { minuteMs, secondMs } from '@cardwatch/kernel';

export const lockoutLimits = {
  accountFailures: 5,
  accountLockMs: 30 * minuteMs,
  addressFreeFailures: 10,
  addressWaitMs: 1 * secondMs,
  addressWaitMsMax: 15 * minuteMs,
  /** Failures are forgotten after this long without one. */
  forgetMs: 30 * minuteMs,
} as const;

export interface Failures {
  readonly failures: number;
  readonly lockedUntil: number;
  readonly lastAt: number;
}

export const noFailures: Failures = { failures: 0, lockedUntil: 0, lastAt: 0 };

export const lockedFor = (state: Failures, now: number): number => Math.max(0, state.lockedUntil - now);

/** The state after one more failure. A lock that has run out starts the count anew. */
export function failAccount(state: Failures, now: number): Failures {
  const failures = (fresh(state, now) || state.lockedUntil > 0 ? 0 : state.failures) + 1;
  const lockedUntil = failures >= lockoutLimits.accountFailures ? now + lockoutLimits.accountLockMs : 0;
  return { failures, lockedUntil, lastAt: now };
}

export function failAddress(state: Failures, now: number): Failures {
  const failures = (fresh(state, now) ? 0 : state.failures) + 1;
  const doublings = failures - lockoutLimits.addressFreeFailures;
  const waitMs =
    doublings < 0 ? 0 : Math.min(lockoutLimits.addressWaitMsMax, lockoutLimits.addressWaitMs * 2 ** Math.min(doublings, 30));
  return { failures, lockedUntil: now + waitMs, lastAt: now };
}

/** Takes the attempt back that was counted before it turned out right; earlier failures of the address stay. */
export function forgiveAddress(state: Failures): Failures {
  return { failures: Math.max(0, state.failures - 1), lockedUntil: 0, lastAt: state.lastAt };
}

const fresh = (state: Failures, now: number): boolean => now - state.lastAt >= lockoutLimits.forgetMs && state.lockedUntil <= now;
