import { expect, test } from 'vitest';
import { revealSeconds, secondsLeft } from './reveal.core.ts';

test.each([
  [0, revealSeconds],
  [999, revealSeconds],
  [1_000, revealSeconds - 1],
  [29_999, 1],
  [30_000, 0],
  [900_000, 0],
  [-5_000, revealSeconds],
])('after %i ms %i s are left', (ms, left) => {
  expect(secondsLeft(1_000_000, 1_000_000 + ms)).toBe(left);
});
