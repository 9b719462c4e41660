/** A watch in a process of its own under a storm, killed at seeded random moments and started again, to the end of the storm; then judged. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Alarm, Notice, NoticePolicy, Recipient } from '@cardwatch/contracts/watch';
import { epochFromShanghai, epochMs, SeededRandom } from '@cardwatch/kernel';
import { WatchSettings } from '../../../packages/collector/src/channels/index.ts';
import { defaultVersion } from '../../../packages/collector/src/core/rules/registry.core.ts';
import { openSqliteWatch } from '../../../packages/collector/src/store/sqlite/watch/open.ts';
import { type RobotServer, startRobotServer } from '../servers/robot.ts';
import { type SmtpTestServer, startSmtpServer } from '../servers/smtp.ts';
import { Custody } from './custody.ts';
import { type Anchor, fastClock } from './fast-clock.ts';
import { type Heard, judge, type Verdict } from './verdict.ts';
import type { WatchOrder, WatchSaid } from './watch-process.ts';
import { Forecast, type Weather } from './weather.ts';

export interface KillAsk {
  readonly kills: number;
  readonly seed: number;
  readonly fault?: WatchOrder['fault'];
  /** So many times as long a life in real time, by a clock so many times as slow: for a machine that has other things to do. Left out: by how long one start takes. */
  readonly slow?: number;
  /** Real time after the last kill in which everything is to be over. */
  readonly calmWithinMs?: number;
}

export interface KillReport extends Verdict {
  readonly kills: number;
  /** Of them before the watch was up, and right after a message had arrived. */
  readonly early: number;
  readonly atMessage: number;
  /** How slow the machine was taken to be. */
  readonly slow: number;
  readonly tookMs: number;
}

/** Ten times as fast while it is killed, sixty times while it calms down. */
const speed = { storm: 10, calm: 60 } as const;
/** Of a life, on average, with its start: the storm is as long as all of them. */
const lifeMs = 1_100;
/** More than a process needs to start. */
const startMs = 2_500;
const stormMs = ({ kills }: KillAsk): number => (kills + 1) * lifeMs * speed.storm;
const slowOf = ({ slow = 1 }: KillAsk): number => slow;
/** What a start takes where nothing else runs. */
const usualStartMs = 700;
const noon = epochFromShanghai({ year: 2026, month: 11, day: 23, hour: 12, minute: 0, second: 0 }) ?? 0;
const onDuty = ['hook', 'li'];
/** Said of a message that two deaths cut off where it may have arrived, to whom there is no other way: counted, not a fault. */
const isUnconfirmed = (said: WatchSaid): boolean =>
  said.kind === 'error' && said.event === 'watch.notTold' && said.detail.includes('"unconfirmed"');

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export async function runKills(ask: KillAsk): Promise<KillReport> {
  const slow = ask.slow ?? (await measuredSlow(ask));
  const run = await KillRun.open({ ...ask, slow });
  try {
    return await run.toTheEnd();
  } finally {
    await run.close();
  }
}

/** How much slower than usual this machine starts a watch now, over nothing; never below 1. */
async function measuredSlow(ask: KillAsk): Promise<number> {
  const run = await KillRun.open({ ...ask, kills: 0 });
  try {
    const starts: number[] = [];
    for (let n = 0; n < 3; n++) starts.push(await run.startMs());
    return Math.max(1, Math.max(...starts) / usualStartMs);
  } finally {
    await run.close();
  }
}

interface Ground {
  readonly folder: string;
  readonly weather: Weather;
  readonly custody: Custody;
  readonly robot: RobotServer;
  readonly smtp: SmtpTestServer;
  readonly clock: { anchor: Anchor };
}

class KillRun {
  readonly #ask: KillAsk;
  readonly #ground: Ground;
  readonly #random: SeededRandom;
  readonly #problems: string[] = [];
  readonly #startedMs = performance.now();
  #child: ChildProcess | undefined;
  #next = 0;
  #writing: NodeJS.Timeout | undefined;
  #early = 0;
  #atMessage = 0;

  static async open(ask: KillAsk): Promise<KillRun> {
    const folder = mkdtempSync(join(tmpdir(), 'cardwatch-watch-'));
    const weather = new Forecast(new SeededRandom(ask.seed)).over(stormMs(ask));
    const clock = { anchor: { realAt: Date.now(), virtualAt: noon, speed: speed.storm / slowOf(ask) } };
    const now = (): number => fastClock(clock.anchor).now();
    const robot = await startRobotServer({ webhook: { hook: 'hook-secret', wang: 'wang-secret' } }, now);
    const smtp = await startSmtpServer();
    for (const name of ['hook', 'wang']) writeFileSync(join(folder, `${name}.secret`), `${name}-secret`, { mode: 0o600 });
    const custody = await Custody.make(join(folder, 'cardwatch.db'), weather.devices, noon);
    await saveSettings(join(folder, 'watch.db'));
    clock.anchor = { ...clock.anchor, realAt: Date.now() };
    return new KillRun(ask, { folder, weather, custody, robot, smtp, clock });
  }

  private constructor(ask: KillAsk, ground: Ground) {
    this.#ask = ask;
    this.#ground = ground;
    this.#random = new SeededRandom(ask.seed + 1);
  }

  /** Of one life that is ended as soon as it is up. */
  async startMs(): Promise<number> {
    const from = performance.now();
    await this.#start().ready;
    const tookMs = performance.now() - from;
    await this.#kill();
    return tookMs;
  }

  async toTheEnd(): Promise<KillReport> {
    this.#writing = setInterval(() => this.#write(), 20);
    for (let kill = 0; kill < this.#ask.kills; kill++) await this.#life();
    const { changes } = this.#ground.weather;
    await this.#start().ready;
    while (this.#now() - noon < stormMs(this.#ask) + 5_000) await sleep(50);
    await this.#kill();
    this.#hasten();
    await this.#start().ready;
    while (this.#next < changes.length) await sleep(50);
    await this.#calm();
    await this.#kill();
    const found = this.#judged();
    return {
      ...found,
      problems: [...this.#problems, ...found.problems],
      kills: this.#ask.kills,
      early: this.#early,
      atMessage: this.#atMessage,
      slow: Math.round(slowOf(this.#ask) * 10) / 10,
      tookMs: Math.round(performance.now() - this.#startedMs),
    };
  }

  /** One in four dies at any moment of its start, the others somewhere later, half of those as a message arrives. */
  async #life(): Promise<void> {
    const { ready } = this.#start();
    if (this.#random.next() < 0.25) {
      await sleep(this.#random.next() * 700 * slowOf(this.#ask));
      this.#early++;
    } else {
      await ready;
      await sleep((100 + this.#random.next() * 500) * slowOf(this.#ask));
      if (this.#random.next() < 0.5) await this.#message(1_500 * slowOf(this.#ask));
    }
    await this.#kill();
  }

  async #message(withinMs: number): Promise<void> {
    const { robot, smtp } = this.#ground;
    const before = robot.received.length + smtp.received.length;
    const until = performance.now() + withinMs;
    while (performance.now() < until) {
      await sleep(1);
      if (robot.received.length + smtp.received.length === before) continue;
      this.#atMessage++;
      return;
    }
  }

  #start(): { readonly ready: Promise<void> } {
    const { folder, custody, robot, smtp, clock } = this.#ground;
    const child = fork(new URL('./watch-process.ts', import.meta.url), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#child = child;
    let stderr = '';
    child.stderr?.on('data', (part: Buffer) => {
      stderr = (stderr + part.toString()).slice(-1_000);
    });
    child.once('exit', (code) => {
      if (code !== null) this.#problems.push(`the watch ended by itself with ${code}: ${stderr}`);
    });
    const order: WatchOrder = {
      custody: custody.file,
      watch: join(folder, 'watch.db'),
      folder,
      settings: settingsFor(robot, smtp),
      anchor: clock.anchor,
      seed: Math.floor(this.#random.next() * 1_000_000),
      fault: this.#ask.fault ?? 'none',
    };
    child.send(order);
    const ready = new Promise<void>((done) => {
      child.on('message', (said: WatchSaid) => {
        if (said.kind === 'ready') done();
        else if (!isUnconfirmed(said)) this.#problems.push(`${said.event} ${said.detail}`);
      });
      child.once('exit', () => done());
    });
    return { ready };
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  }

  #now(): number {
    return fastClock(this.#ground.clock.anchor).now();
  }

  #write(): void {
    const { custody, weather } = this.#ground;
    for (;;) {
      const change = weather.changes[this.#next];
      if (change === undefined || noon + change.atMs > this.#now()) return;
      custody.set(change.deviceIds, change.state, this.#now());
      this.#next++;
    }
  }

  /** The clock stands until the last process is up: at this speed its start would be minutes in which nobody looks. */
  #hasten(): void {
    const { clock } = this.#ground;
    const slow = slowOf(this.#ask);
    clock.anchor = { realAt: Date.now() + startMs * slow, virtualAt: this.#now(), speed: speed.calm / slow };
  }

  /** Until nothing burns and nothing waits to be said. */
  async #calm(): Promise<void> {
    const db = new DatabaseSync(join(this.#ground.folder, 'watch.db'), { readOnly: true });
    const left = db.prepare(
      "SELECT (SELECT count(*) FROM alarm WHERE open = 1) + (SELECT count(*) FROM notice WHERE state IN ('queued', 'sending')) AS n",
    );
    const until = performance.now() + (this.#ask.calmWithinMs ?? 30_000) * slowOf(this.#ask);
    while (Number(left.get()?.['n']) > 0 && performance.now() < until) await sleep(200);
    db.close();
  }

  #judged(): Verdict {
    const { folder, weather, robot, smtp } = this.#ground;
    const db = new DatabaseSync(join(folder, 'watch.db'), { readOnly: true });
    const rows = <T>(table: string): T[] =>
      db
        .prepare(`SELECT row FROM ${table}`)
        .all()
        .map((row) => JSON.parse(String(row['row'])) as T);
    const alarms = rows<Alarm>('alarm');
    const notices = rows<Notice>('notice');
    db.close();
    const hooks = robot.received.map(
      ({ headers, robot: recipient }, order): Heard => ({
        order,
        noticeId: headers['idempotency-key'] ?? '',
        recipient,
      }),
    );
    const mails = smtp.received.map(
      ({ headers, to }, order): Heard => ({
        order,
        noticeId: /<([^@]+)@/.exec(headers.get('message-id') ?? '')?.[1] ?? '',
        recipient: to.join().split('@')[0] ?? '',
      }),
    );
    return judge({ weather, alarms, notices, heard: [...hooks, ...mails], onDuty });
  }

  async close(): Promise<void> {
    clearInterval(this.#writing);
    await this.#kill();
    const { robot, smtp, custody, folder } = this.#ground;
    await Promise.all([robot.close(), smtp.close()]);
    custody.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const settingsFor = (robot: RobotServer, smtp: SmtpTestServer): WatchSettings =>
  WatchSettings.parse({
    allowHosts: ['127.0.0.1'],
    channels: {
      webhook: {
        perMinute: 6_000,
        endpoints: {
          hook: { url: `${robot.urls.webhook}/hook`, secret: 'hook.secret' },
          wang: { url: `${robot.urls.webhook}/wang`, secret: 'wang.secret' },
        },
      },
      mail: { host: '127.0.0.1', port: smtp.port, security: 'none', from: 'cardwatch@example.edu', perMinute: 6_000 },
    },
  });

const someone = (recipientId: string, channel: 'webhook' | 'mail', address: string): Recipient => ({
  recipientId,
  displayName: recipientId,
  kind: 'person',
  user: null,
  language: 'zh',
  addresses: [{ channel, address }],
});

/** `wang` has an address and no duty. */
async function saveSettings(file: string): Promise<void> {
  const policy: NoticePolicy = {
    policyId: 'all',
    levels: [1, 2, 3],
    rules: [],
    areas: [],
    channels: ['webhook', 'mail'],
    fallbackAfterMs: 3_600_000,
    steps: [{ afterMs: 0, who: onDuty }],
    repeats: 0,
    remindEveryMs: null,
    acknowledgeForMs: 3_600_000,
    quiet: null,
    digestEveryMs: null,
  };
  const by = { author: 'test', reason: 'test', at: noon };
  const store = openSqliteWatch(file);
  await store.saveSetting('policies', [policy], by);
  const recipients = [
    someone('hook', 'webhook', 'hook'),
    someone('li', 'mail', 'li@example.edu'),
    someone('wang', 'webhook', 'wang'),
  ];
  await store.saveSetting('recipients', recipients, by);
  // a watch that dies every second is up for a third of the time: what lasts a minute must be found in that
  for (const [rule, raiseAfterMs] of [
    ['deviceOffline', 8_000],
    ['upstreamDown', 2_000],
  ] as const) {
    const version = defaultVersion(rule, epochMs(noon));
    if (version === undefined) throw new Error(`no rule ${rule}`);
    await store.saveRule({ ...version, timing: { raiseAfterMs, clearAfterMs: 8_000, nOfM: null }, basis: 'manual' });
  }
  await store.close();
}
