/** Looks for a seed that shows a planted bug, and proves by a control run that the bug is what it shows. */
import type { Plant } from './plant/catalogue.ts';
import { runShare } from './pool.ts';
import type { SeedReport } from './simulate.ts';

export interface Found {
  readonly plant: Plant;
  /** The run that showed it; undefined when none did in time. */
  readonly report: SeedReport | undefined;
  readonly seeds: number;
  readonly seconds: number;
}

export interface HuntLimits {
  readonly seconds: number;
  readonly events: number;
}

/** Runs seeds from 1 on in a process with the bug in it, until one fails that does not fail without it, or the time is over. */
export async function huntFor(plant: Plant, { seconds, events }: HuntLimits): Promise<Found> {
  const startedMs = performance.now();
  const spent = (): number => (performance.now() - startedMs) / 1_000;
  let seeds = 0;
  for (let first = 1; spent() < seconds; ) {
    const { report, ran } = await firstFailure({ plant, first, events, seconds: seconds - spent() });
    seeds += ran;
    if (report === undefined) break;
    if (!(await failsAnyway(plant, report.seed, events))) return { plant, report, seeds, seconds: spent() };
    first = report.seed + 1;
  }
  return { plant, report: undefined, seeds, seconds: spent() };
}

interface Stretch extends HuntLimits {
  readonly plant: Plant;
  readonly first: number;
}

async function firstFailure({
  plant,
  first,
  events,
  seconds,
}: Stretch): Promise<{ report: SeedReport | undefined; ran: number }> {
  let report: SeedReport | undefined;
  let ran = 0;
  const share = { first, step: 1, count: 100_000, events, mode: plant.mode, plant: plant.name };
  const run = runShare(share, (each) => {
    ran++;
    if (each.violations.length > 0) report ??= each;
  });
  const timer = setTimeout(() => run.stop(), seconds * 1_000);
  const code = await run.done;
  clearTimeout(timer);
  if (code !== 0 && ran === 0 && seconds > 10)
    throw new Error(`${plant.name}: the worker ended with ${code} before its first seed`);
  return { report, ran };
}

async function failsAnyway(plant: Plant, seed: number, events: number): Promise<boolean> {
  let fails = false;
  const share = { first: seed, step: 1, count: 1, events, mode: plant.mode };
  await runShare(share, (each) => {
    fails = each.violations.length > 0;
  }).done;
  return fails;
}
