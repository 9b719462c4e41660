import { SeededRandom } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { SyncTimes } from './sync-times.ts';

/** The plain reading of what is promised: sort the last 512. */
function plain(times: readonly number[]): { syncP50Ms: number; syncP99Ms: number } {
  const sorted = times.slice(-512).toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { syncP50Ms: at(0.5), syncP99Ms: at(0.99) };
}

test('gives the percentiles of the last 512, at each sync, whatever comes in', () => {
  const random = new SeededRandom(1);
  const times = new SyncTimes();
  const came: number[] = [];
  expect(times.percentiles()).toEqual({ syncP50Ms: 0, syncP99Ms: 0 });
  for (let i = 0; i < 2_000; i++) {
    // Ties are as common as a clock of whole milliseconds makes them.
    const tookMs = random.next() < 0.5 ? Math.floor(random.next() * 8) : random.next() * 300;
    came.push(tookMs);
    times.add(tookMs);
    expect(times.percentiles()).toEqual(plain(came));
  }
  expect(times.total).toBe(2_000);
});
