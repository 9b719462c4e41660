/** A graph out of whatever agents say together: one ring must not leave a campus without causes. Where people draw, `buildGraph` alone decides. */
import { unreachable } from '@cardwatch/kernel';
import { buildGraph, type Graph, type GraphFailure, type GraphNode } from './graph.core.ts';

/** So many faults are mended, one after the other; then all ways are left out. */
export const mendsMax = 100;

export interface Sound {
  readonly graph: Graph;
  /** What was wrong, and the nodes whose ways were left out for it. */
  readonly mended: readonly { readonly why: GraphFailure; readonly nodes: readonly string[] }[];
}

/** Leaves out the ways of the nodes at fault until the rest stands; null: too many nodes, or one twice. */
export function soundGraph(nodes: readonly GraphNode[]): Sound | null {
  const mended: { why: GraphFailure; nodes: readonly string[] }[] = [];
  let rest = nodes;
  for (;;) {
    const built = buildGraph(rest);
    if (built.ok) return { graph: built.value, mended };
    const fault = mended.length < mendsMax ? atFault(built.error) : rest.map(({ nodeId }) => nodeId);
    if (fault.length === 0 || mended.length > mendsMax) return null;
    mended.push({ why: built.error, nodes: fault });
    const left = new Set(fault);
    rest = rest.map((node) => (left.has(node.nodeId) ? { ...node, upstream: [] } : node));
  }
}

function atFault(failure: GraphFailure): readonly string[] {
  switch (failure.kind) {
    case 'cycle':
      return [...new Set(failure.nodes)];
    case 'unknownParents':
      return [...new Set(failure.missing.map(({ nodeId }) => nodeId))];
    case 'emptyGroup':
    case 'tooDeep':
      return [failure.nodeId];
    case 'tooLarge':
      return failure.nodeId === null ? [] : [failure.nodeId];
    case 'duplicateNode':
      return [];
    default:
      return unreachable(failure);
  }
}
