/** campus > zone > building > switch or line > devices, as rows of a list that folds. */
import type { DeviceDto, TopologyDto } from '@cardwatch/contracts/api';
import { graver, type Level, type Network, type Standing, worstFirst } from './ways.core.ts';

export type NodeKind = 'campus' | 'zone' | 'building' | 'line' | 'device';

/** How many stand below (and are), how many of them are in trouble by themselves, how many because of what they are reached through. */
export interface Tally {
  readonly devices: number;
  readonly own: number;
  readonly explained: number;
}

export interface TreeNode {
  readonly id: string;
  readonly parentId: string | null;
  readonly kind: NodeKind;
  readonly name: string;
  readonly device: DeviceDto | null;
  readonly standing: Standing | null;
  readonly tally: Tally;
  /** The worst that nobody explains, of itself and below. */
  readonly worst: Standing | null;
  /** Of the gravest open alarm on it and below. */
  readonly level: Level | null;
  readonly children: readonly TreeNode[];
}

interface Stand {
  readonly campus: string;
  readonly zone: string | null;
  readonly building: string | null;
}

interface Growing {
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  readonly device: DeviceDto | null;
  /** Of a building: `campus/building`. */
  readonly area: string;
  readonly children: Map<string, Growing>;
}

/** Where the register has it stand, else where its agent says. */
export function standOf(device: DeviceDto, place: TopologyDto['places'][number] | undefined): Stand {
  const { campus, zone, building, area } = device.place;
  if (place === undefined) return { campus, zone: zone ?? null, building: building ?? area ?? null };
  const [home = campus, house] = place.area.split('/');
  return { campus: home, zone: place.zone, building: house ?? null };
}

export function treeOf(
  devices: readonly DeviceDto[],
  places: TopologyDto['places'],
  network: Network,
): { readonly roots: readonly TreeNode[]; readonly byId: ReadonlyMap<string, TreeNode> } {
  const placed = new Map(places.map((place) => [place.deviceId as string, place]));
  const stands = new Map(devices.map((device) => [device.deviceId, standOf(device, placed.get(device.deviceId))]));
  const own = new Map(
    devices.map((device) => [device.deviceId, growing('device', deviceNodeId(device.deviceId), device.name, device)]),
  );
  const parents = new Map<string, string>();
  for (const { deviceId } of devices) {
    const parent = network.ways.get(deviceId)?.[0]?.parents.find((id) => sameHouse(stands.get(id), stands.get(deviceId)));
    if (parent !== undefined && !leadsTo(parents, parent, deviceId)) parents.set(deviceId, parent);
  }
  const carriers = new Set(parents.values());
  const roots = new Map<string, Growing>();
  for (const device of devices) {
    const node = own.get(device.deviceId);
    const stand = stands.get(device.deviceId);
    if (node === undefined || stand === undefined) continue;
    const carrier = own.get(parents.get(device.deviceId) ?? '');
    const under = carrier?.children ?? houseOf(roots, stand, carriers.has(device.deviceId) ? null : device).children;
    under.set(node.id, node);
  }
  const byId = new Map<string, TreeNode>();
  return { roots: grown(roots, null, network, byId), byId };
}

export const deviceNodeId = (deviceId: string): string => `device:${deviceId}`;

const growing = (kind: NodeKind, id: string, name: string, device: DeviceDto | null = null, area = ''): Growing => ({
  area,
  id,
  kind,
  name,
  device,
  children: new Map(),
});

const sameHouse = (a: Stand | undefined, b: Stand | undefined): boolean =>
  a !== undefined && b !== undefined && a.campus === b.campus && a.building === b.building;

function leadsTo(parents: ReadonlyMap<string, string>, from: string, to: string): boolean {
  for (let id: string | undefined = from; id !== undefined; id = parents.get(id)) if (id === to) return true;
  return false;
}

/** The building, and in it the line of what nothing else carries. */
function houseOf(roots: Map<string, Growing>, { campus, zone, building }: Stand, alone: DeviceDto | null): Growing {
  let node = child(roots, 'campus', `campus:${campus}`, campus);
  if (zone !== null && zone !== '') node = child(node.children, 'zone', `${node.id}/zone:${zone}`, zone);
  if (building !== null && building !== '')
    node = child(node.children, 'building', `${node.id}/building:${building}`, building, `${campus}/${building}`);
  if (alone === null) return node;
  return child(node.children, 'line', `${node.id}/line:${alone.agentId}:${alone.line}`, `${alone.agentId} · ${alone.line}`);
}

function child(among: Map<string, Growing>, kind: NodeKind, id: string, name: string, area = ''): Growing {
  const found = among.get(id) ?? growing(kind, id, name, null, area);
  among.set(id, found);
  return found;
}

const collator = new Intl.Collator('zh', { numeric: true });
const rank: Readonly<Record<NodeKind, number>> = { campus: 0, zone: 1, building: 2, device: 3, line: 4 };

function grown(
  nodes: ReadonlyMap<string, Growing>,
  parentId: string | null,
  network: Network,
  byId: Map<string, TreeNode>,
): readonly TreeNode[] {
  return [...nodes.values()]
    .map((node) => {
      const children = grown(node.children, node.id, network, byId);
      const standing = node.device === null ? null : (network.standing.get(node.device.deviceId) ?? null);
      const { id, kind, name, device } = node;
      const below = children.reduce<Level | null>(
        (level, one) => graver(level, one.level),
        network.buildings.get(node.area) ?? null,
      );
      const level = graver(standing?.level ?? null, below);
      const made: TreeNode = { id, parentId, kind, name, device, standing, children, level, ...summed(standing, children) };
      byId.set(id, made);
      return made;
    })
    .sort((a, b) => rank[a.kind] - rank[b.kind] || collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
}

function summed(standing: Standing | null, children: readonly TreeNode[]): Pick<TreeNode, 'tally' | 'worst'> {
  const isOwn = standing !== null && standing.isTroubled && !standing.isExplained;
  let tally = {
    devices: standing === null ? 0 : 1,
    own: isOwn ? 1 : 0,
    explained: standing !== null && standing.isTroubled && standing.isExplained ? 1 : 0,
  };
  let worst = isOwn ? standing : null;
  for (const { tally: t, worst: w } of children) {
    tally = { devices: tally.devices + t.devices, own: tally.own + t.own, explained: tally.explained + t.explained };
    if (w !== null && (worst === null || worstFirst(w.state, worst.state) < 0)) worst = w;
  }
  return { tally, worst };
}

export interface TreeRow {
  readonly node: TreeNode;
  readonly depth: number;
  readonly isOpen: boolean;
}

/** The rows to be seen. A search or the choice of troubled ones opens the way to what it finds. */
export function rowsOf(
  roots: readonly TreeNode[],
  open: ReadonlySet<string>,
  { q = '', isTroubled = false }: { readonly q?: string | undefined; readonly isTroubled?: boolean },
): readonly TreeRow[] {
  const words = q.trim().toLowerCase();
  const finding = words !== '' || isTroubled;
  const rows: TreeRow[] = [];
  const fits = (node: TreeNode): boolean => isNamed(node, words) && (!isTroubled || node.tally.own + node.tally.explained > 0);
  const walk = (node: TreeNode, depth: number, isShown: boolean): boolean => {
    const at = rows.length;
    const isHit = fits(node);
    const isOpen = open.has(node.id);
    rows.push({ node, depth, isOpen });
    if (!finding && !isOpen) return true;
    let found = false;
    for (const one of node.children) found = walk(one, depth + 1, isShown || (isHit && isOpen && !isTroubled)) || found;
    if (found) rows[at] = { node, depth, isOpen: true };
    if (!finding || isHit || found || isShown) return true;
    rows.length = at;
    return false;
  };
  for (const root of roots) walk(root, 0, false);
  return rows;
}

const isNamed = ({ name, device }: TreeNode, words: string): boolean =>
  words === '' || name.toLowerCase().includes(words) || (device?.deviceId.includes(words) ?? false);

/** All above a node, and itself. */
export function pathTo(byId: ReadonlyMap<string, TreeNode>, id: string): readonly string[] {
  const path: string[] = [];
  for (let node = byId.get(id); node !== undefined; node = byId.get(node.parentId ?? '')) path.unshift(node.id);
  return path;
}
