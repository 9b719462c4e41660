/** One RS-485 line in virtual time: simulated meters at 2400 8E1 and Modbus slaves at 9600 8E1 behind a serial port, polled as an agent polls. */
import {
  type AnyDriver,
  type ByteStream,
  type DriverFailure,
  type Observation,
  type Session,
  createRegistry,
  loadProfile,
} from '@cardwatch/drivers';
import { closedDoors, scriptedStart } from '@cardwatch/drivers/scripted';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { chance, type Result, SeededRandom, VirtualClock, ok, silentLogger } from '@cardwatch/kernel';
import { proofOf } from '../../../packages/agent/src/collect/doubt.core.ts';
import { outcomeOf } from '../../../packages/agent/src/collect/outcome.core.ts';
import { LinePlan, type Outcome, type PlanTask } from '../../../packages/agent/src/collect/plan.core.ts';
import { type DeviceWatch, newWatch, type WatchEvent, watchStep } from '../../../packages/agent/src/collect/state.step.ts';
import { Cjt188Meter } from '../../../packages/simulators/src/cjt188/meter.core.ts';
import { Dlt645Meter } from '../../../packages/simulators/src/dlt645/meter.core.ts';
import { ModbusSlave } from '../../../packages/simulators/src/meters/modbus-slave.ts';
import { type Rate, type WireSlave, charMsOf, sameRate } from '../../../packages/simulators/src/meters/slave.ts';
import { Wire } from '../../../packages/simulators/src/meters/wire.ts';

export interface Counts {
  readonly cjt188: number;
  readonly dlt645: number;
  readonly modbus: number;
}

/** A slave, how it is asked, and what its first point must read, which no other slave's does. */
export interface Station {
  readonly slave: WireSlave;
  readonly protocol: 'cjt188' | 'dlt645' | 'modbus';
  readonly profile: string | object;
  readonly device: object;
  readonly point: string;
  readonly value: number | undefined;
}

const meterRate: Rate = { baudRate: 2_400, parity: 'even' };
const modbusRate: Rate = { baudRate: 9_600, parity: 'even' };
const label = { zh: '值', en: 'Value' };

/** Ten registers and a value that is the unit's own. */
const modbusProfile = {
  profile: 'modbus/test/shared',
  version: 1,
  protocol: 'modbus',
  title: label,
  kind: 'shower',
  source: 'test',
  tasks: { live: { periodMs: 100 } },
  points: [
    { name: 'own', label, read: { address: 10, as: 'u16' } },
    { name: 'last', label, read: { address: 19, as: 'u16' } },
  ],
};

const digits = (value: number, length: number): string => String(value).padStart(length, '0');

export function stations({ cjt188, dlt645, modbus }: Counts): readonly Station[] {
  const list: Station[] = [];
  for (let i = 0; i < cjt188; i++) {
    const address = `7833${digits(i + 1, 10)}`;
    const slave = new Cjt188Meter(
      { deviceId: `water-${i}`, address, dialect: 'plain', rate: meterRate },
      { litres: 10_000 + 10 * i, closed: false },
    );
    list.push({
      slave,
      protocol: 'cjt188',
      profile: 'cjt188/cardwatch/cold-water-meter',
      device: { address },
      point: 'volume',
      value: 10_000 + 10 * i,
    });
  }
  for (let i = 0; i < dlt645; i++) {
    const address = digits(i + 1, 12);
    const slave = new Dlt645Meter(
      { deviceId: `power-${i}`, address, rate: meterRate },
      { wattHours: 50_000_000 + 1_000_000 * i },
    );
    list.push({
      slave,
      protocol: 'dlt645',
      profile: 'dlt645/cardwatch/single-phase-meter',
      device: { address },
      point: 'energy',
      value: undefined,
    });
  }
  for (let i = 0; i < modbus; i++) {
    const registers = new Map(Array.from({ length: 10 }, (_, offset) => [10 + offset, 30_000 + i]));
    const slave = new ModbusSlave({ deviceId: `shower-${i}`, unit: i + 1, rate: modbusRate, registers });
    list.push({ slave, protocol: 'modbus', profile: modbusProfile, device: { unit: i + 1 }, point: 'own', value: 30_000 + i });
  }
  return list;
}

export interface VirtualLine {
  readonly clock: VirtualClock;
  readonly wire: Wire;
  readonly sessions: readonly Session[];
  /** Rate changes of the port, and how often it was opened. */
  readonly port: { retunes: number; opens: number };
  close(): Promise<void>;
}

/** The port tells bytes only at its own rate; at any other it hears garbage, as do the slaves. `lossShare`: of frames, each way, that are lost. */
export async function virtualLine(
  list: readonly Station[],
  seed = 11,
  replyTimeoutMs = 250,
  lossShare = 0,
): Promise<VirtualLine> {
  const clock = new VirtualClock(scriptedStart);
  const random = new SeededRandom(seed);
  const noise = new SeededRandom(seed + 1);
  const port = { retunes: 0, opens: 0 };
  let tuned: Rate = modbusRate;
  let listener: ((bytes: Uint8Array) => void) | undefined;
  let replyIsLost = false;
  const wire = new Wire({
    clock,
    random,
    slaves: list.map(({ slave }) => slave),
    paced: true,
    send: (bytes, rate) => {
      if (!replyIsLost) listener?.(sameRate(rate, tuned) ? bytes : bytes.map((byte) => byte ^ 0xa5));
    },
  });
  const stream: ByteStream = {
    retune: (target) => {
      port.retunes++;
      tuned = { baudRate: target.baudRate, parity: target.parity };
      return Promise.resolve(ok(undefined));
    },
    write: (bytes) => {
      replyIsLost = chance(noise, lossShare);
      if (!chance(noise, lossShare)) wire.hear(bytes, tuned);
      return Promise.resolve(ok(undefined));
    },
    onData: (given) => {
      listener = given;
    },
    onClose: () => {},
    close: () => {
      listener = undefined;
    },
  };
  const io = {
    ...closedDoors,
    clock,
    log: silentLogger,
    openSerial: (target: { readonly baudRate: number; readonly parity: Rate['parity'] }) => {
      port.opens++;
      tuned = { baudRate: target.baudRate, parity: target.parity };
      return Promise.resolve(ok(stream));
    },
  };
  const registry = createRegistry(random);
  const sessions: Session[] = [];
  for (const station of list) sessions.push(await openOne(registry, station, io, replyTimeoutMs));
  const close = async (): Promise<void> => {
    for (const session of sessions) await session.close();
    wire.close();
  };
  return { clock, wire, sessions, port, close };
}

async function openOne(
  registry: ReadonlyMap<string, AnyDriver>,
  station: Station,
  io: Parameters<AnyDriver['open']>[2],
  replyTimeoutMs: number,
): Promise<Session> {
  const driver = registry.get(station.protocol);
  if (driver === undefined) throw new Error(`no driver ${station.protocol}`);
  const profile = typeof station.profile === 'string' ? await loaded(station.profile) : driver.profile.parse(station.profile);
  const timing = { replyTimeoutMs, retries: 1, deadlineMs: 60_000 };
  const connection = driver.connection.parse({ kind: 'serial', path: '/dev/shared', ...timing, ...station.device });
  const opened = await driver.open(connection, profile, io);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

async function loaded(name: string): Promise<ReturnType<AnyDriver['profile']['parse']>> {
  const profile = await loadProfile(profileRoot, name);
  if (!profile.ok) throw new Error(profile.error.kind);
  return profile.value;
}

/** As the agent spreads the first questions of a line. */
const spreadMs = 1_000;

/** Continuations that are due run before time goes on. */
const turns = 40;
async function settle(): Promise<void> {
  for (let i = 0; i < turns; i++) await Promise.resolve();
}

async function finish<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let done = false;
  const watched = promise.finally(() => {
    done = true;
  });
  watched.catch(() => {});
  for (;;) {
    await settle();
    if (done) return watched;
    if (!clock.fireNext()) throw new Error('nothing left to happen');
  }
}

export interface Polled {
  /** Answered polls and failed ones, by station. */
  readonly answered: readonly number[];
  readonly failed: readonly number[];
  /** Values that were not those of the station that was asked. */
  readonly foreign: number;
  readonly elapsedMs: number;
}

/** Looks on while a line is polled. Times since it began, ms. */
export interface Onlooker {
  before?(elapsedMs: number): void;
  polled?(deviceId: string, answered: boolean, turn: 'fell' | 'rose' | undefined, elapsedMs: number): void;
  /** What people are told of a device. */
  became?(deviceId: string, state: DeviceWatch['state'], elapsedMs: number): void;
}

/** What a line asks of each device: all that it can. */
const always: readonly PlanTask[] = [{ name: 'live', periodMs: 100, yields: 'readings' }];

/** Polls for `forMs` of virtual time by the agent's own plan: round robin under overload, dead stations probed with back-off. */
export async function pollFor(
  list: readonly Station[],
  line: VirtualLine,
  forMs: number,
  onlooker: Onlooker = {},
  tasks: readonly PlanTask[] = always,
): Promise<Polled> {
  const { clock, sessions } = line;
  const ids = list.map(({ slave }) => slave.deviceId);
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const plan = new LinePlan(ids, clock.mono(), spreadMs);
  const answered = ids.map(() => 0);
  const failed = ids.map(() => 0);
  const watches = ids.map(() => newWatch(false, clock.now()));
  const note = (index: number, event: WatchEvent): void => {
    const [next, effects] = watchStep(health)(watches[index] ?? newWatch(false, clock.now()), event, clock.now());
    watches[index] = next;
    for (const { from, to } of effects)
      if (from.state !== to.state) onlooker.became?.(ids[index] ?? '', to.state, clock.mono() - begunMs);
  };
  let foreign = 0;
  const begunMs = clock.mono();
  const signal = new AbortController().signal;
  while (clock.mono() - begunMs < forMs) {
    onlooker.before?.(clock.mono() - begunMs);
    const next = plan.next(clock.mono(), () => true);
    if (next.kind === 'wait') {
      await finish(clock, new Promise<void>((resolve) => void clock.after(Math.max(0, next.untilMs - clock.mono()), resolve)));
      continue;
    }
    const startedMs = clock.mono();
    const index = indexOf.get(next.deviceId) ?? 0;
    if (next.kind === 'open') {
      plan.finished(next, { ok: true, more: false }, startedMs, clock.mono());
      plan.opened(next.deviceId, tasks, clock.mono());
      continue;
    }
    const observed = await finish(clock, sessions[index]?.poll?.run('live', signal) ?? Promise.reject(new Error('no poll')));
    note(index, eventOf(observed));
    const turn = plan.finished(next, toPlan(observed), startedMs, clock.mono());
    for (const deviceId of turn === 'fell' ? (plan.fallen ?? []) : []) note(indexOf.get(deviceId) ?? 0, lineFell);
    for (const deviceId of plan.takeConcluded()) note(indexOf.get(deviceId) ?? 0, { type: 'confirmed' });
    onlooker.polled?.(next.deviceId, observed.ok, turn, clock.mono() - begunMs);
    if (!observed.ok) failed[index] = (failed[index] ?? 0) + 1;
    else {
      answered[index] = (answered[index] ?? 0) + 1;
      if (!ownValue(list[index], observed.value)) foreign++;
    }
  }
  return { answered, failed, foreign, elapsedMs: clock.mono() - begunMs };
}

const health = { offlineAfter: 3, driftMsMax: 60_000, slowMs: 5_000, storePctMax: 80, unreleasedAfterMs: 1_800_000 };
const lineFell: WatchEvent = { type: 'failed', failure: 'timeout', parentDown: true, conclusive: true };

const toPlan = (observed: Result<Observation, DriverFailure>): Outcome =>
  observed.ok ? { ok: true, more: false } : outcomeOf(observed.error, { shared: true, kind: 'meter' });

function eventOf(observed: Result<Observation, DriverFailure>): WatchEvent {
  if (observed.ok) return { type: 'answered', rttMs: observed.value.rttMs, partial: false };
  const proof = proofOf(observed.error);
  const doubtful = proof !== undefined && proof !== 'alone';
  return { type: 'failed', failure: observed.error.kind, parentDown: observed.error.kind === 'unreachable', doubtful };
}

/** Energies run on: what must hold is that they lie in the station's own range. */
function ownValue(station: Station | undefined, observation: Observation): boolean {
  const raw = observation.readings.find(({ point }) => point === station?.point)?.raw;
  if (station?.value !== undefined) return raw === station.value;
  const number = Number(station?.slave.deviceId.split('-')[1]);
  return typeof raw === 'number' && Math.floor(raw / 100_000) === 50 + number;
}

export interface Allowed {
  /** Byte times alone, ms. */
  readonly byteMs: number;
  /** Byte times, thinking times of the slaves and the quiet gap of 3.5 characters after each frame of the master and of a slave. */
  readonly allowedMs: number;
}

/** What the polls that were answered need on the wire. */
export function allowedFor(list: readonly Station[], line: VirtualLine, answered: readonly number[]): Allowed {
  const think = list.reduce((sum, { slave, protocol }, index) => {
    const exchanges = (answered[index] ?? 0) * (protocol === 'dlt645' ? 4 : 1);
    return sum + exchanges * (slave.thinkMs + 3.5 * charMsOf(slave.rate));
  }, 0);
  const { byteMs } = line.wire.counts;
  return { byteMs, allowedMs: byteMs + think };
}

export interface DeadCost {
  readonly living: number;
  readonly foreign: number;
  /** Time until each living station was asked once, the dead on the line. */
  readonly withMs: number;
  /** The same with the dead taken off the line. */
  readonly withoutMs: number;
}

const costForMs = 20 * 60_000;

/** What `dead` silent ones of 64 cost the others: 40 CJ/T 188, 8 DL/T 645 and 16 Modbus on one line. */
export async function costOfDead(dead: number): Promise<DeadCost> {
  const all = stations({ cjt188: 40, dlt645: 8, modbus: 16 });
  const silent = new Set(all.filter((_, index) => index % 8 === 3).slice(0, dead));
  const struck = await virtualLine(all);
  for (const { slave } of silent) struck.wire.strike(slave.deviceId, 'silent', undefined);
  const ill = await pollFor(all, struck, costForMs);
  await struck.close();
  const rest = stations({ cjt188: 40, dlt645: 8, modbus: 16 }).filter((_, index) => !silent.has(all[index] as Station));
  const line = await virtualLine(rest);
  const well = await pollFor(rest, line, costForMs);
  await line.close();
  return {
    living: ill.answered.filter((count) => count > 0).length,
    foreign: ill.foreign + well.foreign,
    withMs: cycleOf(ill),
    withoutMs: cycleOf(well),
  };
}

function cycleOf({ answered, elapsedMs }: Polled): number {
  const living = answered.filter((count) => count > 0);
  return (elapsedMs * living.length) / living.reduce((sum, count) => sum + count, 0);
}
