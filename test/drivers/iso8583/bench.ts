/** The driver on real sockets with simulated POS before it, and a ledger that books as the collector would: once per key. */
import { type RecordKind, turnoverFen } from '@cardwatch/contracts';
import {
  type CommonProfile,
  type DeviceSink,
  type DriverFailure,
  type NotTaken,
  type Observation,
  type RawRecord,
  type RawReading,
  type ResumePoint,
  type Session,
  createRegistry,
  loadProfile,
} from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { type Logger, type Result, SeededRandom, err, ok, silentLogger, toHex } from '@cardwatch/kernel';
import { type PosCluster, Truth, openIso8583, simulatedMacKey } from '@cardwatch/simulators';
import { realClock } from '../real-clock.ts';

export const io = createDriverIo({ clock: realClock, log: silentLogger });
export const ioWith = (log: Logger) => createDriverIo({ clock: realClock, log });

export interface Entry {
  readonly kind: RecordKind;
  readonly amountFen: number;
  readonly rawHex: string;
  readonly record: RawRecord;
}

/** Sink of one terminal. */
export class Ledger implements DeviceSink {
  readonly entries = new Map<string, Entry>();
  readonly undecoded: RawRecord[] = [];
  readonly failures: DriverFailure[] = [];
  readonly observations: Observation[] = [];
  readonly readings = new Map<string, RawReading['raw']>();
  conflicts = 0;
  duplicates = 0;
  /** How many of the next takes fail; Infinity: all. */
  refuse = 0;
  takes = 0;
  #generation: number | undefined;
  #last: number | undefined;
  readonly #profile: CommonProfile;

  constructor(profile: CommonProfile) {
    this.#profile = profile;
  }

  async take(observation: Observation): Promise<Result<void, NotTaken>> {
    this.takes++;
    await Promise.resolve();
    if (this.refuse > 0) {
      this.refuse--;
      return err({ kind: 'notTaken', detail: 'the disk is ill' });
    }
    this.observations.push(observation);
    for (const { point, raw } of observation.readings) this.readings.set(point, raw);
    for (const record of observation.records) this.#book(record, observation.facts.storeLife ?? 0);
    return ok(undefined);
  }

  failed(failure: DriverFailure): void {
    this.failures.push(failure);
  }

  resume(): ResumePoint | undefined {
    return this.#generation === undefined ? undefined : { generation: this.#generation, lastRecordNo: this.#last };
  }

  get netFen(): number {
    return [...this.entries.values()].reduce((sum, { kind, amountFen }) => sum + turnoverFen(kind, amountFen), 0);
  }

  alarms(): readonly string[] {
    return this.observations.flatMap(({ events = [] }) =>
      events.flatMap((event) => (event.type === 'deviceAlarm' ? [`${event.alarm} ${event.active}`] : [])),
    );
  }

  #book(record: RawRecord, generation: number): void {
    const kind = Object.entries(this.#profile.records?.kinds ?? {}).find(
      ([mark]) => Number(mark) === record.fields?.['kindMark'],
    )?.[1];
    if (record.recordNo === undefined || kind === undefined) {
      this.undecoded.push(record);
      return;
    }
    const key = `${generation}/${record.recordNo}`;
    const rawHex = toHex(record.raw);
    const known = this.entries.get(key);
    if (known === undefined) this.entries.set(key, { kind, amountFen: Number(record.fields?.['amount']), rawHex, record });
    else if (known.rawHex === rawHex) this.duplicates++;
    else this.conflicts++;
    this.#generation = Math.max(generation, this.#generation ?? 0);
    this.#last = Math.max(record.recordNo, this.#last ?? 0);
  }
}

export interface Bench {
  readonly port: number;
  readonly cluster: PosCluster;
  readonly truth: Truth;
  readonly ledgers: ReadonlyMap<string, Ledger>;
  readonly sessions: readonly Session[];
  ledger(deviceId: string): Ledger;
  /** The agent's program ends and begins anew: sessions are new, the ledger stays. */
  restartAgent(): Promise<void>;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly profile: string;
  readonly terminals: number;
  readonly link?: Readonly<Record<string, unknown>>;
  readonly port: number;
  readonly replyTimeoutMs?: number;
  readonly settleEvery?: number;
  readonly echoMs?: number;
  readonly log?: Logger;
}

export const terminalNo = (index: number): string => `CT${String(index).padStart(6, '0')}`;
export const deviceOf = (index: number): string => `pos-${index}`;

export async function profileOf(name: string): Promise<CommonProfile> {
  const loaded = await loadProfile(profileRoot, name);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value;
}

export async function openDriver(
  name: string,
  connections: readonly Readonly<Record<string, unknown>>[],
  log: Logger = silentLogger,
): Promise<readonly Session[]> {
  const profile = await profileOf(name);
  const driver = createRegistry(new SeededRandom(7)).get('iso8583');
  if (driver === undefined) throw new Error('no iso8583 driver');
  const sessions: Session[] = [];
  for (const connection of connections) {
    const opened = await driver.open(driver.connection.parse(connection), profile, ioWith(log));
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    sessions.push(opened.value);
  }
  return sessions;
}

export async function openBench(options: BenchOptions): Promise<Bench> {
  const { profile: name, terminals, link = {}, port, log = silentLogger } = options;
  const profile = await profileOf(name);
  const devices = Array.from({ length: terminals }, (_, index) => index);
  const connections = devices.map((index) => ({
    kind: 'iso8583',
    mode: 'frontEnd',
    listen: { host: '127.0.0.1', port },
    frameTimeoutMs: 1_000,
    terminal: terminalNo(index),
    credentials: { macKey: simulatedMacKey },
    ...link,
  }));
  const ledgers = new Map(devices.map((index) => [deviceOf(index), new Ledger(profile)]));
  const start = async (): Promise<readonly Session[]> => {
    const opened = await openDriver(name, connections, log);
    for (const [index, session] of opened.entries()) {
      const ledger = ledgers.get(deviceOf(index));
      if (ledger !== undefined) session.listen?.start(ledger, () => ledger.resume());
    }
    return opened;
  };
  let sessions = await start();
  const truth = new Truth();
  const plan = {
    kind: 'iso8583' as const,
    name: 'canteen',
    agent: 'agent-1' as never,
    port,
    devices: devices.map((index) => ({
      deviceId: deviceOf(index) as never,
      name: deviceOf(index),
      profile: name as never,
      address: terminalNo(index),
      place: { campus: 'c', area: 'a' } as never,
    })),
  };
  const cluster = await openIso8583(
    plan,
    {
      clock: realClock,
      random: new SeededRandom(3),
      truth: { record: (entry) => truth.take(entry), pass: () => {} },
      port,
      restored: undefined,
    },
    {
      replyTimeoutMs: options.replyTimeoutMs ?? 800,
      echoMs: options.echoMs ?? 200,
      settleEvery: options.settleEvery ?? 500,
    },
  );
  const stop = async (): Promise<void> => {
    for (const session of sessions) await session.close();
  };
  return {
    port,
    cluster,
    truth,
    ledgers,
    get sessions() {
      return sessions;
    },
    ledger: (deviceId) => {
      const found = ledgers.get(deviceId);
      if (found === undefined) throw new Error(deviceId);
      return found;
    },
    restartAgent: async () => {
      await stop();
      sessions = await start();
    },
    close: async () => {
      await cluster.close();
      await stop();
    },
  };
}

/** Waits for something to become true; the deadline is generous, the check is not. */
export async function until(what: string, holds: () => boolean, withinMs = 20_000): Promise<void> {
  const endMs = realClock.mono() + withinMs;
  while (!holds()) {
    if (realClock.mono() > endMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise<void>((resolve) => realClock.after(10, resolve));
  }
}
