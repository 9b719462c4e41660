/** The register as a tree: campus > zone > building > area > cluster > line or port, with how many devices stand there. */
import type { Place } from '@cardwatch/contracts';
import { standOf } from './home.core.ts';
import type { Register } from './register.core.ts';

export type PlaceLevel = 'campus' | 'zone' | 'building' | 'area' | 'cluster' | 'line' | 'port';
export interface PlaceNode {
  readonly id: string;
  readonly parentId: string | null;
  readonly level: PlaceLevel;
  readonly name: string;
  readonly devices: number;
}

/** A device as its agent declares it. */
export interface DeclaredDevice {
  readonly deviceId: string;
  readonly agentId: string;
  readonly line: string;
  readonly place: Place;
}

/** Parents before their children, by name. A device that nobody gave a cluster hangs on its agent. */
export function placeTree(devices: readonly DeclaredDevice[], register: Register): readonly PlaceNode[] {
  const places = new Map(register.places.map((each) => [each.deviceId as string, each]));
  const nodes = new Map(register.topology.map((each) => [each.deviceId as string, each]));
  const found = new Map<string, { -readonly [K in keyof PlaceNode]: PlaceNode[K] }>();
  for (const device of devices) {
    const { campus, area, zone, cluster } = standOf(places.get(device.deviceId), device.place);
    const [, building = '', room = ''] = area?.split('/') ?? [];
    const node = nodes.get(device.deviceId);
    const port = node?.port ?? null;
    const steps: readonly (readonly [PlaceLevel, string])[] = [
      ['campus', campus],
      ['zone', zone ?? ''],
      ['building', building],
      ['area', room],
      ['cluster', cluster ?? device.agentId],
      port === null ? ['line', device.line] : ['port', `${node?.upstream[0]?.parents[0] ?? ''} ${port}`.trim()],
    ];
    let parentId: string | null = null;
    for (const [level, name] of steps) {
      if (name === '') continue;
      const id: string = `${parentId === null ? '' : `${parentId}/`}${level}:${name.replaceAll('/', '%2F')}`;
      const known = found.get(id);
      if (known === undefined) found.set(id, { id, parentId, level, name, devices: 1 });
      else known.devices++;
      parentId = id;
    }
  }
  return [...found.values()].toSorted((a, b) => compare(a.id, b.id));
}

/** Step by step, so that `a/b` stands before `a b`. */
function compare(left: string, right: string): number {
  const [a, b] = [left.split('/'), right.split('/')];
  for (const [index, step] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (step !== other) return step < other ? -1 : 1;
  }
  return a.length - b.length;
}
