/** `pnpm chaos --seed N`: real processes, killed, stopped, cut off and without power; afterwards the ledger equals the truth to the fen, or it exits with 1. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom, yuanFromFen } from '@cardwatch/kernel';
import type { Site } from '../campus/site.ts';
import { hasMosquitto } from '../collector/support/mosquitto.ts';
import { run, sleep } from './command.ts';
import { clear, raiseField } from './field.ts';
import { endWithStarter, isInside, missing, noSpace, runInside } from './ground.ts';
import { type Comparison, compare, type TruthRow } from './ledger.ts';
import { readOptions } from './options.ts';
import { type PassComparison, comparePasses, type PassRow } from './passes.ts';
import { type ChaosPlan, kinds, planChaos, type Strike } from './plan.ts';
import { Striker, type Tally } from './strikes.ts';
import type { Witness } from './witness.ts';

const drainSecondsMax = 300;
const calmSeconds = 3;
const linesShown = 20;
const options = readOptions(process.argv.slice(2));

interface Standing {
  readonly money: Comparison;
  readonly passes: PassComparison;
}

async function told<T>(site: Site, path: string): Promise<T> {
  return (await (await fetch(`http://127.0.0.1:${site.options.simulatorsPort}${path}`)).json()) as T;
}

async function standing(site: Site): Promise<Standing> {
  const { devices } = await told<{ readonly devices: readonly TruthRow[] }>(site, '/truth');
  const { gates } = await told<{ readonly gates: readonly PassRow[] }>(site, '/truth/passes');
  return { money: compare(devices, site.database), passes: comparePasses(gates, site.database) };
}

const differences = ({ money, passes }: Standing): readonly string[] => [...money.differing, ...passes.differing];

async function stopDemand(site: Site): Promise<void> {
  const url = `http://127.0.0.1:${site.options.simulatorsPort}/stop-demand`;
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}

/** Lanes run side by side, the strikes of one lane one after another. */
async function strikeAll(plan: ChaosPlan, striker: Striker): Promise<ReadonlyMap<Strike, string>> {
  const begun = performance.now();
  const done = new Map<Strike, string>();
  const lanes = Map.groupBy(plan.strikes, ({ lane }) => lane);
  const work = [...lanes.values()].map(async (strikes) => {
    for (const strike of strikes) {
      await sleep(Math.max(0, begun + Math.min(strike.atMs, options.stopAfter * 1_000) - performance.now()));
      if (performance.now() - begun >= options.stopAfter * 1_000) return;
      const what = await striker.strike(strike);
      done.set(strike, what);
      const seconds = ((performance.now() - begun) / 1_000).toFixed(1).padStart(7);
      console.log(`${seconds} s  ${String(done.size).padStart(4)} of ${plan.strikes.length}: ${what}`);
    }
  });
  await Promise.all(work);
  await sleep(Math.max(0, begun + Math.min(options.seconds, options.stopAfter) * 1_000 - performance.now()));
  return done;
}

async function untilDrained(site: Site): Promise<Standing> {
  await stopDemand(site);
  const end = performance.now() + drainSecondsMax * 1_000;
  let last = await standing(site);
  let same = 0;
  while (performance.now() < end && same < calmSeconds) {
    await sleep(1_000);
    const before = last.money.truthRecords;
    last = await standing(site);
    same = differences(last).length === 0 && last.money.truthRecords === before ? same + 1 : 0;
  }
  return last;
}

const names: Readonly<Record<(typeof kinds)[number], string>> = {
  kill: 'kills',
  powerCut: 'power cuts',
  brokerKill: options.broker === 'mosquitto' ? 'kills of Mosquitto' : 'kills of the collector with its broker',
  stop: 'stops',
  network: 'network faults',
  diskError: 'disk faults',
  partition: 'partitions',
};

interface Outcome {
  readonly plan: ChaosPlan;
  readonly done: ReadonlyMap<Strike, string>;
  readonly last: Standing;
  readonly tally: Tally;
  readonly witness: Witness;
  readonly ended: readonly string[];
}

/** Says what differs and what was skipped, then one line of figures; true when all is well. */
function tell(outcome: Outcome): boolean {
  const { plan, done, last, tally, ended } = outcome;
  const wrong = [...differences(last).map((line) => `DIFFERS ${line}`), ...tally.broken.map((line) => `BROKEN ${line}`)];
  for (const line of wrong.slice(0, linesShown)) console.log(line);
  for (const { kind, count, why } of plan.skipped) console.log(`SKIPPED ${count} ${names[kind]}: ${why}`);
  const left = plan.strikes.length - done.size;
  if (left > 0) console.log(`LEFT ${left} of ${plan.strikes.length} strikes: --stop-after ${options.stopAfter}`);
  console.log(summary(outcome));
  const { openGaps, deadLetters, truthRecords } = last.money;
  const whole = openGaps === 0 && deadLetters === 0 && truthRecords > 0;
  return wrong.length === 0 && ended.length === 0 && whole && done.size > 0;
}

function summary({ done, tally, witness, last: { money, passes } }: Outcome): string {
  const counts = kinds.flatMap((kind) => {
    const count = [...done.keys()].filter(({ blow }) => blow.kind === kind).length;
    return count === 0 ? [] : [`${count} ${names[kind]}`];
  });
  const ledger = `${money.truthRecords} records ¥${yuanFromFen(money.truthFen)} and ${passes.truth} passes of ${money.terminals} terminals`;
  const booked = `booked ${money.bookedRecords} ¥${yuanFromFen(money.bookedFen)}, ${passes.booked} (${passes.unfetchable} where nobody could fetch)`;
  const { promises, broken, blocksLost, injected } = tally;
  const promised = `${promises} promises looked after, ${broken.length} broken, ${witness.acknowledgements} acknowledgements heard`;
  const effect = `${blocksLost} unsynced blocks and ${injected} system calls taken away`;
  return `seed ${options.seed}: ${counts.join(', ')}; ${ledger}, ${booked}; ${promised}; ${effect}; open gaps ${money.openGaps}, dead letters ${money.deadLetters}`;
}

async function chaos(outsideFor: string | undefined): Promise<number> {
  if (outsideFor === undefined) await run('ip', 'link', 'set', 'lo', 'up');
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-chaos-'));
  const ended: string[] = [];
  const lacking = missing(outsideFor);
  const endedByItself = (name: string, code: number, words: string): void =>
    void ended.push(`${name} ended by itself with code ${code}: ${words}`);
  const field = await raiseField({ folder, options, missing: lacking, endedByItself });
  const { site, witness } = field;
  const random = new SeededRandom(options.seed);
  const plan = planChaos(random, { ...options, spreadMs: options.seconds * 1_000, agents: site.agents, missing: lacking });
  const striker = new Striker(field);
  let well = false;
  try {
    const done = await strikeAll(plan, striker);
    const last = await untilDrained(site);
    well = tell({ plan, done, last, tally: striker.tally, witness, ended });
  } finally {
    for (const line of ended) console.log(`ENDED ${line}`);
    await clear(field, options.keep || !well);
  }
  console.log(well ? 'not one fen is missing, doubled or invented' : `FAILED; what is left lies in ${folder}`);
  if (well && !options.keep) rmSync(folder, { recursive: true, force: true });
  return well ? 0 : 1;
}

if (options.broker === 'mosquitto' && !hasMosquitto) {
  console.error('--broker mosquitto: it is not installed');
  process.exit(1);
}
const outsideFor = noSpace();
if (outsideFor === undefined && !isInside()) process.exitCode = await runInside();
else {
  if (isInside()) endWithStarter();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  try {
    process.exit(await chaos(outsideFor));
  } catch (reason) {
    console.error(reason);
    process.exit(1);
  }
}
