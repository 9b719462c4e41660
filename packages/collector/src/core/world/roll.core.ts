/**
 * Devices as rules ask for them: by place, way, kind and state. The reducer keeps it with each change of a device, so that a look walks those that are
 * concerned and not all. Lists stand in the order of `World.devices`; they change in place with the next fact and are not to be kept.
 */
import type { DeviceFact } from './world.core.ts';

/** Neither switched off nor in maintenance. */
export const inService = ({ maintenance, state }: DeviceFact): boolean =>
  !maintenance && state !== 'maintenance' && state !== 'disabled';

export const lineIdOf = ({ agentId, line }: DeviceFact): string => `${agentId}/${line}`;

/** What it belongs to; null: to nothing. */
type KeyOf = (device: DeviceFact) => string | null;

const ofKind =
  (kind: DeviceFact['kind'], keyOf: KeyOf): KeyOf =>
  (device) =>
    device.kind === kind ? keyOf(device) : null;
const areaOf: KeyOf = ({ area }) => area;

/** Devices in service. `terminals`, `canteens` (those of a canteen), `lanes` by area, `lines` all of a polled line, `agent/line`, `controllers` its showers. What is online has no place in `state`. */
const keys = {
  kind: ({ kind }) => kind,
  state: ({ state }) => (state === 'online' ? null : state),
  cause: ({ cause }) => cause,
  agent: ({ agentId }) => agentId,
  campus: ({ campus }) => campus,
  terminals: ofKind('pos', areaOf),
  canteens: ofKind('pos', ({ area, areaType }) => (areaType === 'canteen' ? area : null)),
  lanes: ofKind('gate', areaOf),
  lines: lineIdOf,
  controllers: ofKind('shower', lineIdOf),
} as const satisfies Readonly<Record<string, KeyOf>>;
export type RollKey = keyof typeof keys;
const names = Object.keys(keys) as readonly RollKey[];

export type RollGroups = ReadonlyMap<string, readonly DeviceFact[]>;

export interface Roll {
  /** All that are in service. */
  readonly inService: readonly DeviceFact[];
  /** Those in service, grouped. A group is never empty. */
  by(key: RollKey): RollGroups;
  /** All devices by what they hang on, in service or not. */
  readonly children: RollGroups;
  /** How many of a kind a campus has, in service or not. */
  heads(campus: string, kind: DeviceFact['kind']): number;
  /** Ids of those that say of themselves that they are being worked on. */
  readonly maintained: ReadonlySet<string>;
  /** Counts on with each change of those. */
  readonly maintenanceTurns: number;
}

const noDevices: readonly DeviceFact[] = [];

/** Those of some groups, each once. */
export function rollOf(roll: Roll, key: RollKey, ...groups: readonly string[]): readonly DeviceFact[] {
  const found = groups.map((group) => roll.by(key).get(group) ?? noDevices).filter(({ length }) => length > 0);
  return found.length === 1 ? (found[0] ?? noDevices) : found.flat();
}

/** One group of each: devices and their places, sorted by place. */
class Lists {
  readonly lists = new Map<string, DeviceFact[]>();
  readonly #places = new Map<string, number[]>();

  put(key: string, place: number, device: DeviceFact): void {
    const devices = this.lists.get(key);
    const places = this.#places.get(key);
    if (devices === undefined || places === undefined) {
      this.lists.set(key, [device]);
      this.#places.set(key, [place]);
      return;
    }
    const at = firstFrom(places, place);
    if (places[at] === place) devices[at] = device;
    else if (at === places.length) {
      places.push(place);
      devices.push(device);
    } else {
      places.splice(at, 0, place);
      devices.splice(at, 0, device);
    }
  }

  drop(key: string, place: number): void {
    const devices = this.lists.get(key) ?? [];
    const places = this.#places.get(key) ?? [];
    const at = firstFrom(places, place);
    if (places[at] !== place) return;
    places.splice(at, 1);
    devices.splice(at, 1);
    if (places.length > 0) return;
    this.lists.delete(key);
    this.#places.delete(key);
  }
}

/** First index whose place is not before `place`. */
function firstFrom(places: readonly number[], place: number): number {
  const last = places.at(-1);
  if (last === undefined || last < place) return places.length;
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

const all = '';
const headsKey = (campus: string, kind: string): string => `${kind} ${campus}`;

/** What the reducer keeps. */
export class DeviceRoll implements Roll {
  readonly maintained = new Set<string>();
  readonly #places = new Map<string, number>();
  readonly #groups: Readonly<Record<RollKey, Lists>> = {
    kind: new Lists(),
    state: new Lists(),
    cause: new Lists(),
    agent: new Lists(),
    campus: new Lists(),
    terminals: new Lists(),
    canteens: new Lists(),
    lanes: new Lists(),
    lines: new Lists(),
    controllers: new Lists(),
  };
  readonly #inService = new Lists();
  readonly #children = new Lists();
  readonly #heads = new Map<string, number>();
  maintenanceTurns = 0;
  #next = 0;

  get inService(): readonly DeviceFact[] {
    return this.#inService.lists.get(all) ?? noDevices;
  }

  get children(): RollGroups {
    return this.#children.lists;
  }

  by(key: RollKey): RollGroups {
    return this.#groups[key].lists;
  }

  heads(campus: string, kind: DeviceFact['kind']): number {
    return this.#heads.get(headsKey(campus, kind)) ?? 0;
  }

  /** `before`: what the device was until now; `after`: undefined once it is gone. */
  take(before: DeviceFact | undefined, after: DeviceFact | undefined): void {
    const deviceId = after?.deviceId ?? before?.deviceId;
    if (deviceId === undefined) return;
    const place = this.#places.get(deviceId) ?? this.#next++;
    if (after === undefined) this.#places.delete(deviceId);
    else this.#places.set(deviceId, place);
    this.#maintain(deviceId, after?.maintenance === true);
    const [from, to] = [served(before), served(after)];
    move(this.#inService, place, from && all, to && all, after);
    for (const name of names) move(this.#groups[name], place, from && keys[name](from), to && keys[name](to), after);
    this.#adopt(place, before, after);
    if (before?.campus !== after?.campus || before?.kind !== after?.kind) this.#count(before, after);
  }

  #count(before: DeviceFact | undefined, after: DeviceFact | undefined): void {
    for (const [device, by] of [
      [before, -1],
      [after, 1],
    ] as const)
      if (device !== undefined) {
        const { campus, kind } = device;
        this.#heads.set(headsKey(campus, kind), this.heads(campus, kind) + by);
      }
  }

  #maintain(deviceId: string, maintained: boolean): void {
    if (this.maintained.has(deviceId) === maintained) return;
    this.maintenanceTurns++;
    if (maintained) this.maintained.add(deviceId);
    else this.maintained.delete(deviceId);
  }

  #adopt(place: number, before: DeviceFact | undefined, after: DeviceFact | undefined): void {
    const parents = new Set(after?.upstream.flat());
    for (const parent of before?.upstream.flat() ?? []) if (!parents.has(parent)) this.#children.drop(parent, place);
    if (after !== undefined) for (const parent of parents) this.#children.put(parent, place, after);
  }
}

const served = (device: DeviceFact | undefined): DeviceFact | undefined =>
  device !== undefined && inService(device) ? device : undefined;

function move(
  lists: Lists,
  place: number,
  from: string | null | undefined,
  to: string | null | undefined,
  device: DeviceFact | undefined,
): void {
  if (from !== undefined && from !== null && from !== to) lists.drop(from, place);
  if (to !== undefined && to !== null && device !== undefined) lists.put(to, place, device);
}
