import { type Result, durationMs, err, ok } from '@cardwatch/kernel';
import type {
  DriverFailure,
  DriverIo,
  Observation,
  PointFailure,
  PollCapability,
  PollTask,
  RawEvent,
  RawReading,
  SnmpPeer,
} from '../contract.ts';
import { Watcher, namesOf, readingOf } from './live.ts';
import { type DeviceMemory, memoryLimits } from './memory.ts';
import type { SnmpPorts, SnmpProfile } from './model.ts';
import { type ColumnName, column, scalar } from './oid.core.ts';
import { type PortPointName, portPoint } from './port-points.core.ts';
import {
  baseOf,
  cellOf,
  columnsOfTask,
  counterPoints,
  placesOf,
  type Port,
  type PortTask,
  pointsOfColumn,
  pointsOfTask,
  portsOf,
} from './ports.core.ts';
import { changed, trafficMoved } from './rate.core.ts';
import { SnmpReader } from './reader.ts';
import { type ScalarTask, oidsOf, pointValue, readPoints } from './scalars.core.ts';
import { bigOf, type Column, type Tables } from './table.core.ts';

export interface SnmpPollParts {
  readonly profile: SnmpProfile;
  readonly peer: SnmpPeer;
  readonly memory: DeviceMemory;
  readonly watchPorts: readonly number[] | undefined;
  readonly maxRepetitions: number;
}

type TaskName = keyof SnmpProfile['tasks'];
const taskNames: readonly TaskName[] = ['live', 'counters', 'topology', 'identity'];

/** What one task learnt, before it is an observation. */
interface Learnt {
  readonly readings: readonly RawReading[];
  readonly failures: readonly PointFailure[];
  readonly events?: readonly RawEvent[];
}
const nothing: Learnt = { readings: [], failures: [] };

export const tasksOf = ({ tasks }: SnmpProfile): readonly PollTask[] =>
  taskNames.flatMap((name) => {
    const task = tasks[name];
    return task === undefined ? [] : [{ name, periodMs: task.periodMs, yields: 'readings' as const }];
  });

/** Polls one device by its profile. */
export class SnmpPoll implements PollCapability {
  readonly tasks: readonly PollTask[];
  readonly #parts: SnmpPollParts;
  readonly #io: DriverIo;
  readonly #reader: SnmpReader;
  readonly #watcher: Watcher;
  #ifName: Column | undefined;

  constructor(parts: SnmpPollParts, io: DriverIo) {
    this.#parts = parts;
    this.#io = io;
    this.tasks = tasksOf(parts.profile);
    this.#reader = new SnmpReader(parts.peer, parts.maxRepetitions, io);
    this.#watcher = new Watcher(parts.profile, parts.memory, parts.watchPorts);
  }

  async run(task: string, signal: AbortSignal): Promise<Result<Observation, DriverFailure>> {
    const name = this.tasks.find((each) => each.name === task)?.name as TaskName | undefined;
    if (name === undefined) return err({ kind: 'unsupported', detail: `no task ${task}` });
    const scalars = await this.#scalars(name === 'identity' ? 'identity' : 'live', name, signal);
    if (!scalars.ok) return scalars;
    const ports = name === 'identity' ? nothing : await this.#ports(name, signal);
    return ok({
      readings: [...scalars.value.readings, ...ports.readings],
      records: [],
      events: [...(scalars.value.events ?? []), ...(ports.events ?? [])],
      failures: [...scalars.value.failures, ...ports.failures],
      facts: {},
      rttMs: durationMs(this.#reader.rttMs),
      more: false,
    });
  }

  /** Every task looks at the uptime first: it says whether the device answers, and whether it is still the one that was asked before. */
  async #scalars(set: ScalarTask, task: TaskName, signal: AbortSignal): Promise<Result<Learnt, DriverFailure>> {
    const { profile, memory } = this.#parts;
    const points = task === 'live' || task === 'identity' ? readPoints(profile, set) : [];
    const read = await this.#reader.scalars(oidsOf(points), signal);
    if (!read.ok) return read;
    const { values, failed } = read.value;
    const now = this.#io.clock.now();
    const restarts = this.#watcher.uptime(values, this.#io.clock.mono(), now);
    if (restarts.length > 0) this.#ifName = undefined;
    const good = points.filter((point) => !failed.has(point.read.oid));
    const readings = good.map((point) =>
      readingOf(point.name, point.read.oid === scalar.sysUpTime ? memory.uptimeTicks : pointValue(point, values)),
    );
    const failures = points.flatMap((point): PointFailure[] => {
      const failure = failed.get(point.read.oid);
      return failure === undefined ? [] : [{ points: [point.name], failure }];
    });
    return ok({ readings, failures, events: [...restarts, ...this.#watcher.scalars(good, values, now)] });
  }

  async #ports(task: PortTask, signal: AbortSignal): Promise<Learnt> {
    const plan = this.#parts.profile.ports;
    if (plan === undefined) return nothing;
    const names = await this.#names(task === 'topology', signal);
    if (!names.ok) return { readings: [], failures: [{ points: [], failure: names.error }] };
    const ports = portsOf(names.value, plan);
    const plans = columnsOfTask(plan, task).map((name) => ({ name, base: baseOf(name, plan) }));
    const { tables: read, failed } = await this.#reader.columns(plans, signal);
    const tables: Tables = { ...read, ifName: names.value };
    const failures = failuresOf(failed, ports, plan);
    const broken = new Set(failures.flatMap(({ points }) => points));
    const learnt =
      task === 'topology' ? this.#topology(ports, plan, tables, failures.length > 0) : this.#cells(task, ports, plan, tables);
    return { ...learnt, readings: learnt.readings.filter(({ point }) => !broken.has(point)), failures };
  }

  /** Names of the interfaces are read anew with the topology and after a restart. */
  async #names(anew: boolean, signal: AbortSignal): Promise<Result<Column, DriverFailure>> {
    if (this.#ifName !== undefined && !anew) return ok(this.#ifName);
    const { tables, failed } = await this.#reader.columns([{ name: 'ifName', base: column.ifName }], signal);
    const failure = failed[0]?.[1];
    if (tables.ifName === undefined) return err(failure ?? { kind: 'unsupported', detail: 'no interfaces' });
    this.#ifName = tables.ifName;
    return ok(tables.ifName);
  }

  #cells(task: 'live' | 'counters', ports: readonly Port[], plan: SnmpPorts, tables: Tables): Learnt {
    const names = pointsOfTask(plan, task);
    const readings = ports.flatMap((port) =>
      names.flatMap((name) => {
        const raw =
          name in counterPoints ? this.#rate(name as keyof typeof counterPoints, port, tables) : cellOf(name, port, plan, tables);
        return raw === undefined ? [] : this.#told(port, name, raw);
      }),
    );
    const events = task === 'live' ? this.#watcher.ports(ports, tables, this.#io.clock.now()) : [];
    return { readings, failures: [], events };
  }

  #rate(name: keyof typeof counterPoints, port: Port, tables: Tables): number | undefined {
    const { column: from, bits, factor } = counterPoints[name];
    const value = bigOf(tables[from]?.get(port.ifIndex));
    if (value === undefined) return undefined;
    const perSecond = this.#parts.memory.rate(`${name}/${port.ifIndex}`, { value, atMs: this.#io.clock.mono() }, bits);
    return perSecond === undefined ? undefined : Math.round(perSecond * factor * 10) / 10;
  }

  #topology(ports: readonly Port[], plan: SnmpPorts, tables: Tables, partly: boolean): Learnt {
    const places = placesOf(plan, tables);
    const readings = ports.flatMap((port) =>
      pointsOfTask(plan, 'topology').flatMap((name) =>
        this.#told(port, name, name === 'Mac' ? places.mac(port) : places.neighbour(port)),
      ),
    );
    // Half a table would make stations wander.
    const events = partly ? [] : this.#watcher.moves(ports, places, this.#io.clock.now(), memoryLimits.stations);
    return { readings, failures: [], events };
  }

  #told(port: Port, name: PortPointName, raw: RawReading['raw']): readonly RawReading[] {
    const reading = readingOf(portPoint(port.no, name), raw);
    const offsetMs = (port.no * memoryLimits.againMs) / 64;
    const moved = name === 'In' || name === 'Out' ? trafficMoved : changed;
    return this.#parts.memory.tell(reading, this.#io.clock.mono(), offsetMs, moved) ? [reading] : [];
  }
}

/** A column that a device does not have is no failure: it has no rows. */
const failuresOf = (
  failed: readonly (readonly [ColumnName, DriverFailure])[],
  ports: readonly Port[],
  plan: SnmpPorts,
): readonly PointFailure[] => failed.map(([name, failure]) => ({ points: namesOf(ports, pointsOfColumn(plan, name)), failure }));
