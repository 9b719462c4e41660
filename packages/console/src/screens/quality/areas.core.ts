import type { ResponseOf } from '@cardwatch/contracts/api';

type Node = Pick<ResponseOf<'places'>['items'][number], 'id' | 'parentId' | 'level' | 'name'>;

/** Buildings and areas as the API takes them, `campus/building` and `campus/building/area`; parents stand before their children. */
export function areaPaths(nodes: readonly Node[], campus: string | undefined): readonly string[] {
  const paths = new Map<string, string>();
  const found: string[] = [];
  for (const { id, parentId, level, name } of nodes) {
    const above = parentId === null ? undefined : paths.get(parentId);
    if (level === 'campus') paths.set(id, name);
    if (above === undefined) continue;
    const isPlace = level === 'building' || level === 'area';
    const path = isPlace ? `${above}/${name}` : above;
    paths.set(id, path);
    if (isPlace && (campus === undefined || path.startsWith(`${campus}/`))) found.push(path);
  }
  return [...new Set(found)];
}
