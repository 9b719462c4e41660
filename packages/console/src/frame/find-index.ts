/** What the global search looks through: places of the register and devices by name. Read with the first search and kept for a while. */
import type { DeviceDto, PlacesDto } from '@cardwatch/contracts/api';
import type { Client } from '../api/client.ts';
import { pageLimits } from '../api/keys.ts';
import { type Findable, findLimits } from './find.core.ts';

type Spelled = (name: string) => { readonly initials: string; readonly pinyin: string };
const places: ReadonlySet<PlacesDto['items'][number]['level']> = new Set(['campus', 'building', 'area']);

/** `withPlaces`: the register is open to whoever may read the watch. Yields nothing to the page for longer than one page of devices takes. */
export async function readIndex(client: Client, withPlaces: boolean, signal: AbortSignal): Promise<readonly Findable[]> {
  const { spelled } = await import('./spell.ts');
  const [devices, register] = await Promise.all([
    readDevices(client, spelled, signal),
    withPlaces ? client.fetch('places', {}, signal) : undefined,
  ]);
  return [...placesOf(register?.items ?? [], spelled), ...devices];
}

async function readDevices(client: Client, spelled: Spelled, signal: AbortSignal): Promise<readonly Findable[]> {
  const found: Findable[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: pageLimits.devices, ...(cursor === undefined ? {} : { cursor }) };
    const page = await client.fetch('devices', { query }, signal);
    for (const device of page.items) found.push(deviceOf(device, spelled));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < findLimits.devices);
  return found;
}

const deviceOf = ({ deviceId, name, place }: DeviceDto, spelled: Spelled): Findable => ({
  kind: 'device',
  id: deviceId,
  name,
  note: [place.campus, place.area].filter((part) => part !== undefined).join(' '),
  ...spelled(name),
});

type Node = PlacesDto['items'][number];

/** A place is found by its name; `id` is its way from the campus down. */
export function placesOf(nodes: readonly Node[], spelled: Spelled): readonly Findable[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return nodes
    .filter(({ level }) => places.has(level))
    .map((node) => {
      const way = wayOf(node, byId).filter(({ level }) => places.has(level));
      return {
        kind: 'place' as const,
        id: way.map(({ name }) => name).join('/'),
        name: node.name,
        note: way
          .slice(0, -1)
          .map(({ name }) => name)
          .join(' '),
        ...spelled(node.name),
      };
    });
}

function wayOf(node: Node, byId: ReadonlyMap<string, Node>): readonly Node[] {
  const way: Node[] = [];
  for (let at: Node | undefined = node; at !== undefined; at = at.parentId === null ? undefined : byId.get(at.parentId))
    way.unshift(at);
  return way;
}
