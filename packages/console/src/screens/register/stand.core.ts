/** Where each device stands by the register, else by its agent: what the tree of places and the list of devices are made of. */
import type { DeviceDto, PlacesDto, TopologyDto } from '@cardwatch/contracts/api';

export type PlaceNode = PlacesDto['items'][number];

/** One device as the register's list shows it. */
export interface RegisterRow {
  readonly device: DeviceDto;
  readonly campus: string;
  readonly zone: string;
  readonly building: string;
  readonly area: string;
  readonly cluster: string;
  /** `交换机 A | 交换机 B; 核心`: alternatives of each group, then the next group. */
  readonly upstream: string;
  readonly port: string;
  readonly merchant: string;
  /** The register says where it stands. */
  readonly isPlaced: boolean;
}

export function registerRows(
  devices: readonly DeviceDto[],
  { nodes, bindings, places }: TopologyDto,
  now: number,
): readonly RegisterRow[] {
  const placed = new Map(places.map((place) => [place.deviceId as string, place]));
  const ways = new Map(nodes.map((node) => [node.deviceId as string, node]));
  const holding = bindings.filter(({ validFrom, validTo }) => validFrom <= now && (validTo === null || now < validTo));
  const merchants = new Map(holding.map(({ deviceId, merchantName }) => [deviceId as string, merchantName]));
  const names = new Map(devices.map(({ deviceId, name }) => [deviceId, name]));
  return devices.map((device) => {
    const place = placed.get(device.deviceId);
    const node = ways.get(device.deviceId);
    const parents = node?.upstream.map((group) => group.parents) ?? device.parents.slice(0, 1).map((parent) => [parent]);
    const own = device.place;
    const [campus = own.campus, building = '', area = ''] =
      place === undefined ? [own.campus, own.building ?? '', own.area ?? ''] : place.area.split('/');
    return {
      device,
      campus,
      building,
      area,
      zone: (place === undefined ? own.zone : place.zone) ?? '',
      cluster: place?.cluster ?? '',
      upstream: parents.map((group) => group.map((id) => names.get(id) ?? id).join(' | ')).join('; '),
      port: node?.port ?? '',
      merchant: merchants.get(device.deviceId) ?? '',
      isPlaced: place !== undefined,
    };
  });
}

/** The nodes from the campus down to this one. */
export function placePath(items: readonly PlaceNode[], id: string | undefined): readonly PlaceNode[] {
  const byId = new Map(items.map((node) => [node.id, node]));
  const path: PlaceNode[] = [];
  for (let node = byId.get(id ?? ''); node !== undefined; node = byId.get(node.parentId ?? '')) path.unshift(node);
  return path;
}

/** Whether a device stands at the end of this path. */
export const standsAt = (row: RegisterRow, path: readonly PlaceNode[]): boolean =>
  path.every(({ level, name }) => {
    switch (level) {
      case 'cluster':
        return name === (row.cluster === '' ? row.device.agentId : row.cluster);
      case 'line':
        return name === row.device.line;
      case 'port':
        return name.endsWith(row.port) && row.port !== '';
      default:
        return name === row[level];
    }
  });

/** Id, name or place holds the text. */
export function isAbout(row: RegisterRow, q: string): boolean {
  const words = q.trim().toLowerCase();
  const { device, campus, zone, building, area, merchant } = row;
  return [device.deviceId, device.name, campus, zone, building, area, merchant].some((text) =>
    text.toLowerCase().includes(words),
  );
}

/** Campus, zone, building and area of the tree; what is deeper is told by the list. */
export const shownLevels: ReadonlySet<PlaceNode['level']> = new Set(['campus', 'zone', 'building', 'area']);
