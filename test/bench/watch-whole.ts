/**
 * The whole watch: looks over 10,000 devices with 5,000 active alarms, from the custody file to the commit; 2,000 alarms a second for ten seconds through
 * its thread, with the delay of the main thread's event loop meanwhile; the causes and the auditor over the same campus.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteFeed } from '@cardwatch/collector/store';
import type { Alarm } from '@cardwatch/contracts/watch';
import { epochMs, type Logger, minuteMs, SeededRandom, silentLogger } from '@cardwatch/kernel';
import { WatchSettings } from '../../packages/collector/src/channels/index.ts';
import { audit } from '../../packages/collector/src/core/notify/auditor.core.ts';
import { NotifyDesk } from '../../packages/collector/src/core/notify/desk.core.ts';
import { defaultVersion } from '../../packages/collector/src/core/rules/registry.core.ts';
import { createLearned } from '../../packages/collector/src/core/world/learn.core.ts';
import { Causes } from '../../packages/collector/src/runner/causes.ts';
import { openWatchThread } from '../../packages/collector/src/runner/thread.ts';
import { systemClock } from '../../packages/collector/src/shell/clock.ts';
import { openSqliteWatch } from '../../packages/collector/src/store/sqlite/watch/open.ts';
import { person, policy } from '../watch/notify/campus-desk.ts';
import { Custody, type PlantedDevice } from '../watch/whole/custody.ts';
import { people } from '../watch/whole/people.ts';
import { VirtualWatch } from '../watch/whole/virtual-watch.ts';

import { printWatchLook } from './watch-look.ts';

export const watchWholeLimits = { lookMs: 50, causesMs: 5, auditMs: 50, loopDelayMs: 100 } as const;
const devices = 10_000;
const active = 5_000;
const looks = 200;
/** A hundred incidents began with these alarms: so many looks each make the evidence pack of one. */
const evidenceLooks = 110;
/** Of the causes alone, which take less than the machine's clock of processor time can tell. */
const causeLooks = 400;
const flood = { perSecond: 2_000, seconds: 10, sliceMs: 50 } as const;

export interface WatchWholeFigure {
  readonly what: string;
  /** Processor time of the thread, in steps of the kernel's tick; of the causes by the clock, where no other program cut in. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Looks that no other program cut into, and those by the clock: with the waiting for the disk, without that for the processor. */
  readonly uncut: number;
  readonly uncutP50Ms: number | null;
  readonly uncutP99Ms: number | null;
  readonly limitMs: number;
  /** p99 over the limit. */
  readonly ratio: number;
}

export interface WatchFlood {
  readonly alarms: number;
  readonly raised: number;
  /** Alarms of these devices in any condition. */
  readonly found: number;
  /** How often the watch's thread failed and was replaced. */
  readonly ended: number;
  /** From the change in the custody file to the raise. */
  readonly raisedP50Ms: number;
  readonly raisedP99Ms: number;
  /** From the last change until the last row was there. */
  readonly drainedMs: number;
  readonly loopDelayP999Ms: number;
  readonly loopDelayRatio: number;
}

/** Half of the devices of each building fail and no switch does: each look goes through 5,000 alarms and a hundred supposed causes. */
const campus: readonly PlantedDevice[] = [
  ...Array.from({ length: 400 }, (_, n) => ({ deviceId: `switch-${n}`, kind: 'network' as const, parents: [] })),
  ...Array.from({ length: devices - 400 }, (_, n) => ({
    deviceId: `pos-${n}`,
    parents: [`switch-${n % 400}`],
    place: [`b-${n % 100}`, 'hall'] as const,
  })),
];

const pos = campus.filter(({ kind }) => kind !== 'network').map(({ deviceId }) => deviceId);
const failing = pos.slice(0, active);
const turning = pos.slice(active, active + 1_000);

async function benchLooks(): Promise<readonly WatchWholeFigure[]> {
  const watch = await VirtualWatch.open(campus, people);
  try {
    await watch.start();
    await watch.run(5);
    watch.set(failing, 'offline');
    await watch.run(40);
    const burning = watch.alarms().filter(({ condition }) => condition === 'active').length;
    if (burning < active) throw new Error(`${burning} of ${active} alarms are active`);
    const looked = (times: number, change?: () => void): Promise<LookTook> => measuredLooks(watch, times, change);
    const gathering = await looked(evidenceLooks);
    const steady = await looked(looks);
    let turn = 0;
    const changing = await looked(looks, () => {
      const from = (turn % 20) * 50;
      watch.set(turning.slice(from, from + 50), turn % 40 < 20 ? 'offline' : 'online');
      turn++;
    });
    return [
      figure('look, incidents gather evidence', gathering.look, watchWholeLimits.lookMs),
      figure('turns after it: evidence, answers of channels', gathering.after, watchWholeLimits.lookMs),
      figure('look, nothing changes', steady.look, watchWholeLimits.lookMs),
      figure('look, 50 devices turn', changing.look, watchWholeLimits.lookMs),
      figure('turns after it: messages, evidence', changing.after, watchWholeLimits.lookMs),
      ...(await parts(watch)),
    ];
  } finally {
    await watch.close();
  }
}

/** Causes and auditor over what that watch knows. */
async function parts(watch: VirtualWatch): Promise<readonly WatchWholeFigure[]> {
  const now = epochMs(watch.clock.now());
  const feed = openSqliteFeed(watch.custody.file, () => performance.now());
  const world = createLearned({
    dayType: () => 'teaching',
    businessTime: () => ({ open: true, peak: null, untilPeakMs: 0 }),
  });
  for (const agent of await feed.agents()) world.agent(agent);
  for (const { fact, parents } of await feed.devices())
    world.device({ ...fact, upstream: parents.length === 0 ? [] : [parents] }, now);
  await feed.close();
  const causes = new Causes(world, silentLogger);
  let at = now;
  causes.look(at);
  let turn = 0;
  const causesTook = await measured(
    causeLooks,
    () => Promise.resolve(void causes.look(at)),
    () => {
      at = epochMs(at + 1_000);
      for (const id of turning.slice((turn % 20) * 50, (turn % 20) * 50 + 50)) {
        const known = world.devices.get(id);
        if (known !== undefined) world.device({ ...known, state: turn % 40 < 20 ? 'offline' : 'online', since: at }, at);
      }
      turn++;
    },
  );
  const store = openSqliteWatch(watch.watchFile);
  const snapshot = await store.load();
  await store.close();
  const alarms = new Map(snapshot.alarms.map((alarm) => [alarm.alarmId as string, alarm]));
  const desk = new NotifyDesk({ newId: () => '', random: new SeededRandom(1), limitsOf: () => undefined });
  desk.restore(snapshot, { roster: { ...people, shifts: [], importantEvents: [] }, alarms }, now);
  const auditTook = await measured(looks, () => {
    const { plans, deliveries, bins } = desk;
    audit({ alarms: snapshot.alarms, plans, deliveries, bins, lastTickAt: now, routing: [] }, now);
    return Promise.resolve();
  });
  return [
    figure('causes, 50 devices turn', { ...causesTook, cpu: causesTook.uncut }, watchWholeLimits.causesMs),
    figure(`auditor over ${snapshot.alarms.length} alarms`, auditTook, watchWholeLimits.auditMs),
  ];
}

interface LookTook {
  readonly look: Took;
  /** What the same second still brings: each a turn of its own. */
  readonly after: Took;
}

async function measuredLooks(watch: VirtualWatch, times: number, change: () => void = () => undefined): Promise<LookTook> {
  const [look, after] = [new Stopwatch(), new Stopwatch()];
  watch.onLooked = () => {
    look.stop();
    after.start();
  };
  for (let time = 0; time < times; time++) {
    change();
    look.start();
    await watch.run(1);
    after.stop();
  }
  watch.onLooked = () => undefined;
  if (look.took.cpu.length !== times || after.took.cpu.length !== times) throw new Error(`not ${times} looks in as many seconds`);
  return { look: look.took, after: after.took };
}

/** Milliseconds, the shortest first. */
interface Took {
  /** Processor time of this thread: what else the machine does is left out. */
  readonly cpu: readonly number[];
  /** By the clock, of those that no other program cut into. */
  readonly uncut: readonly number[];
}

class Stopwatch {
  readonly #cpu: number[] = [];
  readonly #uncut: number[] = [];
  #cuts = 0;
  #before = process.threadCpuUsage();
  #from = 0;

  start(): void {
    this.#cuts = process.resourceUsage().involuntaryContextSwitches;
    this.#before = process.threadCpuUsage();
    this.#from = performance.now();
  }

  stop(): void {
    const [tookMs, { user, system }] = [performance.now() - this.#from, process.threadCpuUsage(this.#before)];
    this.#cpu.push((user + system) / 1_000);
    if (process.resourceUsage().involuntaryContextSwitches === this.#cuts) this.#uncut.push(tookMs);
  }

  get took(): Took {
    const sorted = (took: readonly number[]): readonly number[] => took.toSorted((one, other) => one - other);
    return { cpu: sorted(this.#cpu), uncut: sorted(this.#uncut) };
  }
}

/** `change` is not measured. */
async function measured(times: number, work: () => Promise<void>, change: () => void = () => undefined): Promise<Took> {
  const stopwatch = new Stopwatch();
  for (let time = 0; time < times; time++) {
    change();
    stopwatch.start();
    await work();
    stopwatch.stop();
  }
  return stopwatch.took;
}

const share = (sorted: readonly number[], of: number): number =>
  round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0);
const round = (value: number): number => Math.round(value * 100) / 100;

const figure = (what: string, { cpu, uncut }: Took, limitMs: number): WatchWholeFigure => ({
  what,
  p50Ms: share(cpu, 0.5),
  p99Ms: share(cpu, 0.99),
  uncut: uncut.length,
  uncutP50Ms: uncut.length === 0 ? null : share(uncut, 0.5),
  uncutP99Ms: uncut.length === 0 ? null : share(uncut, 0.99),
  limitMs,
  ratio: round(share(cpu, 0.99) / limitMs),
});

async function benchFlood(): Promise<WatchFlood> {
  const total = flood.perSecond * flood.seconds;
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-flood-'));
  const ids = Array.from({ length: total }, (_, n) => `pos-${n}`);
  const custody = await Custody.make(
    join(folder, 'cardwatch.db'),
    ids.map((deviceId) => ({ deviceId })),
    Date.now(),
  );
  await prepare(join(folder, 'watch.db'));
  let ended = 0;
  const log: Logger = {
    ...silentLogger,
    log: (level, event, fields) => {
      if (event === 'watch.ended') ended++;
      if (level === 'error') console.error(event, fields);
    },
  };
  const thread = openWatchThread({
    files: { custody: custody.file, watch: join(folder, 'watch.db'), folder },
    settings: WatchSettings.parse({}),
    clock: systemClock,
    log,
    changed: () => undefined,
  });
  try {
    await sleep(3_000);
    const loop = monitorEventLoopDelay({ resolution: 10 });
    loop.enable();
    const lostAt = await pour(custody, ids, thread.wake);
    const endedMs = performance.now();
    const { rows, found } = await raisedRows(join(folder, 'watch.db'), total);
    loop.disable();
    const drainedMs = Math.round(performance.now() - endedMs);
    const waited = rows.map(({ subject, raisedAt }) => (raisedAt ?? 0) - (lostAt.get(subject.id) ?? 0)).toSorted((a, b) => a - b);
    const loopDelayP999Ms = round(Math.max(0, loop.percentile(99.9) / 1e6 - 10));
    return {
      alarms: total,
      raised: rows.length,
      found,
      ended,
      raisedP50Ms: share(waited, 0.5),
      raisedP99Ms: share(waited, 0.99),
      drainedMs,
      loopDelayP999Ms,
      loopDelayRatio: round(loopDelayP999Ms / watchWholeLimits.loopDelayMs),
    };
  } finally {
    await thread.close();
    custody.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function prepare(file: string): Promise<void> {
  const store = openSqliteWatch(file);
  const version = defaultVersion('deviceOffline', epochMs(Date.now()));
  if (version === undefined) throw new Error('no rule deviceOffline');
  await store.saveRule({ ...version, timing: { ...version.timing, raiseAfterMs: 0 }, basis: 'manual' });
  const by = { author: 'bench', reason: 'bench', at: Date.now() };
  await store.saveSetting('recipients', [person('zhang', 'console')], by);
  const digest = { digestEveryMs: 10 * minuteMs, channels: ['console' as const] };
  await store.saveSetting('policies', [policy({ ...digest, policyId: 'all', levels: [1, 2, 3] })], by);
  await store.close();
}

async function pour(custody: Custody, ids: readonly string[], wake: () => void): Promise<ReadonlyMap<string, number>> {
  const slice = (flood.perSecond * flood.sliceMs) / 1_000;
  const lostAt = new Map<string, number>();
  const startMs = performance.now();
  for (let from = 0; from < ids.length; from += slice) {
    const now = Date.now();
    const some = ids.slice(from, from + slice);
    custody.set(some, 'offline', now);
    for (const id of some) lostAt.set(id, now);
    wake();
    await sleep(Math.max(0, startMs + (from / slice + 1) * flood.sliceMs - performance.now()));
  }
  return lostAt;
}

async function raisedRows(file: string, total: number): Promise<{ readonly rows: readonly Alarm[]; readonly found: number }> {
  const db = new DatabaseSync(file, { readOnly: true });
  const count = db.prepare("SELECT count(*) AS n FROM alarm WHERE rule = 'deviceOffline' AND condition = 'active'");
  const until = performance.now() + 60_000;
  while (Number(count.get()?.['n']) < total && performance.now() < until) await sleep(250);
  const rows = db.prepare("SELECT row FROM alarm WHERE rule = 'deviceOffline' AND condition = 'active'").all();
  const found = db.prepare("SELECT count(*) AS n FROM alarm WHERE rule = 'deviceOffline'").get();
  db.close();
  return { rows: rows.map((row) => JSON.parse(String(row['row'])) as Alarm), found: Number(found?.['n']) };
}

export async function printWatchWhole(): Promise<void> {
  printWatchLook();
  console.table(await benchLooks());
  const flooded = await benchFlood();
  console.table(flooded);
  if (flooded.raised < flooded.alarms) process.exitCode = 1;
}

if (import.meta.main) await printWatchWhole();
