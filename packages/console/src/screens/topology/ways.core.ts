/** What each device is reached through: what the register says, else the way up that its agent declares. */
import type { AlarmDto, DeviceDto, TopologyDto } from '@cardwatch/contracts/api';
import { deviceStates } from '../../marks/states.ts';

type DeviceState = DeviceDto['state'];

/** A device needs every one of its groups, and of each group one parent. */
export interface Way {
  readonly name: string;
  readonly parents: readonly string[];
}

export type Ways = ReadonlyMap<string, readonly Way[]>;

export function waysOf(devices: readonly DeviceDto[], nodes: TopologyDto['nodes']): Ways {
  const ways = new Map<string, readonly Way[]>();
  for (const { deviceId, upstream } of nodes) if (upstream.length > 0) ways.set(deviceId, upstream);
  const declared = devices.filter(({ parents }) => parents.length > 0).map(({ deviceId, parents }) => [deviceId, ...parents]);
  // a device's own word on its way up counts before what hangs below it says of it
  for (const [id = '', parent = ''] of declared) if (!ways.has(id)) ways.set(id, [{ name: '', parents: [parent] }]);
  for (const chain of declared)
    for (const [n, id] of chain.entries()) {
      const parent = chain[n + 1];
      if (parent !== undefined && !ways.has(id)) ways.set(id, [{ name: '', parents: [parent] }]);
    }
  return ways;
}

/** `explained`: its silence is that of what it is reached through. `level`: of its worst alarm that is open and its own. */
export interface Standing {
  readonly state: DeviceState;
  readonly isTroubled: boolean;
  readonly isExplained: boolean;
  readonly level: Level | null;
}

export type Level = 1 | 2 | 3;

/** The graver of two. */
export const graver = (a: Level | null, b: Level | null): Level | null => (a === null ? b : b === null || a < b ? a : b);

export interface Network {
  readonly ways: Ways;
  readonly standing: ReadonlyMap<string, Standing>;
  /** Devices that are down themselves, with what is cut off by it, most first. */
  readonly failures: readonly Failure[];
  /** Worst level of the open alarms on a building or a part of it, by `campus/building`. */
  readonly buildings: ReadonlyMap<string, Level>;
}

export interface Failure {
  readonly kind: 'device' | 'agent';
  readonly id: string;
  readonly below: readonly string[];
}

export interface NetworkFacts {
  readonly devices: readonly DeviceDto[];
  readonly nodes: TopologyDto['nodes'];
  readonly alarms: readonly AlarmDto[];
  /** Agents that are not heard. */
  readonly silentAgents: ReadonlySet<string>;
}

const troubledStates: ReadonlySet<DeviceState> = new Set(['offline', 'sellingOffline', 'degraded', 'unknown']);
const hopsMax = 16;

/** Where a device is listed by state, the worst first. */
export const worstFirst = (a: DeviceState, b: DeviceState): number => deviceStates.indexOf(a) - deviceStates.indexOf(b);

export function networkOf({ devices, nodes, alarms, silentAgents }: NetworkFacts): Network {
  const ways = waysOf(devices, nodes);
  const states = new Map(devices.map((device) => [device.deviceId, device.state]));
  const causes = causesOf(ways, states);
  const own = alarmsOf(alarms);
  const standing = new Map<string, Standing>();
  const below = new Map<string, Failure & { readonly below: string[] }>();
  const blame = (kind: Failure['kind'], id: string, deviceId: string): void => {
    const key = `${kind}:${id}`;
    const failure = below.get(key) ?? { kind, id, below: [] };
    failure.below.push(deviceId);
    below.set(key, failure);
  };
  for (const { deviceId, state, agentId } of devices) {
    const isTroubled = troubledStates.has(state);
    const found = isTroubled ? causes(deviceId) : undefined;
    // in a ring a way leads back to itself
    const cause = found === deviceId ? undefined : found;
    const isMute = isTroubled && silentAgents.has(agentId);
    const told = own.get(deviceId);
    if (cause !== undefined) blame('device', cause, deviceId);
    else if (isMute) blame('agent', agentId, deviceId);
    const isExplained = isTroubled && (cause !== undefined || isMute || told?.isExplained === true);
    standing.set(deviceId, { state, isTroubled, isExplained, level: told?.level ?? null });
  }
  // what cuts others off is what is wrong, whatever larger thing its alarm was put under
  for (const { kind, id } of below.values()) {
    const one = standing.get(id);
    if (kind === 'device' && one !== undefined) standing.set(id, { ...one, isExplained: false, level: own.get(id)?.any ?? null });
  }
  const failures = [...below.values()].sort((a, b) => b.below.length - a.below.length || (a.id < b.id ? -1 : 1));
  return { ways, standing, failures, buildings: buildingLevels(alarms) };
}

/** Of a device: the topmost device that is down and cuts it off; undefined when its ways are open. */
function causesOf(ways: Ways, states: ReadonlyMap<string, DeviceState>): (id: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  const cause = (id: string, hops: number): string | undefined => {
    if (known.has(id)) return known.get(id);
    known.set(id, undefined);
    let found: string | undefined;
    for (const { parents } of hops > hopsMax ? [] : (ways.get(id) ?? [])) {
      const lost = parents.map((parent) => cause(parent, hops + 1) ?? (states.get(parent) === 'offline' ? parent : undefined));
      if (lost.length > 0 && lost.every((one) => one !== undefined)) found ??= lost[0];
    }
    known.set(id, found);
    return found;
  };
  return (id) => cause(id, 0);
}

interface Told {
  readonly level: Level | null;
  /** Explained or not. */
  readonly any: Level;
  readonly isExplained: boolean;
}

/** Open alarms by device: the worst level that nobody explains, and whether all that there is, is explained. */
function alarmsOf(alarms: readonly AlarmDto[]): ReadonlyMap<string, Told> {
  const told = new Map<string, Told>();
  const subjects = new Map(alarms.map((alarm) => [alarm.alarmId as string, alarm.subject.id]));
  for (const { subject, level, condition, causeId, suppressedBy } of alarms) {
    if (subject.kind !== 'device' || condition === 'cleared' || condition === 'pending') continue;
    const cause = causeId === null ? undefined : (subjects.get(causeId) ?? causeId);
    const isExplained =
      (cause !== undefined && cause !== subject.id) || suppressedBy.some(({ suppressor }) => suppressor === 'upstream');
    const before = told.get(subject.id);
    told.set(subject.id, {
      level: graver(before?.level ?? null, isExplained ? null : level),
      any: graver(before?.any ?? null, level) ?? level,
      isExplained: isExplained && (before?.isExplained ?? true),
    });
  }
  return told;
}

function buildingLevels(alarms: readonly AlarmDto[]): ReadonlyMap<string, Level> {
  const levels = new Map<string, Level>();
  for (const { subject, level, condition } of alarms) {
    if (subject.kind !== 'area' || condition === 'cleared' || condition === 'pending') continue;
    const building = subject.id.split('/').slice(0, 2).join('/');
    levels.set(building, graver(levels.get(building) ?? null, level) ?? level);
  }
  return levels;
}
