/** `pnpm sim`: runs seeds, prints what was simulated and what was broken, ends with 1 when anything was. */
import { createWriteStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { findPlant, plants } from './plant/catalogue.ts';
import { plantBug } from './plant/hook.ts';
import { runShare } from './pool.ts';
import { describeKept, shrinkAndKeep } from './shrink/keep.ts';
import { readFound, type RunSpec } from './shrink/found.ts';
import { modeOf } from './seeds.ts';
import type { Verdict } from './check/verdict.ts';
import type { SeedReport } from './simulate.ts';

interface Options {
  readonly seed: string;
  readonly seeds: string;
  readonly events: string;
  readonly mode: string;
  readonly processes: string;
  readonly plant?: string;
  readonly trace?: string;
  readonly replay?: string;
  readonly shrink: boolean;
}

const options = new Command('sim')
  .description('Deterministic simulation of agents, journal, broker and collector under faults')
  .option('--seed <number>', 'first seed', '1')
  .option('--seeds <count>', 'how many seeds', '1')
  .option('--events <count>', 'events with faults a seed; draining comes on top', '16000')
  .option('--mode <mode>', 'safety, liveness, both by turns, drill (the journal alone) or drill-damage', 'both')
  .option('--processes <count>', 'worker processes', String(availableParallelism()))
  .option('--plant <bug>', `a bug to plant: ${plants.map((plant) => plant.name).join(', ')}`)
  .option('--trace <file>', 'writes every event of one seed')
  .option('--replay <file>', 'runs what a file of found/ tells, with its bug in it if it names one')
  .option('--no-shrink', 'failing seeds are left as they are')
  .parse()
  .opts<Options>();

/** Failing seeds that are made small at the end of one call. */
const shrunkMax = 3;

const startedMs = performance.now();
const replayed = options.replay === undefined ? undefined : readFound(options.replay);
const plantName = replayed?.plant ?? options.plant;
const reports = replayed !== undefined || Number(options.seeds) === 1 ? [await one(replayed?.spec ?? ownSpec())] : await many();
process.exitCode = summarise(reports) ? 0 : 1;
if (replayed === undefined && options.shrink) await shrinkAll();

function ownSpec(): RunSpec {
  const seed = Number(options.seed);
  return { seed, events: Number(options.events), mode: modeOf(options.mode, seed), spare: {} };
}

async function shrinkAll(): Promise<void> {
  for (const report of reports.filter(({ violations }) => violations.length > 0).slice(0, shrunkMax))
    console.log(`made small: ${describeKept(await shrinkAndKeep(report, Number(options.events), plantName))}`);
}

/** One seed in this process, with its trace where wanted. */
async function one(spec: RunSpec): Promise<SeedReport> {
  const planted = plantName === undefined ? undefined : plantBug(findPlant(plantName));
  const { runSeed } = await import('./run-seed.ts');
  if (planted !== undefined && planted.times() !== 1) throw new Error(`${plantName}: nothing was planted`);
  const file = options.trace === undefined ? undefined : createWriteStream(options.trace);
  const sink = file === undefined ? undefined : (line: string): void => void file.write(`${line}\n`);
  const report = await runSeed({ ...spec, sink });
  file?.end();
  print(report);
  return report;
}

async function many(): Promise<SeedReport[]> {
  const seeds = Number(options.seeds);
  const processes = Math.min(seeds, Number(options.processes));
  const found: SeedReport[] = [];
  const shares = Array.from({ length: processes }, (_, index) => {
    const count = Math.ceil((seeds - index) / processes);
    const { mode, plant } = options;
    const share = { first: Number(options.seed) + index, step: processes, count, events: Number(options.events), mode, plant };
    return runShare(share, (report) => {
      found.push(report);
      if (report.violations.length > 0) print(report);
    });
  });
  const codes = await Promise.all(shares.map((share) => share.done));
  if (codes.some((code) => code !== 0)) throw new Error(`a worker ended with ${codes.join(', ')}`);
  return found;
}

function print(report: SeedReport): void {
  const { seed, mode, events, faults, traceHash, verdict } = report;
  console.log(
    `seed ${seed} ${mode}: ${events} events, ${faults} faults, ${minutes(report.simulatedMs)} simulated, trace ${traceHash}`,
  );
  if (verdict !== undefined) console.log(`  ${JSON.stringify(verdict)}`);
  if (options.seeds === '1') console.log(`  ${JSON.stringify(report.counts)}`);
  for (const { invariant, detail, event } of report.violations) console.log(`  ${invariant} at event ${event}: ${detail}`);
  if (report.violations.length === 0) return;
  if (replayed !== undefined) return;
  const plant = plantName === undefined ? '' : ` --plant ${plantName}`;
  console.log(`  again: pnpm sim --seed ${seed} --events ${options.events} --mode ${mode}${plant}`);
}

function summarise(all: readonly SeedReport[]): boolean {
  const sum = (value: (report: SeedReport) => number): number => all.reduce((total, report) => total + value(report), 0);
  const bad = all.filter((report) => report.violations.length > 0);
  const events = sum((report) => report.events);
  const elapsedS = (performance.now() - startedMs) / 1_000;
  const perCore = Math.round(events / (sum((report) => report.cpuMs) / 1_000));
  console.log(
    `${all.length} seeds, ${events} events, ${sum((report) => report.faults)} faults, ${minutes(sum((report) => report.simulatedMs))} of campus time ` +
      `in ${elapsedS.toFixed(1)} s (${perCore} events a second of processor time)`,
  );
  if (all.some(({ verdict }) => verdict !== undefined)) console.log(balance(all.flatMap(({ verdict }) => verdict ?? [])));
  if (bad.length > 0)
    console.log(
      `FAILED seeds: ${bad
        .map((report) => report.seed)
        .sort((a, b) => a - b)
        .join(', ')}`,
    );
  return bad.length === 0;
}

function balance(verdicts: readonly Verdict[]): string {
  const sum = (value: (verdict: Verdict) => number): number => verdicts.reduce((total, verdict) => total + value(verdict), 0);
  return (
    `records made ${sum(({ made }) => made)}, booked ${sum(({ booked }) => booked)}, dead letters ${sum(({ deadLetters }) => deadLetters)}, ` +
    `gaps ${sum(({ gaps }) => gaps)}; fen lost ${sum(({ lostFen }) => lostFen)}, doubled ${sum(({ doubledFen }) => doubledFen)}, ` +
    `invented ${sum(({ inventedFen }) => inventedFen)}; let go by copies ${sum(({ letGoByCopies }) => letGoByCopies)}`
  );
}

function minutes(ms: number): string {
  return ms > 7_200_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 60_000).toFixed(1)} min`;
}
