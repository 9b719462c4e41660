/**
 * How soon is everything back? An agent's journal of so many bytes after a kill -9 in the middle of a write; a collector after a kill -9 in the middle
 * of its load, from the start of the process to the first acknowledgement of a new record.
 *
 *   node test/bench/boot.ts [--mebibytes 1024] [--records 200000] [--rounds 3]
 *
 * The pages of the journal are in the system's cache when it is opened: the disk's own speed comes on top, for what `boot.test.ts` of the journal says is read (headers
 * and footers of the segments, and the last segment).
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BootOrder, BootSays } from './boot-journal.ts';
import { benchSite, LiveCollector } from './live-collector.ts';
import { usualPace } from './ingest-batches.ts';
import { SteadyAgent } from './steady-agent.ts';

export const bootLimits = { journalMs: 2_000, collectorMs: 5_000 } as const;

export interface BootOptions {
  readonly mebibytes: number;
  /** Booked before the first kill. */
  readonly records: number;
  readonly rounds: number;
}

export interface BootBench {
  readonly journalMebibytes: number;
  readonly journalRecords: number;
  /** Each start, in processes of their own; the first one cuts off what the kill left half. */
  readonly journalMs: readonly number[];
  readonly journalCpuMs: readonly number[];
  readonly databaseMebibytes: number;
  readonly walMebibytes: readonly number[];
  /** Start of the process to the acknowledgement. */
  readonly collectorMs: readonly number[];
}

const mebi = 1_048_576;
const fillMsMax = 600_000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function child(order: BootOrder): ChildProcess {
  const made = fork(new URL('./boot-journal.ts', import.meta.url), { serialization: 'json' });
  made.send(order);
  return made;
}

const saidBy = (made: ChildProcess): Promise<BootSays> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      made.kill('SIGKILL');
      reject(new Error('the journal took ten minutes'));
    }, fillMsMax);
    made.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`the journal's process ended with ${code}`));
    });
    made.once('message', (said) => {
      clearTimeout(late);
      resolve(said as BootSays);
    });
  });

async function journals({
  mebibytes,
  rounds,
}: BootOptions): Promise<Pick<BootBench, 'journalMebibytes' | 'journalRecords' | 'journalMs' | 'journalCpuMs'>> {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-boot-'));
  try {
    const filling = child({ kind: 'fill', folder, bytes: mebibytes * mebi });
    const filled = await saidBy(filling);
    await sleep(50);
    filling.kill('SIGKILL');
    await new Promise((resolve) => filling.once('exit', resolve));
    const starts: BootSays[] = [];
    for (let round = 0; round < rounds; round++) starts.push(await saidBy(child({ kind: 'open', folder })));
    if (starts.some(({ last }) => last < filled.last)) throw new Error('records were lost');
    return {
      journalMebibytes: Math.round((starts[0]?.bytes ?? 0) / mebi),
      journalRecords: starts[0]?.last ?? 0,
      journalMs: starts.map(({ ms }) => Math.round(ms)),
      journalCpuMs: starts.map(({ cpuMs }) => Math.round(cpuMs)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function collectors({
  records,
  rounds,
}: BootOptions): Promise<Pick<BootBench, 'databaseMebibytes' | 'walMebibytes' | 'collectorMs'>> {
  const collector = new LiveCollector();
  try {
    await collector.start();
    const connect = (agent: string): Promise<SteadyAgent> =>
      SteadyAgent.connect({
        port: collector.mqttPort,
        site: benchSite,
        devices: 32,
        startAt: Date.now() - 86_400_000,
        ...usualPace,
        agent,
        secret: collector.secretOf(agent),
      });
    const loader = await connect('loader');
    await book(loader, records);
    for (let round = 0; round < rounds; round++) collector.secretOf(`probe-${round}`);
    const [collectorMs, walMebibytes]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      const busy = await connect(`busy-${round}`);
      for (let i = 0; i < 40; i++) busy.send(256);
      while (busy.ackedRecords === 0) await sleep(1);
      await collector.kill();
      busy.close();
      walMebibytes.push(Math.round(statSync(`${collector.database}-wal`).size / mebi));
      const begun = performance.now();
      await collector.spawn();
      const probe = await insist(() => connect(`probe-${round}`));
      await book(probe, 64);
      collectorMs.push(Math.round(performance.now() - begun));
      probe.close();
    }
    loader.close();
    return { databaseMebibytes: Math.round(statSync(collector.database).size / mebi), walMebibytes, collectorMs };
  } finally {
    await collector.close();
  }
}

/** Sends with at most sixteen batches under way, and waits for the last acknowledgement. */
async function book(agent: SteadyAgent, records: number): Promise<void> {
  for (let sent = 0; sent < records; sent += 256) {
    while (agent.unackedRecords >= 16 * 256) await sleep(1);
    agent.send(Math.min(256, records - sent));
  }
  while (agent.unackedRecords > 0) await sleep(1);
}

/** Tries every fifty milliseconds. */
async function insist(connect: () => Promise<SteadyAgent>): Promise<SteadyAgent> {
  const end = performance.now() + 60_000;
  for (;;) {
    try {
      return await connect();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(50);
    }
  }
}

export const benchBoot = async (options: BootOptions): Promise<BootBench> => ({
  ...(await journals(options)),
  ...(await collectors(options)),
});

export const usualBoot: BootOptions = { mebibytes: 1_024, records: 200_000, rounds: 3 };

/** The exit code is 1 when a limit is missed. */
export async function printBoot(options: BootOptions): Promise<void> {
  const seen = await benchBoot(options);
  console.log(seen);
  const isWell = Math.max(...seen.journalMs) <= bootLimits.journalMs && Math.max(...seen.collectorMs) <= bootLimits.collectorMs;
  console.log(
    `limits: journal ${bootLimits.journalMs} ms, collector ${bootLimits.collectorMs} ms: ${isWell ? 'held' : 'NOT HELD'}`,
  );
  if (!isWell) process.exitCode = 1;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      mebibytes: { type: 'string', default: String(usualBoot.mebibytes) },
      records: { type: 'string', default: String(usualBoot.records) },
      rounds: { type: 'string', default: String(usualBoot.rounds) },
    },
  });
  const [mebibytes, records, rounds] = [Number(values.mebibytes), Number(values.records), Number(values.rounds)];
  await printBoot({ mebibytes, records, rounds });
  process.exit();
}
