import type { EpochMs } from '@cardwatch/kernel';
import type { RawDeviceAlarm, RawEvent, RawReading, SnmpValue } from '../contract.ts';
import { alarmAt, changedAgoMs } from './events.core.ts';
import type { DeviceMemory } from './memory.ts';
import type { SnmpPorts, SnmpProfile } from './model.ts';
import { scalar } from './oid.core.ts';
import { portPoint } from './port-points.core.ts';
import { poeIndex, type Port, type PortPlaces } from './ports.core.ts';
import { type ReadPoint, pointValue } from './scalars.core.ts';
import { numberOf, type Tables, textOf } from './table.core.ts';

const up = 1;

/** What changed since the last poll, as alarms. */
export class Watcher {
  readonly #profile: SnmpProfile;
  readonly #memory: DeviceMemory;
  readonly #watched: ReadonlySet<number> | 'all' | 'none';

  constructor(profile: SnmpProfile, memory: DeviceMemory, watchPorts: readonly number[] | undefined) {
    this.#profile = profile;
    this.#memory = memory;
    this.#watched = watchPorts === undefined ? (profile.ports?.watch ?? 'none') : new Set(watchPorts);
  }

  /** The device's uptime: a restart begins an alarm that ends by itself. */
  uptime(values: ReadonlyMap<string, SnmpValue>, monoMs: number, now: EpochMs): readonly RawDeviceAlarm[] {
    const ticks = numberOf(values.get(scalar.sysUpTime));
    if (ticks === undefined) return [];
    const boots = numberOf(values.get(scalar.engineBoots));
    const engineS = numberOf(values.get(scalar.engineTime));
    const verdict = this.#memory.sawUptime({
      ticks,
      atMs: monoMs,
      ...(boots === undefined ? {} : { boots }),
      ...(engineS === undefined ? {} : { engineS }),
    });
    const restarted = this.#memory.restarted(verdict, monoMs);
    if (restarted === undefined) return [];
    return [alarmAt('restarted', restarted, `up for ${Math.round(ticks / 100)} s`, now, restarted ? ticks * 10 : 0)];
  }

  /** Alarms that the profile makes of scalars: on battery, battery low. */
  scalars(points: readonly ReadPoint[], values: ReadonlyMap<string, SnmpValue>, now: EpochMs): readonly RawDeviceAlarm[] {
    const valueOf = (name: string | undefined): number | undefined => {
      const point = points.find((each) => each.name === name);
      const raw = point === undefined ? undefined : pointValue(point, values);
      return typeof raw === 'number' ? raw : undefined;
    };
    return this.#profile.alarms.flatMap(({ alarm, point, when, secondsPoint }) => {
      const value = valueOf(point);
      if (value === undefined) return [];
      const active = this.#memory.alarm(alarm, when.includes(value), false);
      if (active === undefined) return [];
      const seconds = active ? (valueOf(secondsPoint) ?? 0) : 0;
      return [alarmAt(alarm, active, `${point} ${value}`, now, seconds * 1_000)];
    });
  }

  ports(ports: readonly Port[], tables: Tables, now: EpochMs): readonly RawDeviceAlarm[] {
    const plan = this.#profile.ports;
    if (plan === undefined) return [];
    return ports.flatMap((port) => [...this.#carrier(port, tables, now), ...this.#power(port, plan, tables, now)]);
  }

  /** A port that a person switched off is not an alarm; one that was down before we looked has no beginning that we know. */
  #carrier(port: Port, tables: Tables, now: EpochMs): readonly RawDeviceAlarm[] {
    const oper = numberOf(tables.ifOper?.get(port.ifIndex));
    if (oper === undefined || !this.#watches(port.no)) return [];
    const wanted = (numberOf(tables.ifAdmin?.get(port.ifIndex)) ?? up) === up;
    const alarm = portAlarm(port, 'Down');
    const active = this.#memory.alarm(alarm, wanted && oper !== up, true);
    if (active === undefined) return [];
    const ago = changedAgoMs(this.#memory.uptimeTicks ?? 0, numberOf(tables.ifLastChange?.get(port.ifIndex)));
    return [alarmAt(alarm, active, detailOf(port, tables), now, ago)];
  }

  #power(port: Port, plan: SnmpPorts, tables: Tables, now: EpochMs): readonly RawDeviceAlarm[] {
    const status = plan.poe === undefined ? undefined : numberOf(tables.poeDetection?.get(poeIndex(plan, port)));
    if (status === undefined || plan.poe === undefined) return [];
    const alarm = portAlarm(port, 'PoeFault');
    const active = this.#memory.alarm(alarm, plan.poe.faults.includes(status), false);
    return active === undefined ? [] : [alarmAt(alarm, active, `${detailOf(port, tables)}, status ${status}`, now)];
  }

  #watches(no: number): boolean {
    return this.#watched === 'all' || (this.#watched !== 'none' && this.#watched.has(no));
  }

  /** A station that is heard on another port than before: somebody re-patched. */
  moves(ports: readonly Port[], { placed }: PortPlaces, now: EpochMs, stationsMax: number): readonly RawEvent[] {
    const noOf = new Map(ports.map(({ no, ifIndex }) => [ifIndex, no]));
    const { stations } = this.#memory;
    return placed.stations.flatMap(({ mac, ifIndex }) => {
      const no = noOf.get(ifIndex);
      const before = stations.get(mac);
      if (no === undefined || no === before) return [];
      if (before === undefined && stations.size >= stationsMax) return [];
      stations.set(mac, no);
      if (before === undefined) return [];
      const { observedText, observedAt } = alarmAt('', true, '', now);
      const detail = `${mac} from port ${before} to port ${no}`;
      return [{ type: 'deviceAudit' as const, action: 'stationMoved', detail, observedText, observedAt }];
    });
  }
}

/** Each port has alarms of its own: one that comes back must not end that of another. */
const portAlarm = ({ no }: Port, what: 'Down' | 'PoeFault'): string => `port${String(no).padStart(2, '0')}${what}`;

const detailOf = (port: Port, tables: Tables): string => {
  const alias = textOf(tables.ifAlias?.get(port.ifIndex), 40) ?? '';
  const name = textOf(tables.ifName?.get(port.ifIndex), 60) ?? `interface ${port.ifIndex}`;
  return alias === '' ? `port ${port.no} ${name}` : `port ${port.no} ${name} ${alias}`;
};

/** Points of a port by name, for failures. */
export const namesOf = (ports: readonly Port[], names: readonly Parameters<typeof portPoint>[1][]): readonly string[] =>
  ports.flatMap(({ no }) => names.map((name) => portPoint(no, name)));

export const readingOf = (point: string, raw: RawReading['raw']): RawReading => ({ point, raw });
