import { hourMs, minuteMs, secondMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { failAccount, failAddress, type Failures, forgiveAddress, lockedFor, lockoutLimits, noFailures } from './lockout.core.ts';

const start = 1_000_000_000;
const times = (count: number, step: (state: Failures, now: number) => Failures, from = noFailures): Failures =>
  Array.from({ length: count }).reduce<Failures>((state) => step(state, start), from);

describe('an account at an address', () => {
  test.each([
    [lockoutLimits.accountFailures - 1, 0],
    [lockoutLimits.accountFailures, 30 * minuteMs],
  ])('after %i failures is locked for %i ms', (count, lockMs) => {
    expect(lockedFor(times(count, failAccount), start)).toBe(lockMs);
  });

  test('opens after half an hour and counts anew', () => {
    const locked = times(5, failAccount);
    const later = start + 30 * minuteMs;
    expect(lockedFor(locked, later - 1)).toBe(1);
    expect(lockedFor(locked, later)).toBe(0);
    expect(failAccount(locked, later)).toMatchObject({ failures: 1, lockedUntil: 0 });
  });

  test('forgets after half an hour without a failure', () => {
    expect(failAccount(times(4, failAccount), start + lockoutLimits.forgetMs).failures).toBe(1);
    expect(failAccount(times(4, failAccount), start + lockoutLimits.forgetMs - 1).failures).toBe(5);
  });
});

describe('an address', () => {
  test.each([
    [9, 0],
    [10, 1 * secondMs],
    [11, 2 * secondMs],
    [14, 16 * secondMs],
    [40, 15 * minuteMs],
    [400, 15 * minuteMs],
  ])('after %i failures waits %i ms', (count, waitMs) => {
    expect(lockedFor(times(count, failAddress), start)).toBe(waitMs);
  });

  test('that signs in at last gets that one attempt back and no more', () => {
    const state = forgiveAddress(times(12, failAddress));
    expect(state).toMatchObject({ failures: 11, lockedUntil: 0 });
    expect(lockedFor(failAddress(state, start), start)).toBe(4 * secondMs);
  });

  test('is forgotten after a quiet hour', () => {
    expect(failAddress(times(40, failAddress), start + hourMs).failures).toBe(1);
  });
});
