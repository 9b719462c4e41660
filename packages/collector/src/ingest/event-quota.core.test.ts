import { hourMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { EventQuota } from './event-quota.core.ts';

test('an agent has its hour, counted from its first event; others have theirs', () => {
  const quota = new EventQuota(10);
  const waits: number[] = [quota.waitMs('a', 0)];
  quota.booked('a', 9, 0);
  waits.push(quota.waitMs('a', 1));
  quota.booked('a', 1, 5);
  waits.push(quota.waitMs('a', 5), quota.waitMs('b', 5), quota.waitMs('a', hourMs - 1), quota.waitMs('a', hourMs));
  quota.booked('a', 1, hourMs);
  waits.push(quota.waitMs('a', hourMs));
  expect(waits).toEqual([0, 0, hourMs - 5, 0, 1, 0, 0]);
});

test('a clock that steps back begins a new hour', () => {
  const quota = new EventQuota(10);
  quota.booked('a', 10, hourMs);
  quota.booked('a', 1, 0);
  expect(quota.waitMs('a', 0)).toBe(0);
});
