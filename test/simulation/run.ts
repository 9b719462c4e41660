/** `pnpm sim`: runs seeds, prints what was simulated and what was broken, ends with 1 when anything was. */
import { createWriteStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { RunLedger } from './ledger.ts';
import { findPlant, plants } from './plant/catalogue.ts';
import { plantBug } from './plant/hook.ts';
import { runShare } from './pool.ts';
import { describeKept, shrinkAndKeep } from './shrink/keep.ts';
import { readFound, type RunSpec } from './shrink/found.ts';
import { modeOf } from './seeds.ts';
import type { SeedReport } from './simulate.ts';
import { duration, toldOf } from './sums.ts';

interface Options {
  readonly seed: string;
  readonly from?: string;
  readonly seeds: string;
  readonly events: string;
  readonly mode: string;
  readonly processes: string;
  readonly plant?: string;
  readonly trace?: string;
  readonly ledger?: string;
  readonly replay?: string;
  readonly shrink: boolean;
}

const options = new Command('sim')
  .description('Deterministic simulation of agents, journal, broker and collector under faults')
  .option('--seed <number>', 'first seed', '1')
  .option('--from <number>', 'the same, in a long run')
  .option('--seeds <count>', 'how many seeds', '1')
  .option('--events <count>', 'events with faults a seed; draining comes on top', '16000')
  .option('--mode <mode>', 'safety, liveness, both by turns, drill (the journal alone) or drill-damage', 'both')
  .option('--processes <count>', 'worker processes', String(availableParallelism()))
  .option('--plant <bug>', `a bug to plant: ${plants.map((plant) => plant.name).join(', ')}`)
  .option('--trace <file>', 'writes every event of one seed')
  .option('--ledger <file>', 'keeps the sums; a run with the same file goes on where it was stopped')
  .option('--replay <file>', 'runs what a file of found/ tells, with its bug in it if it names one')
  .option('--no-shrink', 'failing seeds are left as they are')
  .parse()
  .opts<Options>();

/** Seeds that one worker process runs before another one takes its place: the first of them are slow, until all is compiled. */
const pieceSeedsMax = 250;
const saveEveryMs = 5_000;

/** Failing seeds that are made small at the end of one call. */
const shrunkMax = 3;

const { mode } = options;
const replayed = options.replay === undefined ? undefined : readFound(options.replay);
const plant = replayed?.plant ?? options.plant;
const events = Number(options.events);
const firstSeed = Number(options.from ?? options.seed);
const seeds = Number(options.seeds);
const ledger = new RunLedger(options.ledger, { events, mode });
const startedMs = performance.now();
const failing: SeedReport[] = [];
const alone = replayed !== undefined || (seeds === 1 && options.ledger === undefined);
const codes = alone ? [await one(replayed?.spec ?? ownSpec())] : await many();
ledger.save();
for (const line of toldOf(ledger.sums)) console.log(line);
console.log(`${duration(performance.now() - startedMs)} by the clock`);
process.exitCode = ledger.sums.failed.length === 0 && codes.every((code) => code === 0) ? 0 : 1;
if (replayed === undefined && options.shrink) await shrinkAll();

function ownSpec(): RunSpec {
  return { seed: firstSeed, events, mode: modeOf(mode, firstSeed), spare: {} };
}

async function shrinkAll(): Promise<void> {
  for (const report of failing.slice(0, shrunkMax))
    console.log(`made small: ${describeKept(await shrinkAndKeep(report, events, plant))}`);
}

/** One seed in this process, with its trace where wanted. */
async function one(spec: RunSpec): Promise<number> {
  const planted = plant === undefined ? undefined : plantBug(findPlant(plant));
  const { runSeed } = await import('./run-seed.ts');
  if (planted !== undefined && planted.times() !== 1) throw new Error(`${plant}: nothing was planted`);
  const file = options.trace === undefined ? undefined : createWriteStream(options.trace);
  const sink = file === undefined ? undefined : (line: string): void => void file.write(`${line}\n`);
  const report = await runSeed({ ...spec, sink });
  file?.end();
  ledger.add(report);
  print(report);
  console.log(`  ${JSON.stringify(report.counts)}`);
  return 0;
}

/** Exit codes of the workers; not 0 when one had to be stopped. Ctrl-C keeps what is done. */
async function many(): Promise<number[]> {
  const processes = Math.min(seeds, Number(options.processes));
  const shares = processes === 1 ? 1 : 2 * processes;
  const most = Math.max(1, Math.min(pieceSeedsMax, Math.ceil(seeds / shares)));
  const pieces = [...ledger.left(firstSeed, firstSeed + seeds - 1, most)];
  const running = new Set<{ stop(): void }>();
  const ended: number[] = [];
  const stop = (): void => {
    pieces.length = 0;
    for (const share of running) share.stop();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  let savedMs = performance.now();
  const take = (report: SeedReport): void => {
    ledger.add(report);
    if (report.violations.length > 0) print(report);
    if (performance.now() - savedMs < saveEveryMs) return;
    ledger.save();
    savedMs = performance.now();
  };
  const worker = async (): Promise<void> => {
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      const [first, last] = piece;
      const share = runShare({ first, step: 1, count: last - first + 1, events, mode, plant }, take);
      running.add(share);
      ended.push(await share.done);
      running.delete(share);
    }
  };
  await Promise.all(Array.from({ length: processes }, worker));
  return ended;
}

function print(report: SeedReport): void {
  if (report.violations.length > 0) failing.push(report);
  const { seed, events: done, faults, traceHash, verdict, violations } = report;
  console.log(
    `seed ${seed} ${report.mode}: ${done} events, ${faults} faults, ${duration(report.simulatedMs)} simulated, trace ${traceHash}`,
  );
  if (verdict !== undefined) console.log(`  ${JSON.stringify(verdict)}`);
  for (const { invariant, detail, event } of violations) console.log(`  ${invariant} at event ${event}: ${detail}`);
  if (violations.length === 0 || replayed !== undefined) return;
  const planted = plant === undefined ? '' : ` --plant ${plant}`;
  console.log(`  again: pnpm sim --seed ${seed} --events ${options.events} --mode ${report.mode}${planted}`);
}
