/** `pnpm chaos --seed N`: real processes under kill -9 and a broken network; afterwards the ledger equals the truth to the fen, or it exits with 1. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chance, intBetween, pick, SeededRandom, yuanFromFen } from '@cardwatch/kernel';
import { Command } from 'commander';
import { Site } from '../campus/site.ts';
import { type Comparison, compare, type TruthRow } from './ledger.ts';
import { type PassComparison, comparePasses, type PassRow } from './passes.ts';
import { type Proxy, startProxy } from './proxy.ts';

interface ChaosOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly kills: number;
  readonly targets: string;
  readonly rate: number;
  readonly basePort: number;
  readonly keep: boolean;
}

const options = new Command('pnpm chaos')
  .option('--seed <n>', 'decides what is struck and when', Number, 1)
  .option('--seconds <n>', 'how long terminals sell', Number, 180)
  .option('--kills <n>', 'strikes in that time', Number, 20)
  .option('--targets <list>', 'what is struck: agent, collector, network', 'agent,collector,network')
  .option('--rate <n>', 'records a second over all terminals', Number, 50)
  .option('--base-port <n>', 'first of the ports used on loopback', Number, 24_000)
  .option('--keep', 'leave the data folder', false)
  .parse()
  .opts<ChaosOptions>();

const drainSecondsMax = 150;
const random = new SeededRandom(options.seed);
const folder = mkdtempSync(join(tmpdir(), 'cardwatch-chaos-'));
const ended: string[] = [];
const site = new Site({
  folder,
  site: 'chaos',
  scale: 's',
  httpPort: options.basePort,
  mqttPort: options.basePort + 1,
  simulatorsPort: options.basePort + 2,
  statusPort: options.basePort + 3,
  linePort: options.basePort + 10,
  simulatorWords: ['--rate', String(options.rate), '--seed', String(options.seed)],
  endedByItself: (name, code, words) => ended.push(`${name} ended by itself with code ${code}: ${words}`),
});
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function killAndRestart(name: string): Promise<void> {
  await site.kill(name);
  await sleep(intBetween(random, 200, 4_000));
  await site.restart(name);
}

async function strike(proxy: Proxy): Promise<string> {
  const target = pick(random, options.targets.split(','));
  if (target === 'agent') {
    const agent = pick(random, site.agents);
    await killAndRestart(agent);
    return `kill -9 ${agent}`;
  }
  if (target === 'collector') {
    await killAndRestart('collector');
    return 'kill -9 collector';
  }
  if (chance(random, 0.5)) {
    proxy.cut();
    return 'broker connections reset';
  }
  const heldMs = intBetween(random, 1_000, 8_000);
  proxy.hold(true);
  await sleep(heldMs);
  proxy.hold(false);
  if (chance(random, 0.5)) proxy.cut();
  return `network silent for ${heldMs} ms`;
}

async function told<T>(path: string): Promise<T> {
  return (await (await fetch(`http://127.0.0.1:${site.options.simulatorsPort}${path}`)).json()) as T;
}

interface Standing {
  readonly money: Comparison;
  readonly passes: PassComparison;
}

async function standing(): Promise<Standing> {
  const { devices } = await told<{ readonly devices: readonly TruthRow[] }>('/truth');
  const { gates } = await told<{ readonly gates: readonly PassRow[] }>('/truth/passes');
  return { money: compare(devices, site.database), passes: comparePasses(gates, site.database) };
}

const differences = ({ money, passes }: Standing): readonly string[] => [...money.differing, ...passes.differing];

async function post(path: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${site.options.simulatorsPort}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
}

/** Starts all, with the agents behind the proxy. */
async function raise(): Promise<Proxy> {
  await site.startSimulators();
  const proxy = await startProxy(site.options.mqttPort);
  for (const agent of site.agents) site.enrol(agent, proxy.port);
  await site.startCollector();
  for (const agent of site.agents) site.startAgent(agent);
  return proxy;
}

async function sellUnderStrikes(proxy: Proxy): Promise<number> {
  const begun = Date.now();
  const times = Array.from({ length: options.kills }, () => random.next() * options.seconds * 1_000).sort((a, b) => a - b);
  let struck = 0;
  for (const at of times) {
    await sleep(Math.max(0, begun + at - Date.now()));
    const what = await strike(proxy);
    console.log(`${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  strike ${++struck}: ${what}`);
  }
  await sleep(Math.max(0, begun + options.seconds * 1_000 - Date.now()));
  return struck;
}

async function untilDrained(): Promise<Standing> {
  await post('/stop-demand');
  const end = Date.now() + drainSecondsMax * 1_000;
  let last = await standing();
  let same = 0;
  while (Date.now() < end && same < 3) {
    await sleep(1_000);
    const before = last.money.truthRecords;
    last = await standing();
    same = differences(last).length === 0 && last.money.truthRecords === before ? same + 1 : 0;
  }
  return last;
}

async function main(): Promise<number> {
  const proxy = await raise();
  const struck = await sellUnderStrikes(proxy);
  const result = await untilDrained();
  await site.stopAll(5_000);
  await proxy.close();
  const { money, passes } = result;
  console.log(
    `seed ${options.seed}: ${struck} strikes in ${options.seconds} s, ${money.terminals} terminals, ${passes.gates} gates`,
  );
  console.log(`truth  ${money.truthRecords} records ¥${yuanFromFen(money.truthFen)}, ${passes.truth} passes`);
  console.log(
    `ledger ${money.bookedRecords} records ¥${yuanFromFen(money.bookedFen)}, ${passes.booked} passes (${passes.unfetchable} at a gate without memory while nobody listened), open gaps ${money.openGaps}, open dead letters ${money.deadLetters}`,
  );
  for (const line of differences(result).slice(0, 20)) console.log(`DIFFERS ${line}`);
  for (const line of ended) console.log(`ENDED ${line}`);
  const well =
    ended.length === 0 &&
    differences(result).length === 0 &&
    money.openGaps === 0 &&
    money.deadLetters === 0 &&
    money.truthRecords > 0;
  console.log(well ? 'not one fen is missing, doubled or invented' : `FAILED; logs in ${folder}/logs`);
  if (well && !options.keep) rmSync(folder, { recursive: true, force: true });
  return well ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  async (reason: unknown) => {
    console.error(reason);
    await site.stopAll(1_000);
    process.exit(1);
  },
);
