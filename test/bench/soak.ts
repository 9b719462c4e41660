/**
 * A collector under a steady load for long: does its memory grow, does it lose file descriptors, does it keep up?
 *
 *   node test/bench/soak.ts --minutes 30 --rate 2000 [--agents 8] [--warm-up 10] [--cards 500000] [--collect-every 10]
 *
 * Half a million cards, each with its own agent, counters and balance, and used every 250 seconds: the watch finds nothing. Memory and descriptors are read
 * from /proc every second. All threads of the collector are made to collect every `--collect-every` seconds (0: as it runs by itself) and tell what is
 * resident right after, so that garbage does not hide what is held. The slope is a line through one value a minute after the warm-up, once through the means
 * and once through the least (what is left after collecting), each with its 95 % interval: the shorter the run, the wider. A slope counts as under its limit
 * when the whole interval is, as over it when the whole interval is, and otherwise as not decided.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchSite, LiveCollector } from './live-collector.ts';
import { blocks, type Sample, type Slope, slopeOf } from './regression.ts';
import { SteadyAgent } from './steady-agent.ts';

export const soakLimits = { rssMibPerHour: 1, fdsPerHour: 0 } as const;

export interface SoakOptions {
  readonly minutes: number;
  /** Records a second, all agents together. */
  readonly rate: number;
  readonly agents: number;
  readonly warmUpMinutes: number;
  readonly cards: number;
  /** Seconds between two collections of each thread of the collector; 0: none but its own. */
  readonly collectEveryS: number;
}

type Verdict = 'under' | 'over' | 'not decided';

export interface SoakBench {
  readonly records: number;
  readonly perSecond: number;
  readonly resent: number;
  readonly ackMsWorst: number;
  /** How far the watch was behind the store, by what `/health` said once a minute. */
  readonly watchLagMsWorst: number;
  /** Batches that ingest shed. */
  readonly shed: number;
  /** Rules that found something, with how often; at most the last 500 alarms. */
  readonly alarms: Readonly<Record<string, number>>;
  readonly databaseMib: number;
  readonly rssMib: { readonly first: number; readonly last: number; readonly most: number };
  readonly rssMeans: Slope;
  readonly rssLeast: Slope;
  readonly rssVerdict: Verdict;
  readonly fds: { readonly first: number; readonly last: number; readonly most: number };
  readonly fdSlope: Slope;
  readonly fdVerdict: Verdict;
}

const mebi = 1_048_576;
const batchesPerSecond = 4;
const sampleMs = 1_000;
const blockMs = 60_000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const rssMibOf = (pid: number): number => {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1_024;
};
const fdsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

function verdictOf({ perHour, plusMinus }: Slope, limit: number): Verdict {
  if (perHour + plusMinus <= limit) return 'under';
  return perHour - plusMinus > limit ? 'over' : 'not decided';
}

const collectedFile = ({ folder }: LiveCollector): string => join(folder, 'collected.log');

const collecting = (collector: LiveCollector, everyS: number): Readonly<Record<string, string>> => ({
  CARDWATCH_COLLECTED: collectedFile(collector),
  CARDWATCH_COLLECT_EVERY_S: String(everyS),
  NODE_OPTIONS: `--import=${fileURLToPath(new URL('./collecting.mjs', import.meta.url))} ${process.env['NODE_OPTIONS'] ?? ''}`,
});

/** What was resident right after collections. */
function collectedOf(collector: LiveCollector, begunAt: number): readonly Sample[] {
  const file = collectedFile(collector);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  return lines.map((line) => {
    const [at = 0, bytes = 0] = line.split(' ').map(Number);
    return { atMs: at - begunAt, value: bytes / mebi };
  });
}

export async function benchSoak(options: SoakOptions): Promise<SoakBench> {
  const collector = new LiveCollector();
  const names = Array.from({ length: options.agents }, (_, at) => `soak-${at + 1}`);
  try {
    await collector.start(collecting(collector, options.collectEveryS));
    // all of them before the first connects: the collector reads new secrets at most every two seconds
    for (const agent of names) collector.secretOf(agent);
    const everyMs = (1_000 * options.agents) / options.rate;
    const cards = Math.floor(options.cards / options.agents);
    const plan = { port: collector.mqttPort, site: benchSite, devices: 32, everyMs, cards, startAt: Date.now() - 1_000 };
    const agents: SteadyAgent[] = [];
    for (const agent of names) agents.push(await SteadyAgent.connect({ ...plan, agent, secret: collector.secretOf(agent) }));
    const seen = await load(collector, agents, options);
    for (const agent of agents) agent.close();
    return seen;
  } finally {
    await collector.close();
  }
}

async function load(collector: LiveCollector, agents: readonly SteadyAgent[], options: SoakOptions): Promise<SoakBench> {
  const [begun, begunAt] = [performance.now(), Date.now()];
  const [rss, fds]: [Sample[], Sample[]] = [[], []];
  let minute = 1;
  const sinceMs = (): number => performance.now() - begun;
  const sampling = setInterval(() => {
    rss.push({ atMs: sinceMs(), value: rssMibOf(collector.pid) });
    fds.push({ atMs: sinceMs(), value: fdsOf(collector.pid) });
    if (Math.floor(sinceMs() / blockMs) >= minute) tell(agents, minute++, rss, fds);
  }, sampleMs);
  const health: Health[] = [];
  let sent = 0;
  let beats = 0;
  try {
    while (sinceMs() < options.minutes * blockMs) {
      const due = Math.floor((sinceMs() / 1_000) * options.rate);
      const each = Math.floor((due - sent) / agents.length);
      if (each > 0) for (const agent of agents) agent.send(Math.min(each, 256));
      if (sinceMs() >= beats * blockMs) {
        beats++;
        for (const agent of agents) agent.beat();
        health.push((await collector.ask('/health')) as Health);
      }
      sent += Math.min(each, 256) * agents.length;
      await sleep(1_000 / batchesPerSecond);
    }
  } finally {
    clearInterval(sampling);
  }
  await drained(agents);
  const seconds = sinceMs() / 1_000;
  health.push((await collector.ask('/health')) as Health);
  const { items } = (await collector.ask('/alarms?limit=500')) as { readonly items: readonly { readonly rule: string }[] };
  const rules = Map.groupBy(items, ({ rule }) => rule);
  const alarms = Object.fromEntries([...rules].map(([rule, of]) => [rule, of.length]));
  const collected = collectedOf(collector, begunAt);
  return judged({ collector, agents, rss, collected, fds, health, alarms, seconds, options });
}

async function drained(agents: readonly SteadyAgent[]): Promise<void> {
  const end = performance.now() + 60_000;
  while (agents.some((agent) => agent.unackedRecords > 0)) {
    if (performance.now() > end) throw new Error('not everything was acknowledged a minute after the end');
    await sleep(100);
  }
}

function tell(agents: readonly SteadyAgent[], minute: number, rss: readonly Sample[], fds: readonly Sample[]): void {
  const acked = agents.reduce((sum, agent) => sum + agent.ackedRecords, 0);
  const waiting = agents.reduce((sum, agent) => sum + agent.unackedRecords, 0);
  const least = Math.min(...rss.filter(({ atMs }) => atMs >= (minute - 1) * blockMs).map(({ value }) => value));
  console.log(
    `${minute} min: ${acked} acknowledged, ${waiting} waiting, RSS at least ${least.toFixed(1)} MiB, ${fds.at(-1)?.value} fds`,
  );
}

interface Health {
  readonly ingest: { readonly shedTotal: number };
  readonly watch: { readonly lagMs: number };
}

interface Measured {
  readonly collector: LiveCollector;
  readonly agents: readonly SteadyAgent[];
  readonly rss: readonly Sample[];
  readonly collected: readonly Sample[];
  readonly fds: readonly Sample[];
  readonly health: readonly Health[];
  readonly alarms: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly options: SoakOptions;
}

function judged({ collector, agents, rss, collected, fds, health, alarms, seconds, options }: Measured): SoakBench {
  const [fromMs, toMs] = [options.warmUpMinutes * blockMs, options.minutes * blockMs];
  const warm = (samples: readonly Sample[]): Sample[] => samples.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  const { means } = blocks(warm(rss), blockMs);
  const { least } = blocks(warm(collected.length > 0 ? collected : rss), blockMs);
  const [rssMeans, rssLeast, fdSlope] = [slopeOf(means), slopeOf(least), slopeOf(blocks(warm(fds), blockMs).least)];
  const records = agents.reduce((sum, agent) => sum + agent.ackedRecords, 0);
  return {
    records,
    perSecond: Math.round(records / seconds),
    resent: agents.reduce((sum, agent) => sum + agent.resent, 0),
    ackMsWorst: Math.round(Math.max(...agents.map((agent) => agent.ackMsWorst))),
    watchLagMsWorst: Math.max(...health.map(({ watch }) => watch.lagMs)),
    shed: health.at(-1)?.ingest.shedTotal ?? 0,
    alarms,
    databaseMib: Math.round(statSync(collector.database).size / mebi),
    rssMib: ends(warm(rss)),
    rssMeans,
    rssLeast,
    rssVerdict: verdictOf(rssLeast, soakLimits.rssMibPerHour),
    fds: ends(warm(fds)),
    fdSlope,
    fdVerdict: verdictOf(fdSlope, soakLimits.fdsPerHour),
  };
}

const ends = (samples: readonly Sample[]): { readonly first: number; readonly last: number; readonly most: number } => ({
  first: Math.round(samples[0]?.value ?? 0),
  last: Math.round(samples.at(-1)?.value ?? 0),
  most: Math.round(Math.max(0, ...samples.map(({ value }) => value))),
});

export const usualSoak: SoakOptions = {
  minutes: 30,
  rate: 2_000,
  agents: 8,
  warmUpMinutes: 10,
  cards: 500_000,
  collectEveryS: 10,
};

/** The exit code is 1 when a slope is over its limit. */
export async function printSoak(options: SoakOptions): Promise<void> {
  const seen = await benchSoak(options);
  console.log(seen);
  console.log(
    `RSS slope ${seen.rssVerdict} ${soakLimits.rssMibPerHour} MiB/h, descriptors ${seen.fdVerdict} ${soakLimits.fdsPerHour} an hour`,
  );
  if (seen.rssVerdict === 'over' || seen.fdVerdict === 'over') process.exitCode = 1;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: String(usualSoak.minutes) },
      rate: { type: 'string', default: String(usualSoak.rate) },
      agents: { type: 'string', default: String(usualSoak.agents) },
      'warm-up': { type: 'string' },
      cards: { type: 'string', default: String(usualSoak.cards) },
      'collect-every': { type: 'string', default: String(usualSoak.collectEveryS) },
    },
  });
  const minutes = Number(values.minutes);
  const warmUpMinutes = Number(values['warm-up'] ?? minutes / 3);
  const [rate, agents, cards] = [Number(values.rate), Number(values.agents), Number(values.cards)];
  await printSoak({ minutes, rate, agents, warmUpMinutes, cards, collectEveryS: Number(values['collect-every']) });
  process.exit();
}
