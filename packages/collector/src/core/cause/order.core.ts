/** Parents before children, and the cycle that forbids such an order. */

type Groups = readonly (readonly (readonly number[])[])[];

/** All parents of a node, each once. */
export const parentsOf = (groups: Groups[number]): readonly number[] =>
  groups.length === 1 ? (groups[0] ?? []) : [...new Set(groups.flat())];

/** All nodes with parents first; nodes of cycles, and those behind them, are missing. */
export function orderOf(groups: Groups): readonly number[] {
  const parents = groups.map(parentsOf);
  const waiting = parents.map((each) => each.length);
  const children = groups.map((): number[] => []);
  parents.forEach((each, node) => each.forEach((parent) => children[parent]?.push(node)));
  const order = waiting.flatMap((count, node) => (count === 0 ? [node] : []));
  for (let next = 0; next < order.length; next++)
    for (const child of children[order[next] ?? -1] ?? []) {
      const left = (waiting[child] ?? 0) - 1;
      waiting[child] = left;
      if (left === 0) order.push(child);
    }
  return order;
}

/** One cycle among the nodes that `order` lacks: each reached through the next, first and last the same. Every such node has a parent among them. */
export function cycleIn(groups: Groups, order: readonly number[]): readonly number[] {
  const placed = new Set(order);
  const path: number[] = [];
  const seenAt = new Map<number, number>();
  let node = groups.findIndex((_, index) => !placed.has(index));
  while (node >= 0 && !seenAt.has(node)) {
    seenAt.set(node, path.length);
    path.push(node);
    node = (groups[node] ?? []).flat().find((parent) => !placed.has(parent)) ?? -1;
  }
  return node < 0 ? path : [...path.slice(seenAt.get(node)), node];
}
