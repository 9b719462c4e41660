/** The way from a symptom up to its cause, node by node: what an alarm keeps as evidence. */
import type { Graph } from './graph.core.ts';

/** Nodes of a way, the symptom and the cause among them; of a longer one those nearest to the symptom are named, and the cause. */
export const wayNodesMax = 16;
/** Nodes that one search looks at. */
const visitsMax = 2_000;

/** The shortest way through what lets nothing through; where that is gone by now, the shortest that is drawn; where nothing is drawn, the two ends. */
export function wayTo(graph: Graph, nodeId: string, root: string, isOut: (node: number) => boolean): readonly string[] {
  if (nodeId === root) return [nodeId];
  const [from, to] = [graph.indexOf.get(nodeId), graph.indexOf.get(root)];
  if (from === undefined || to === undefined) return [nodeId, root];
  const way = search(graph, { from, to }, isOut) ?? search(graph, { from, to }, () => true) ?? [from, to];
  const ids = way.map((node) => graph.ids[node] ?? '');
  return ids.length <= wayNodesMax ? ids : [...ids.slice(0, wayNodesMax - 1), root];
}

function search(
  graph: Graph,
  { from, to }: { readonly from: number; readonly to: number },
  may: (node: number) => boolean,
): readonly number[] | undefined {
  const cameFrom = new Map<number, number>([[from, -1]]);
  const queue = [from];
  for (let at = 0; at < queue.length && at < visitsMax; at++) {
    const node = queue[at] ?? -1;
    if (node === to) return traced(cameFrom, to);
    const observer = at === 0 ? (graph.observers[node] ?? -1) : -1;
    for (const parent of [...(graph.groups[node] ?? []).flat(), ...(observer < 0 ? [] : [observer])])
      if (!cameFrom.has(parent) && may(parent)) {
        cameFrom.set(parent, node);
        queue.push(parent);
      }
  }
  return undefined;
}

function traced(cameFrom: ReadonlyMap<number, number>, to: number): readonly number[] {
  const way: number[] = [];
  for (let node = to; node >= 0; node = cameFrom.get(node) ?? -1) way.push(node);
  return way.reverse();
}
