/** From a failing report to a file in found/. */
import type { SeedReport } from '../simulate.ts';
import { type FoundCase, keepFound, type RunSpec, storyOf } from './found.ts';
import { SpecRunner } from './runner.ts';
import { shrink } from './shrink.ts';

export interface Kept {
  readonly path: string;
  readonly found: FoundCase;
  readonly runs: number;
  readonly strikesBefore: number;
}

/** Shrinks what `report` broke and stores it. `plant`: the bug that was in it. */
export async function shrinkAndKeep(report: SeedReport, events: number, plant: string | undefined): Promise<Kept> {
  const runner = new SpecRunner(plant);
  try {
    const spec: RunSpec = { seed: report.seed, events, mode: report.mode, spare: {} };
    const shrunk = await shrink(spec, report, (smaller) => runner.run(smaller));
    const breaks = report.violations[0]?.invariant ?? '';
    const found = { story: storyOf(shrunk.report, plant), ...(plant === undefined ? {} : { plant }), breaks, spec: shrunk.spec };
    return { path: keepFound(found), found, runs: shrunk.runs, strikesBefore: report.counts['strikes'] ?? 0 };
  } finally {
    runner.close();
  }
}

export const describeKept = ({ path, found, runs, strikesBefore }: Kept): string =>
  `${path}: ${found.spec.events} events, ${found.spec.spare.strikes?.length ?? strikesBefore} of ${strikesBefore} faults, after ${runs} runs. ${found.story}`;
