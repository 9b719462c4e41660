import { type Result, durationMs, err, ok } from '@cardwatch/kernel';
import type {
  DeviceFacts,
  DeviceIdentity,
  DriverFailure,
  DriverIo,
  Observation,
  PointFailure,
  PollCapability,
  PollTask,
  RawReading,
  RawValue,
} from '../contract.ts';
import { clockFromText } from '../profile/clock-text.core.ts';
import { BlockReader } from './block-reader.ts';
import { Fifo } from './fifo.ts';
import type { FactName, ModbusProfile } from './model.ts';
import type { Item } from './plan.core.ts';
import { Reader } from './reader.ts';
import { Ring } from './ring.ts';
import type { ModbusTransport } from './transport.ts';

/** Keeps a fact's name apart from a point's: a point has no colon in its name. */
const factItem = (name: string): string => `fact:${name}`;

type ReadTask = 'live' | 'identity';

const factNames: readonly FactName[] = ['deviceClock', 'firmware', 'busErrors', 'blacklistVersion', 'parameterVersion'];

function itemsOf(profile: ModbusProfile, task: ReadTask): Item[] {
  const points = profile.points.map(({ name, read }) => ({ name, read }));
  const facts = factNames.flatMap((name) => {
    const read = profile.facts[name];
    return read === undefined ? [] : [{ name: factItem(name), read }];
  });
  return [...points, ...facts].filter((item) => item.read.task === task);
}

/** Tasks of a profile, as the contract wants them. */
export function tasksOf({ tasks }: ModbusProfile): readonly PollTask[] {
  return [
    { name: 'live', periodMs: tasks.live.periodMs, yields: 'readings' },
    ...(tasks.identity === undefined
      ? []
      : [{ name: 'identity', periodMs: tasks.identity.periodMs, yields: 'readings' as const }]),
    ...(tasks.records === undefined ? [] : [{ name: 'records', periodMs: tasks.records.periodMs, yields: 'records' as const }]),
    ...(tasks.events === undefined ? [] : [{ name: 'events', periodMs: tasks.events.periodMs, yields: 'records' as const }]),
  ];
}

/** Polls one Modbus device by its profile. */
export function modbusPoll(
  profile: ModbusProfile,
  transport: ModbusTransport,
  options: { readonly retries: number },
  io: DriverIo,
): PollCapability {
  const reader = new Reader(transport, options.retries);
  const readers: Readonly<Record<ReadTask, BlockReader>> = {
    live: new BlockReader(reader, itemsOf(profile, 'live'), profile.reads),
    identity: new BlockReader(reader, itemsOf(profile, 'identity'), profile.reads),
  };
  const ring = profile.store === undefined ? undefined : new Ring(profile.store, reader, profile.reads.maxBlock);
  const fifo = profile.queue === undefined ? undefined : new Fifo(profile.queue, reader);
  const tasks = tasksOf(profile);
  const run = async (task: string, signal: AbortSignal): Promise<Result<Observation, DriverFailure>> => {
    if (task === 'records' && ring !== undefined) return collect(ring, reader, signal);
    if (task === 'events' && fifo !== undefined) return collectEvents(fifo, reader, signal);
    if ((task !== 'live' && task !== 'identity') || !tasks.some(({ name }) => name === task))
      return err({ kind: 'unsupported', detail: `no task ${task}` });
    return observe(readers[task], reader, io, signal);
  };
  return { tasks, run, ...(ring === undefined ? {} : { recollect: (range, signal) => ring.recollect(range, signal) }) };
}

/** Reads the one point by which a device is recognised; undefined when its profile names none. */
export function modbusIdentify(
  profile: ModbusProfile,
  transport: ModbusTransport,
  options: { readonly retries: number },
): ((signal: AbortSignal) => Promise<Result<DeviceIdentity, DriverFailure>>) | undefined {
  const point = profile.points.find(({ name }) => name === profile.identify);
  if (point === undefined) return undefined;
  const blocks = new BlockReader(new Reader(transport, options.retries), [{ name: point.name, read: point.read }], profile.reads);
  return async (signal) => {
    const read = await blocks.read(signal);
    if (!read.ok) return read;
    const serial = read.value.values.get(point.name);
    if (serial !== undefined) return ok({ serial: String(serial) });
    return err(read.value.failures[0]?.failure ?? { kind: 'unsupported', detail: `${point.name} has no value` });
  };
}

async function collect(ring: Ring, reader: Reader, signal: AbortSignal): Promise<Result<Observation, DriverFailure>> {
  const read = await ring.collect(signal);
  if (!read.ok) return read;
  const { records, facts, more, failure, confirm } = read.value;
  const failures: readonly PointFailure[] = failure === undefined ? [] : [{ points: [], failure }];
  const rttMs = durationMs(reader.rttMs);
  return ok({ readings: [], records, failures, facts, rttMs, more, ...(confirm === undefined ? {} : { confirm }) });
}

async function collectEvents(fifo: Fifo, reader: Reader, signal: AbortSignal): Promise<Result<Observation, DriverFailure>> {
  const read = await fifo.collect(signal);
  if (!read.ok) return read;
  const { events, more, confirm } = read.value;
  const rttMs = durationMs(reader.rttMs);
  return ok({
    readings: [],
    records: [],
    events,
    failures: [],
    facts: {},
    rttMs,
    more,
    ...(confirm === undefined ? {} : { confirm }),
  });
}

async function observe(
  blocks: BlockReader,
  reader: Reader,
  io: DriverIo,
  signal: AbortSignal,
): Promise<Result<Observation, DriverFailure>> {
  const read = await blocks.read(signal);
  if (!read.ok) return read;
  const { values, failures } = read.value;
  const readings: RawReading[] = [];
  const facts = new Map<string, RawValue>();
  for (const [name, raw] of values) {
    if (name.startsWith('fact:')) facts.set(name.slice('fact:'.length), raw);
    else readings.push({ point: name, raw });
  }
  return ok({
    readings,
    records: [],
    failures: withoutFactPrefix(failures),
    facts: factsOf(facts, io),
    rttMs: durationMs(reader.rttMs),
    more: false,
  });
}

const withoutFactPrefix = (failures: readonly PointFailure[]): readonly PointFailure[] =>
  failures.map(({ points, failure }) => ({ points: points.map((name) => name.replace(/^fact:/, '')), failure }));

function factsOf(values: ReadonlyMap<string, RawValue>, io: DriverIo): DeviceFacts {
  const number = <K extends FactName>(name: K): { readonly [P in K]?: number } => {
    const raw = values.get(name);
    return typeof raw === 'number' ? ({ [name]: raw } as { readonly [P in K]: number }) : {};
  };
  const clock = values.get('deviceClock');
  const firmware = values.get('firmware');
  return {
    ...number('busErrors'),
    ...number('blacklistVersion'),
    ...number('parameterVersion'),
    ...(firmware === undefined ? {} : { firmware: String(firmware) }),
    ...(typeof clock === 'string' ? { deviceClock: { text: clock, at: clockFromText(clock), readAt: io.clock.now() } } : {}),
  };
}
