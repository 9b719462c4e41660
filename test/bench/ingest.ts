/**
 * Ingest over real MQTT against the bare database. A publisher in a process of its own sends batches made beforehand; measured is from the first
 * publish to the last acknowledgement, so every record counted is committed (WAL, FULL). Then the same rows are inserted into the same schema by one
 * tight loop, in the same run on the same machine, without any of the checks.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CollectorCore, createCollectorCore } from '@cardwatch/collector';
import { AgentId, SiteId } from '@cardwatch/contracts';
import { durationMs, epochMs, silentLogger } from '@cardwatch/kernel';
import { rawInserts } from './ingest-raw.ts';
import type { PublisherPlan, PublisherSays } from './ingest-publisher.ts';

export interface IngestBench {
  readonly name: string;
  readonly records: number;
  readonly recordsPerSecond: number;
  readonly rawRecordsPerSecond: number;
  /** Ingest over raw. */
  readonly ratio: number;
  readonly recordsPerCommit: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
}

export interface IngestBenchOptions {
  readonly folder?: string;
  readonly agents?: number;
  readonly devices?: number;
  readonly recordsPerAgent?: number;
  /** Records of the run that sends one record a message. */
  readonly singlesPerAgent?: number;
}

const clock = {
  now: () => epochMs(Date.now()),
  mono: () => durationMs(performance.now()),
  after: (delayMs: number, fire: () => void) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Batches of 256 as an agent sends them under load, then one record a message. */
export async function benchIngest(options: IngestBenchOptions = {}): Promise<readonly IngestBench[]> {
  const { agents = 24, devices = 32, recordsPerAgent = 25_600, singlesPerAgent = 4_000 } = options;
  const base = { agents, devices, folder: options.folder ?? tmpdir() };
  const results = [await run({ ...base, name: 'batches of 256', recordsPerAgent, recordsPerBatch: 256 })];
  if (singlesPerAgent > 0) {
    results.push(await run({ ...base, name: 'one record a message', recordsPerAgent: singlesPerAgent, recordsPerBatch: 1 }));
  }
  for (const result of results) report(result);
  return results;
}

interface Run {
  readonly name: string;
  readonly folder: string;
  readonly agents: number;
  readonly devices: number;
  readonly recordsPerAgent: number;
  readonly recordsPerBatch: number;
}

async function run(plan: Run): Promise<IngestBench> {
  const folder = await fs.mkdtemp(join(plan.folder, 'cardwatch-ingest-bench-'));
  try {
    const core = await createCollectorCore({ dataDir: folder, mqtt: { host: '127.0.0.1', port: 0 }, clock, log: silentLogger });
    try {
      return await measure(core, folder, plan);
    } finally {
      await core.close();
    }
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

async function measure(core: CollectorCore, folder: string, plan: Run): Promise<IngestBench> {
  const agents = Array.from({ length: plan.agents }, (_, at) => ({ agent: `bench-${at + 1}`, secret: `secret of ${at}` }));
  for (const { agent, secret } of agents) {
    const secretHash = createHash('sha256').update(secret).digest('hex');
    await core.store.addAgent({ agent: AgentId.parse(agent), site: SiteId.parse('bench'), secretHash }, clock.now());
  }
  const { devices, recordsPerAgent, recordsPerBatch } = plan;
  const windowMax = recordsPerBatch === 1 ? 64 : 8;
  const cpu = process.cpuUsage();
  const mainCpu = process.threadCpuUsage();
  const { ready, done } = await publish({ port: core.broker.port, agents, devices, recordsPerAgent, recordsPerBatch, windowMax });
  const stats = core.stats().ingest;
  const perRecord = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / ready.records;
  const mainUs = perRecord(process.threadCpuUsage(mainCpu));
  const otherUs = perRecord(process.cpuUsage(cpu)) - mainUs;
  if (stats.recordsTotal !== ready.records) throw new Error(`${stats.recordsTotal} of ${ready.records} records booked`);
  const recordsPerSecond = (ready.records / done.ms) * 1_000;
  await core.close();
  const rawRecordsPerSecond = rawInserts(join(folder, 'cardwatch.db'), join(folder, 'raw.db'));
  console.log(
    `  line ${Math.round(ready.lineBytes / ready.records)} B, wire ${Math.round(ready.wireBytes / ready.records)} B, CPU a record: broker and parsing ${mainUs.toFixed(1)} µs, database ${otherUs.toFixed(1)} µs, publisher ${((done.cpuMs * 1_000) / ready.records).toFixed(1)} µs; resent ${done.resent}, shed ${stats.shedTotal}`,
  );
  return {
    name: plan.name,
    records: ready.records,
    recordsPerSecond,
    rawRecordsPerSecond,
    ratio: recordsPerSecond / rawRecordsPerSecond,
    recordsPerCommit: ready.records / stats.commitsTotal,
    ackP50Ms: done.ackP50Ms,
    ackP99Ms: done.ackP99Ms,
  };
}

type Ready = Extract<PublisherSays, { say: 'ready' }>;
type Done = Extract<PublisherSays, { say: 'done' }>;

function publish(plan: PublisherPlan): Promise<{ readonly ready: Ready; readonly done: Done }> {
  const child = fork(new URL('./ingest-publisher.ts', import.meta.url), { serialization: 'json' });
  return new Promise((resolve, reject) => {
    let ready: Ready | undefined;
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`publisher ended with ${code}`)));
    child.on('message', (message) => {
      const said = message as PublisherSays;
      if (said.say === 'ready') {
        ready = said;
        child.send('go');
      } else if (ready !== undefined) resolve({ ready, done: said });
    });
    child.send(plan);
  });
}

function report(result: IngestBench): void {
  const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`;
  console.log(
    `ingest, ${result.name}: ${perSecond(result.recordsPerSecond)} over MQTT to commit and ack (${result.records} records, ` +
      `${Math.round(result.recordsPerCommit)} a commit, ack p50 ${result.ackP50Ms.toFixed(0)} ms, p99 ${result.ackP99Ms.toFixed(0)} ms), ` +
      `raw inserts of the same rows ${perSecond(result.rawRecordsPerSecond)}, ratio ${result.ratio.toFixed(2)}`,
  );
}

if (import.meta.main) await benchIngest();
