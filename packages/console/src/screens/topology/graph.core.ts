/** The neighbourhood of one device drawn in rows: what it is reached through above, itself, what hangs on it below. */
import type { Ways } from './ways.core.ts';

export const graphLimits = {
  widthPx: 432,
  boxPx: 132,
  rowPx: 64,
  heightPx: 34,
  gapPx: 12,
  perRow: 3,
  above: 4,
  below: 24,
} as const;

export interface GraphBox {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly role: 'above' | 'self' | 'below';
}

/** `isAlternative`: another parent of the same group stands in for it. */
export interface GraphLine {
  readonly from: string;
  readonly to: string;
  readonly isAlternative: boolean;
  /** SVG path; what stands in a later row is reached through the gap beside its column. */
  readonly path: string;
}

type Link = Omit<GraphLine, 'path'>;

export interface Graph {
  readonly boxes: readonly GraphBox[];
  readonly lines: readonly GraphLine[];
  readonly heightPx: number;
  /** Children beyond `graphLimits.below`. */
  readonly left: number;
}

export function graphOf(id: string, ways: Ways, children: readonly string[]): Graph {
  const levels = levelsAbove(id, ways);
  const below = children.slice(0, graphLimits.below);
  const rows: { readonly ids: readonly string[]; readonly role: GraphBox['role'] }[] = [
    ...levels.flatMap((ids) => inRows(ids)).map((ids) => ({ ids, role: 'above' as const })),
    { ids: [id], role: 'self' },
    ...inRows(below).map((ids) => ({ ids, role: 'below' as const })),
  ];
  const boxes = rows.flatMap(({ ids, role }, n) =>
    ids.map((one, k) => ({ id: one, role, y: n * graphLimits.rowPx, x: slot(k, ids.length) })),
  );
  const shown = new Set(boxes.filter(({ role }) => role !== 'below').map((box) => box.id));
  const links = [
    ...[...shown].flatMap((one) => linesUp(one, ways)).filter(({ from }) => shown.has(from)),
    ...below.map((to) => ({ from: id, to, isAlternative: isOneOfMany(ways, to, id) })),
  ];
  const at = new Map(boxes.map((box) => [`${box.role === 'below'}:${box.id}`, box]));
  const lines = links.flatMap((link) => {
    const isBelow = below.includes(link.to) && link.from === id;
    const [from, to] = [at.get(`false:${link.from}`), at.get(`${isBelow}:${link.to}`)];
    return from === undefined || to === undefined ? [] : [{ ...link, path: pathOf(from, to) }];
  });
  return {
    boxes,
    lines,
    heightPx: rows.length * graphLimits.rowPx - (graphLimits.rowPx - graphLimits.heightPx),
    left: children.length - below.length,
  };
}

/** The farthest first; a node stands on the level where it is nearest. */
function levelsAbove(id: string, ways: Ways): readonly (readonly string[])[] {
  const seen = new Set([id]);
  const levels: string[][] = [];
  let here: readonly string[] = [id];
  while (levels.length < graphLimits.above) {
    const next = here.flatMap((one) => (ways.get(one) ?? []).flatMap(({ parents }) => parents)).filter((one) => !seen.has(one));
    if (next.length === 0) break;
    for (const one of next) seen.add(one);
    here = [...new Set(next)];
    levels.unshift([...here]);
  }
  return levels;
}

function pathOf(from: GraphBox, to: GraphBox): string {
  const { boxPx, heightPx, rowPx, gapPx } = graphLimits;
  const [x1, y1, x2, y2] = [from.x + boxPx / 2, from.y + heightPx, to.x + boxPx / 2, to.y];
  const bend = (rowPx - heightPx) / 2;
  if (y2 - y1 < rowPx) return `M${x1} ${y1}v${bend}H${x2}V${y2}`;
  return `M${x1} ${y1}v${bend}H${to.x - gapPx / 2}V${y2 - bend}H${x2}V${y2}`;
}

const linesUp = (to: string, ways: Ways): readonly Link[] =>
  (ways.get(to) ?? []).flatMap(({ parents }) => parents.map((from) => ({ from, to, isAlternative: parents.length > 1 })));

const isOneOfMany = (ways: Ways, id: string, parent: string): boolean =>
  (ways.get(id) ?? []).some(({ parents }) => parents.length > 1 && parents.includes(parent));

function inRows(ids: readonly string[]): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  for (let n = 0; n < ids.length; n += graphLimits.perRow) rows.push(ids.slice(n, n + graphLimits.perRow));
  return rows;
}

function slot(k: number, n: number): number {
  const { widthPx, boxPx, gapPx } = graphLimits;
  const all = n * boxPx + (n - 1) * gapPx;
  return (widthPx - all) / 2 + k * (boxPx + gapPx);
}

/** What hangs on each device. */
export function childrenOf(ways: Ways): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>();
  for (const [id, groups] of ways)
    for (const parent of new Set(groups.flatMap(({ parents }) => parents)))
      children.set(parent, [...(children.get(parent) ?? []), id]);
  return children;
}
