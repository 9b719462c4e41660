/** What runs showed once, made small: a planted bug shows again, a bug that was mended does not; and the way a run is made small. */
import { describe, expect, test } from 'vitest';
import { plants } from './plant/catalogue.ts';
import { allFound, type RunSpec } from './shrink/found.ts';
import { SpecRunner } from './shrink/runner.ts';
import { shrink } from './shrink/shrink.ts';
import type { SeedReport } from './simulate.ts';

const cases = allFound();

async function runOnce(plant: string | undefined, spec: RunSpec): Promise<SeedReport> {
  const runner = new SpecRunner(plant);
  try {
    return await runner.run(spec);
  } finally {
    runner.close();
  }
}

describe('found', () => {
  test('tells each case in one line, and names bugs that there are', () => {
    expect(cases.length).toBeGreaterThan(2);
    const names = new Set(plants.map(({ name }) => name));
    for (const { story, plant } of cases) {
      expect(story).not.toContain('\n');
      expect(plant === undefined || names.has(plant)).toBe(true);
    }
  });

  test.each(cases)('stays well without a bug in it: $story', async ({ spec }) => {
    const report = await runOnce(undefined, spec);
    expect(report.violations).toEqual([]);
    expect(report.events).toBeGreaterThan(0);
  });
});

/** A run of which faults 3 and 17 together break something at event 700, when nothing lurks or not. */
const toy = (spec: RunSpec): SeedReport => {
  const strikes = spec.spare.strikes ?? Array.from({ length: 40 }, (_, number) => number);
  const breaks = strikes.includes(3) && strikes.includes(17) && spec.events >= 700;
  return {
    seed: spec.seed,
    mode: spec.mode,
    events: spec.events,
    faults: strikes.length,
    simulatedMs: 0,
    cpuMs: 0,
    traceHash: '',
    violations: breaks ? [{ invariant: 'I4', detail: 'gone', event: 720 }] : [],
    verdict: undefined,
    faultsByKind: {},
    counts: { strikes: 40 },
  };
};

describe('shrink', () => {
  test('leaves the two faults that it takes, and hardly more events', async () => {
    const spec: RunSpec = { seed: 1, events: 8_000, mode: 'safety', spare: {} };
    const { spec: small, runs } = await shrink(spec, toy(spec), (each) => Promise.resolve(toy(each)));
    expect(small.spare).toEqual({ strikes: [3, 17], lurking: false });
    expect(small.events).toBeLessThan(760);
    expect(runs).toBeLessThan(80);
  });

  test('keeps what it was given when nothing smaller breaks, and stops at its limit', async () => {
    const spec: RunSpec = { seed: 1, events: 8_000, mode: 'safety', spare: {} };
    const never = { ...toy(spec), violations: [] };
    const { spec: same, runs } = await shrink(spec, toy(spec), () => Promise.resolve(never), 5);
    expect(same).toBe(spec);
    expect(runs).toBe(5);
  });
});
