import type { PlacesDto } from '@cardwatch/contracts/api';

type Node = PlacesDto['items'][number];

/** `campus`, `campus/building`, `campus/building/area` of the register, as a map names its place; zones stand beside the path. */
export function areaPaths(items: readonly Node[]): readonly string[] {
  const byId = new Map(items.map((node) => [node.id, node]));
  const pathOf = (node: Node): readonly string[] => {
    const parent = byId.get(node.parentId ?? '');
    const above = parent === undefined ? [] : pathOf(parent);
    return node.level === 'zone' ? above : [...above, node.name];
  };
  const named = items.filter(({ level }) => level === 'campus' || level === 'building' || level === 'area');
  return [...new Set(named.map((node) => pathOf(node).join('/')))];
}
