/** A few seeds, small enough for every run; `pnpm sim` runs as many as there is time for. */
import { describe, expect, test } from 'vitest';
import { type Share, runShare } from './pool.ts';
import { regressionSeeds } from './seeds.ts';
import type { SeedReport } from './simulate.ts';

async function reportsOf(share: Share): Promise<SeedReport[]> {
  const reports: SeedReport[] = [];
  const code = await runShare(share, (report) => reports.push(report)).done;
  expect(code).toBe(0);
  expect(reports).toHaveLength(share.count);
  return reports;
}

const failures = (reports: readonly SeedReport[]): string[] =>
  reports.flatMap(({ seed, mode, violations }) =>
    violations.map(({ invariant, detail }) => `seed ${seed} ${mode}: ${invariant} ${detail}`),
  );

describe('simulation', () => {
  test('keeps every fen through faults that can be made good, and tells of every hole through those that cannot', async () => {
    const reports = await reportsOf({ first: 1, step: 1, count: 6, events: 4_000, mode: 'both' });
    expect(failures(reports)).toEqual([]);
    for (const { events, faults, verdict } of reports) {
      expect(events).toBeGreaterThanOrEqual(4_000);
      expect(faults).toBeGreaterThan(0);
      expect(verdict?.booked).toBeGreaterThan(0);
      expect([verdict?.lostFen, verdict?.doubledFen, verdict?.inventedFen]).toEqual([0, 0, 0]);
    }
  });

  test('gives the identical trace for the same seed and another one for another seed', async () => {
    const share = { first: 11, step: 1, count: 2, events: 3_000, mode: 'safety' };
    const [once, again] = [await reportsOf(share), await reportsOf(share)];
    expect(again.map(({ traceHash, events }) => [traceHash, events])).toEqual(
      once.map(({ traceHash, events }) => [traceHash, events]),
    );
    expect(once[0]?.traceHash).not.toBe(once[1]?.traceHash);
  });

  test('drills the journal alone', async () => {
    const sound = await reportsOf({ first: 1, step: 1, count: 4, events: 3_000, mode: 'drill' });
    const damaged = await reportsOf({ first: 1, step: 1, count: 4, events: 3_000, mode: 'drill-damage' });
    expect(failures([...sound, ...damaged])).toEqual([]);
    for (const { counts } of sound) expect(counts['linesRead']).toBeGreaterThan(0);
  });

  test.each(regressionSeeds())('seed $seed $mode stays well: $story', async ({ seed, events, mode }) => {
    expect(failures(await reportsOf({ first: seed, step: 1, count: 1, events, mode }))).toEqual([]);
  });
});
