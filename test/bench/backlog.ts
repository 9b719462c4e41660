/** A day of one agent's backlog drains while its terminals go on selling: how late are the live records? Real processes, real lines, real MQTT. */
import { createHash, hash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { realDisk } from '@cardwatch/agent/disk';
import { openJournal } from '@cardwatch/agent/journal';
import { AgentId, TransactionRecord } from '@cardwatch/contracts';
import { dayMs, durationMs, epochMs, silentLogger, type Clock } from '@cardwatch/kernel';
import { Site, throwWhenEnded } from '../campus/site.ts';

export interface BacklogBench {
  readonly backlogRecords: number;
  readonly drainSeconds: number;
  readonly recordsPerSecond: number;
  readonly liveRecords: number;
  readonly liveP50Ms: number;
  readonly liveP99Ms: number;
}

const agent = 'yb-a';
/** No terminal ever has this generation: it marks the records that the bench put into the journal. */
const benchGeneration = 4_000_000;
const linesPerAppend = 512;
const drainSecondsMax = 300;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const clock: Clock = {
  now: () => epochMs(Date.now()),
  mono: () => durationMs(performance.now()),
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};

export async function benchBacklog(
  options: { readonly records?: number; readonly basePort?: number } = {},
): Promise<BacklogBench> {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-backlog-'));
  const basePort = options.basePort ?? 25_000;
  const site = new Site({
    folder,
    site: 'bench',
    scale: 's',
    showersOnly: true,
    httpPort: basePort,
    mqttPort: basePort + 1,
    simulatorsPort: basePort + 2,
    statusPort: basePort + 3,
    linePort: basePort + 10,
    simulatorWords: ['--rate', '20'],
    endedByItself: throwWhenEnded,
  });
  try {
    return await measure(site, options.records ?? 200_000);
  } finally {
    await site.stopAll(4_000);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(site: Site, records: number): Promise<BacklogBench> {
  await site.startSimulators();
  site.enrol(agent, site.options.mqttPort);
  await site.startCollector();
  site.startAgent(agent);
  await until(() => booked(site, `generation < ${benchGeneration}`) > 20, 90, 'first records');
  await site.stop(agent, 5_000);
  await fill(site, records);
  const begun = Date.now();
  site.startAgent(agent);
  await until(() => booked(site, `generation = ${benchGeneration}`) >= records, drainSecondsMax, 'backlog to drain');
  const drainSeconds = (Date.now() - begun) / 1_000;
  const delays = liveDelays(site, begun);
  const at = (share: number): number => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0;
  return {
    backlogRecords: records,
    drainSeconds,
    recordsPerSecond: Math.round(records / drainSeconds),
    liveRecords: delays.length,
    liveP50Ms: at(0.5),
    liveP99Ms: at(0.99),
  };
}

/** Writes a day of records into the stopped agent's own journal, by the journal's own code. */
async function fill(site: Site, records: number): Promise<void> {
  const template = TransactionRecord.parse(JSON.parse(templateLine(site)));
  const disk = realDisk(join(site.agentFolder(agent), 'journal'));
  const hasher = { sha256: (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest()) };
  const journal = await openJournal({ disk, clock, hasher, log: silentLogger, agent: AgentId.parse(agent) });
  const encoder = new TextEncoder();
  const from = Date.now() - dayMs;
  const nonce = randomBytes(8).toString('hex');
  for (let first = 1; first <= records; first += linesPerAppend) {
    const count = Math.min(linesPerAppend, records - first + 1);
    const lines = Array.from({ length: count }, (_, index) => {
      const recordNo = first + index;
      const at = Math.floor(from + ((dayMs - 60_000) * recordNo) / records);
      const contentHash = hash('sha256', `${nonce}${recordNo}`).slice(0, 32);
      return encoder.encode(
        JSON.stringify({ ...template, generation: benchGeneration, recordNo, contentHash, observedAt: at, recordedAt: at }),
      );
    });
    const appended = await journal.append('money', lines);
    if (!appended.ok) throw new Error(`append: ${appended.error.kind}`);
  }
  await journal.close();
}

function query<T>(site: Site, sql: string): T[] {
  const db = new DatabaseSync(site.database, { readOnly: true });
  try {
    return db.prepare(sql).all() as unknown as T[];
  } finally {
    db.close();
  }
}

const booked = (site: Site, where: string): number =>
  query<{ n: number }>(site, `SELECT count(*) AS n FROM record WHERE ${where}`)[0]?.n ?? 0;
const templateLine = (site: Site): string =>
  query<{ line: string }>(site, 'SELECT CAST(line AS TEXT) AS line FROM record ORDER BY id LIMIT 1')[0]?.line ?? '';

/** Journaled at the agent to committed at the collector, ascending. */
function liveDelays(site: Site, since: number): number[] {
  const sql = `SELECT ingested_at - CAST(json_extract(CAST(line AS TEXT), '$.recordedAt') AS INTEGER) AS late FROM record
    WHERE generation < ${benchGeneration} AND json_extract(CAST(line AS TEXT), '$.recordedAt') >= ${since}`;
  return query<{ late: number }>(site, sql)
    .map((row) => row.late)
    .sort((a, b) => a - b);
}

async function until(done: () => boolean, seconds: number, what: string): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  while (Date.now() < end) {
    if (done()) return;
    await sleep(500);
  }
  throw new Error(`waited ${seconds} s for ${what}`);
}
