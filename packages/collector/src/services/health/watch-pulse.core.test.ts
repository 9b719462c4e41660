import { expect, test } from 'vitest';
import { watchHealth } from './watch-pulse.core.ts';

test.each([
  // looked at, since, lag   -> state
  [null, 0, 0, 'starting'],
  [null, 119_999, 0, 'starting'],
  [null, 120_000, 0, 'still'],
  [5, 0, 0, 'looking'],
  [5, 19_999, 29_999, 'looking'],
  [5, 0, 30_000, 'behind'],
  [5, 20_000, 0, 'still'],
  [5, 20_000, 30_000, 'still'],
])('looked at %s, %s ms ago, %s ms behind: %s', (lookedAt, sinceMs, lagMs, state) => {
  expect(watchHealth({ lookedAt, sinceMs, lagMs })).toEqual({ state, lookedAt, lagMs });
});
