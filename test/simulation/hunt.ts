/** Looks for a seed that shows a planted bug, and proves by a control run that the bug is what it shows. */
import type { Plant } from './plant/plant.ts';
import { runShare } from './pool.ts';
import type { SeedReport } from './simulate.ts';

export interface Found {
  readonly plant: Plant;
  /** The run that showed it; undefined when none did in time. */
  readonly report: SeedReport | undefined;
  readonly seeds: number;
  /** Processor time of all runs with the bug in them. */
  readonly cpuS: number;
}

export interface HuntLimits {
  /** Processor time. */
  readonly seconds: number;
  readonly events: number;
  /** First seed; 1 when it is not there. */
  readonly from?: number | undefined;
}

/** Runs seeds one after another in a process with the bug in it, until one fails that does not fail without it, or the time is over. */
export async function huntFor(plant: Plant, { seconds, events, from = 1 }: HuntLimits): Promise<Found> {
  let seeds = 0;
  let cpuS = 0;
  for (let first = from; cpuS < seconds; ) {
    const ran = await firstFailure({ plant, from: first, events, seconds: seconds - cpuS });
    seeds += ran.seeds;
    cpuS += ran.cpuS;
    if (ran.report === undefined) break;
    if (!(await failsAnyway(plant, ran.report.seed, events))) return { plant, report: ran.report, seeds, cpuS };
    first = ran.report.seed + 1;
  }
  return { plant, report: undefined, seeds, cpuS };
}

type Stretch = Omit<Found, 'plant'>;

async function firstFailure({ plant, from = 1, events, seconds }: HuntLimits & { readonly plant: Plant }): Promise<Stretch> {
  let report: SeedReport | undefined;
  let seeds = 0;
  let cpuS = 0;
  const share = { first: from, step: 1, count: 100_000, events, mode: plant.mode, plant: plant.name };
  const run = runShare(share, (each) => {
    seeds++;
    cpuS += each.cpuMs / 1_000;
    if (each.violations.length > 0) report ??= each;
    else if (cpuS >= seconds) run.stop();
  });
  const code = await run.done;
  if (code !== 0 && seeds === 0) throw new Error(`${plant.name}: the worker ended with ${code} before its first seed`);
  return { report, seeds, cpuS };
}

async function failsAnyway(plant: Plant, seed: number, events: number): Promise<boolean> {
  let fails = false;
  const share = { first: seed, step: 1, count: 1, events, mode: plant.mode };
  await runShare(share, (each) => {
    fails = each.violations.length > 0;
  }).done;
  return fails;
}
