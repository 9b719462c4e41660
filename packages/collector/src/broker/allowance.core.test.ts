import { expect, test } from 'vitest';
import { Allowance } from './allowance.core.ts';

test('the burst is free, one more waits, time pays back, and no more is saved than the burst', () => {
  const allowance = new Allowance({ perSecond: 100, burst: 50 }, 0);
  allowance.spend(50, 0);
  const waits = [allowance.waitMs(0)];
  allowance.spend(1, 0);
  waits.push(allowance.waitMs(0), allowance.waitMs(9), allowance.waitMs(10));
  allowance.spend(200, 1_000_000);
  waits.push(allowance.waitMs(1_000_000), allowance.waitMs(1_001_499), allowance.waitMs(1_001_500));
  expect(waits).toEqual([0, 10, 1, 0, 1_500, 1, 0]);
});

test('what keeps to its rate never waits', () => {
  const allowance = new Allowance({ perSecond: 1_000, burst: 10 }, 0);
  let waited = 0;
  for (let ms = 1; ms <= 5_000; ms++) {
    allowance.spend(1, ms);
    waited += allowance.waitMs(ms);
  }
  expect(waited).toBe(0);
});
