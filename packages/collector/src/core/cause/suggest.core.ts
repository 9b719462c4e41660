/**
 * Ways that switches and agents tell of: what switches hear by LLDP (`portNNNeighbour`, name or chassis address, then the far port), the only station on a
 * port (`portNNMac`), what an agent's host sees itself (`wireHost` and `wireMac` from its ARP table, `wireRouter` by its trace), matched with what is known of
 * our devices. Proposals alone: a person makes topology of them, and what was rejected is not asked again.
 */
import type { DeviceId } from '@cardwatch/contracts';
import type { TopologyNode, TopologySuggestion } from '@cardwatch/contracts/watch';
import { type EpochMs, hourMs } from '@cardwatch/kernel';
import type { World } from '../world/world.core.ts';

/** Open ones; beyond it nothing new is proposed. */
export const openSuggestionsMax = 2_000;
/** A proposal that is seen again is written at most this often. */
export const seenAgainMs = hourMs;

/** What a device is recognised by on the wire, besides its own id: `sysName`, `mac`, `serial`, the addresses that its agent sees; in small letters. */
export type Identities = ReadonlyMap<string, DeviceId>;

export interface Way {
  readonly deviceId: DeviceId;
  readonly parent: DeviceId;
  /** `05`, as the switch counts it. */
  readonly port: string;
  /** `arp`: the port by the switch's table, who the station is by its agent's ARP table. */
  readonly evidence: TopologySuggestion['evidence'];
}

const portPoint = /^port(\d{2,3})(Neighbour|Mac)$/;
const named = ['sysName', 'mac', 'serial', 'serialNumber', 'wireMac', 'wireHost'] as const;

/** Names that two devices share are nobody's. */
export function identitiesOf(points: World['points'], devices: Iterable<string>): Identities {
  const found = new Map<string, DeviceId>();
  const shared = new Set<string>();
  for (const device of devices) {
    const own = named.flatMap((point) => {
      const value = points.get(device)?.get(point)?.value;
      return typeof value === 'string' && value.trim() !== '' ? [wireName(value)] : [];
    });
    for (const name of new Set([device, ...own])) {
      if (found.has(name)) shared.add(name);
      found.set(name, device as DeviceId);
    }
  }
  for (const name of shared) found.delete(name);
  return found;
}

/** `02-00-5E-10-07-01`, `0200.5e10.0701` and `02:00:5e:10:07:01` are one address. */
function wireName(text: string): string {
  const plain = text.trim().toLowerCase();
  const digits = plain.replaceAll(/[:.-]/g, '');
  const spelled =
    /^[0-9a-f]{12}$/.test(digits) &&
    /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$|^[0-9a-f]{4}(\.[0-9a-f]{4}){2}$|^[0-9a-f]{12}$/.test(plain);
  return spelled ? (digits.match(/../g) ?? []).join(':') : plain;
}

const isMac = (name: string): boolean => /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(name);

interface Heard {
  readonly by: DeviceId;
  readonly other: DeviceId;
  readonly port: string;
}

/** Ways as they are told now. Of two switches the one farther from stations is the parent; where that cannot be told, nothing is said. */
export function waysOf(world: Pick<World, 'devices' | 'points'>, identities: Identities): readonly Way[] {
  const [links, stations] = [[] as Heard[], [] as Heard[]];
  for (const [device, points] of world.points)
    for (const [point, { value }] of points) {
      const [, port, what] = portPoint.exec(point) ?? [];
      if (port === undefined || typeof value !== 'string') continue;
      const other = what === 'Mac' ? identities.get(wireName(value)) : neighbourOf(value, identities);
      if (other !== undefined && other !== device)
        (what === 'Mac' ? stations : links).push({ by: device as DeviceId, other, port });
    }
  const layers = layersOf(links, edgeSwitches(world.points));
  const byLink = links.flatMap((link) => linkWay(link, world.devices.get(link.other)?.kind === 'network', layers));
  const edge = stations.map(({ by, other, port }): Way => {
    const ofItself = named.some((point) => !point.startsWith('wire') && addressIn(world.points.get(other)?.get(point)?.value));
    return { deviceId: other, parent: by, port, evidence: ofItself ? 'fdb' : 'arp' };
  });
  return unique([...byLink, ...edge, ...routed(world.points, identities)]);
}

const addressIn = (value: unknown): boolean => typeof value === 'string' && isMac(wireName(value));

/** The last router before a device, where it is one of ours. */
const routed = (points: World['points'], identities: Identities): readonly Way[] =>
  [...points].flatMap(([device, own]): readonly Way[] => {
    const router = own.get('wireRouter')?.value;
    const parent = typeof router === 'string' ? identities.get(wireName(router)) : undefined;
    return parent === undefined || parent === device
      ? []
      : [{ deviceId: device as DeviceId, parent, port: '', evidence: 'trace' }];
  });

/** The text ends with the far port, and names may have blanks: the longest known beginning counts. */
function neighbourOf(text: string, identities: Identities): DeviceId | undefined {
  const words = text.trim().split(' ');
  for (let count = words.length; count > 0; count--) {
    const found = identities.get(wireName(words.slice(0, count).join(' ')));
    if (found !== undefined) return found;
  }
  return undefined;
}

const edgeSwitches = (points: World['points']): readonly string[] =>
  [...points].flatMap(([device, each]) =>
    [...each].some(([point, { value }]) => /^port\d{2,3}Mac$/.test(point) && typeof value === 'string' && value !== '')
      ? [device]
      : [],
  );

/** Hops from the nearest switch with stations. */
function layersOf(links: readonly Heard[], edge: readonly string[]): ReadonlyMap<string, number> {
  const near = new Map<string, Set<string>>();
  for (const { by, other } of links)
    for (const [from, to] of [
      [by, other],
      [other, by],
    ] as const) {
      const known = near.get(from);
      if (known === undefined) near.set(from, new Set([to]));
      else known.add(to);
    }
  const layers = new Map(edge.map((device) => [device, 0]));
  const queue = [...edge];
  for (let next = 0; next < queue.length; next++)
    for (const other of near.get(queue[next] ?? '') ?? [])
      if (!layers.has(other)) {
        layers.set(other, (layers.get(queue[next] ?? '') ?? 0) + 1);
        queue.push(other);
      }
  return layers;
}

/** `port` is the parent's own, as `TopologyNode.port` has it; told from below it is not known and left empty. */
function linkWay({ by, other, port }: Heard, isSwitch: boolean, layers: ReadonlyMap<string, number>): readonly Way[] {
  if (!isSwitch) return [{ deviceId: other, parent: by, port, evidence: 'lldp' }];
  const [own, far] = [layers.get(by), layers.get(other)];
  if (own === undefined || far === undefined || own === far) return [];
  return own > far
    ? [{ deviceId: other, parent: by, port, evidence: 'lldp' }]
    : [{ deviceId: by, parent: other, port: '', evidence: 'lldp' }];
}

/** LLDP before the forwarding table, both before a trace, and a known port before none. */
function unique(ways: readonly Way[]): readonly Way[] {
  const best = new Map<string, Way>();
  for (const way of ways) {
    const before = best.get(pairOf(way));
    if (before === undefined || (before.port === '' && way.port !== '')) best.set(pairOf(way), way);
  }
  return [...best.values()];
}

const pairOf = ({ deviceId, parent }: Pick<Way, 'deviceId' | 'parent'>): string => `${deviceId}>${parent}`;

export interface SuggestAsk {
  readonly ways: readonly Way[];
  readonly topology: readonly TopologyNode[];
  /** All that were ever made, also decided ones. */
  readonly known: readonly TopologySuggestion[];
  /** A UUID that is always the same for the same key, `device>parent`. */
  readonly idOf: (key: string) => string;
}

/** Suggestions to write: new ones, and open ones that were seen again after a while or on another port. */
export function suggest({ ways, topology, known, idOf }: SuggestAsk, now: EpochMs): readonly TopologySuggestion[] {
  const drawn = new Set(
    topology.flatMap(({ deviceId, upstream }) =>
      upstream.flatMap(({ parents }) => parents.map((parent) => pairOf({ deviceId, parent }))),
    ),
  );
  const before = new Map(known.map((each) => [pairOf(each), each]));
  let room = openSuggestionsMax - known.filter(({ state }) => state === 'open').length;
  return ways.flatMap((way): readonly TopologySuggestion[] => {
    const key = pairOf(way);
    const was = before.get(key);
    const port = way.port === '' ? null : way.port;
    if (was !== undefined) return seenAgain(was, port, now);
    if (drawn.has(key) || room <= 0) return [];
    room--;
    const { deviceId, parent, evidence } = way;
    return [
      {
        suggestionId: idOf(key),
        deviceId,
        parent,
        port,
        evidence,
        firstSeenAt: now,
        lastSeenAt: now,
        state: 'open',
        decidedBy: null,
      },
    ];
  });
}

function seenAgain(was: TopologySuggestion, port: string | null, now: EpochMs): readonly TopologySuggestion[] {
  if (was.state !== 'open') return [];
  const moved = port !== null && port !== was.port;
  return moved || now - was.lastSeenAt >= seenAgainMs ? [{ ...was, port: port ?? was.port, lastSeenAt: now }] : [];
}
