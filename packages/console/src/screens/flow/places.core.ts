import type { PlaceNodeDto } from '@cardwatch/contracts/api';

export interface AreaChoice {
  /** `campus/building/area`, by which figures and records are asked for. */
  readonly path: string;
  readonly name: string;
  readonly campus: string;
}

/** Areas of the register as they are asked for: campus, building and area; an area without a building keeps its empty part. */
export function areasOf(nodes: readonly PlaceNodeDto[]): readonly AreaChoice[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const upFrom = (node: PlaceNodeDto): ReadonlyMap<PlaceNodeDto['level'], string> => {
    const names = new Map<PlaceNodeDto['level'], string>();
    for (let at: PlaceNodeDto | undefined = node; at !== undefined; at = at.parentId === null ? undefined : byId.get(at.parentId))
      names.set(at.level, at.name);
    return names;
  };
  const found = new Map<string, AreaChoice>();
  for (const node of nodes.filter(({ level }) => level === 'area')) {
    const names = upFrom(node);
    const campus = names.get('campus') ?? '';
    const building = names.get('building') ?? '';
    const path = [campus, building, node.name].join('/');
    found.set(path, { path, campus, name: building === '' ? node.name : `${building} ${node.name}` });
  }
  return [...found.values()];
}

export const campusesOf = (nodes: readonly PlaceNodeDto[]): readonly string[] =>
  nodes.filter(({ level }) => level === 'campus').map(({ name }) => name);
