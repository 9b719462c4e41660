/** A terminal on a real socket, the driver before it, and a custody in memory that keeps what it was given. */
import {
  type AnyDriver,
  type CommonProfile,
  type DeviceSink,
  type DriverFailure,
  type DriverIo,
  type NotTaken,
  type Observation,
  type RawEvent,
  type Session,
  type TraceFrame,
  createRegistry,
  describeProfileFailure,
  loadProfile,
} from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { type LogFields, type Logger, type Result, SeededRandom, err, ok } from '@cardwatch/kernel';
import { type IsapiTerminal, openIsapiTerminal } from '../../../packages/simulators/src/isapi/terminal.ts';
import type { IsapiTerminalOptions } from '../../../packages/simulators/src/isapi/options.ts';
import type { ClusterParts, PassAttempt, TruePass } from '../../../packages/simulators/src/cluster.ts';
import { realClock } from '../real-clock.ts';

export const profileName = 'isapi/hikvision/ds-k1t';
export const account = { user: 'watcher', password: 'Right-1234' };

/** Truth of a simulator, in memory. */
export class Passes {
  readonly all: TruePass[] = [];
  readonly sink: ClusterParts['truth'] = { record: () => {}, pass: (entry) => void this.all.push(entry) };
}

/** Keeps events, refuses some when told to, and knows where it stands. */
export class MemoryCustody implements DeviceSink {
  readonly events: RawEvent[] = [];
  readonly observations: Observation[] = [];
  readonly failures: DriverFailure[] = [];
  generation = 1;
  last: number | undefined;
  newest = 0;
  signs = 0;
  /** Observations that are refused from now on. */
  refuse = 0;

  async take(observation: Observation): Promise<Result<void, NotTaken>> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.refuse > 0 && (observation.events?.length ?? 0) > 0) {
      this.refuse--;
      return err({ kind: 'notTaken', detail: 'disk ill' });
    }
    this.observations.push(observation);
    if ((observation.events ?? []).length === 0) this.signs++;
    const { newestRecordNo } = observation.facts;
    if (newestRecordNo !== undefined && newestRecordNo < this.newest) {
      this.generation++;
      this.last = 0;
      this.newest = 0;
    }
    this.newest = Math.max(this.newest, newestRecordNo ?? 0);
    for (const event of observation.events ?? []) {
      this.events.push(event);
      const { eventNo } = event;
      if (eventNo !== undefined) this.last = Math.max(this.last ?? 0, eventNo);
    }
    return ok(undefined);
  }

  failed(failure: DriverFailure): void {
    this.failures.push(failure);
  }

  get discarded(): number {
    return this.observations.reduce((sum, { discardedParts }) => sum + (discardedParts ?? 0), 0);
  }

  readonly resume = (): { generation: number; lastRecordNo: number | undefined } | undefined =>
    this.last === undefined ? undefined : { generation: this.generation, lastRecordNo: this.last };
}

/** All that was logged or traced, as text, to look for what must not be there. */
export class Ears {
  readonly heard: string[] = [];
  readonly log: Logger = {
    log: (_level: unknown, event: string, fields?: LogFields) => void this.heard.push(`${event} ${JSON.stringify(fields ?? {})}`),
    child: () => this.log,
  };
  readonly io: DriverIo = {
    ...createDriverIo({ clock: realClock, log: this.log }),
    trace: (frame: TraceFrame) => void this.heard.push(JSON.stringify(frame)),
  };
}

export async function profileOf(name: string, changes: Readonly<Record<string, unknown>> = {}): Promise<CommonProfile> {
  const loaded = await loadProfile(profileRoot, name);
  if (!loaded.ok) throw new Error(describeProfileFailure(loaded.error));
  return { ...loaded.value, ...changes };
}

/** Times of a test: everything fast. */
export const fast = {
  path: '/ISAPI/Event/notification/alertStream',
  silentAfterMs: 1_500,
  reconnectMs: 20,
  healthyMs: 1_000,
  pollMs: 1_000,
};
export const logBy = (by: 'serial' | 'time' | 'none'): Record<string, unknown> => ({
  log: { by, pageSize: 30, firstHours: 24, capacity: 1_000, deadlineMs: 5_000 },
});

export interface Bench {
  readonly terminal: IsapiTerminal;
  readonly truth: Passes;
  readonly custody: MemoryCustody;
  readonly ears: Ears;
  readonly session: Session;
  readonly driver: AnyDriver;
  reopen(): Promise<Session>;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly terminal?: Partial<IsapiTerminalOptions>;
  readonly profile?: Readonly<Record<string, unknown>>;
  readonly connection?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  readonly listen?: boolean;
}

export async function bench(options: BenchOptions = {}): Promise<Bench> {
  const truth = new Passes();
  const random = new SeededRandom(options.seed ?? 1);
  const terminal = await openIsapiTerminal(
    { deviceId: 'd7-east', ...account, heartbeatMs: 200, ...options.terminal },
    { clock: realClock, random, truth: truth.sink, port: 0 },
  );
  const profile = await profileOf(profileName, { stream: fast, ...logBy('serial'), ...options.profile });
  const driver = createRegistry(new SeededRandom(2)).get('isapi');
  if (driver === undefined) throw new Error('no isapi driver');
  const connection = driver.connection.parse({
    kind: 'isapi',
    port: terminal.endpoint.port,
    host: '127.0.0.1',
    deadlineMs: 1_000,
    readers: { 1: 'in', 2: 'out' },
    credentials: account,
    ...options.connection,
  });
  const custody = new MemoryCustody();
  const ears = new Ears();
  const open = async (): Promise<Session> => {
    const opened = await driver.open(connection, profile, ears.io);
    if (!opened.ok) throw new Error(opened.error.kind);
    if (options.listen ?? true) opened.value.listen?.start(custody, custody.resume);
    return opened.value;
  };
  let session = await open();
  return {
    terminal,
    truth,
    custody,
    ears,
    driver,
    get session() {
      return session;
    },
    reopen: async () => {
      await session.close();
      session = await open();
      return session;
    },
    close: async () => {
      await session.close();
      await terminal.close();
    },
  };
}

export const attempt = (index: number, change: Partial<PassAttempt> = {}): PassAttempt => ({
  personNo: `20230701${String(index % 100).padStart(2, '0')}`,
  name: 'CANARY-NAME',
  card: index % 3 === 0 ? `88${String(index).padStart(6, '0')}` : undefined,
  direction: index % 2 === 0 ? 'in' : 'out',
  method: index % 3 === 0 ? 'card' : 'face',
  outcome: index % 7 === 0 ? 'denied' : index % 11 === 0 ? 'stranger' : 'granted',
  ...change,
});

export async function until(what: string, holds: () => boolean, limitMs = 15_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const passKeys = (events: readonly RawEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'pass' ? [`${event.eventNo ?? 'x'} ${event.result} ${event.method}`] : []));

export const trueKeys = (passes: readonly TruePass[]): string[] =>
  passes.map(({ eventNo, result, method }) => `${eventNo ?? 'x'} ${result} ${method}`);
