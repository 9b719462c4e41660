/** A child's page waits a little: its parent may turn out to be the cause. */
import { type EpochMs, epochMs, secondMs } from '@cardwatch/kernel';
import type { Health } from './explain.core.ts';
import type { Graph } from './graph.core.ts';

export const holdMsMin = 3 * secondMs;
/** Even while a parent is being asked. */
export const holdMsMax = 8 * secondMs;
/** Parents asked at once for one look. */
export const probesMax = 64;

export type Hold =
  | { readonly state: 'held'; readonly until: EpochMs; readonly why: 'causeWindow' | 'parentProbe' }
  | { readonly state: 'free'; readonly why: 'windowOver' | 'probeTooLong' | 'noParent' };

export interface HoldAsk {
  readonly nodeId: string;
  readonly raisedAt: EpochMs;
  /** Nodes that are being asked right now. */
  readonly probing: ReadonlySet<string>;
}

/** Held 3 s; up to 8 s while a parent is being asked. What has no parent waits for nothing. */
export function hold(graph: Graph, { nodeId, raisedAt, probing }: HoldAsk, now: EpochMs): Hold {
  const parents = waysOf(graph, nodeId);
  if (parents.length === 0) return { state: 'free', why: 'noParent' };
  const least = epochMs(raisedAt + holdMsMin);
  if (now < least) return { state: 'held', until: least, why: 'causeWindow' };
  const most = epochMs(raisedAt + holdMsMax);
  if (!parents.some((parent) => probing.has(parent))) return { state: 'free', why: 'windowOver' };
  return now < most ? { state: 'held', until: most, why: 'parentProbe' } : { state: 'free', why: 'probeTooLong' };
}

/** Parents and observers of what has just failed that do not count as down yet: worth asking at once. Most children first, then by id. */
export function parentsToProbe(graph: Graph, failed: Iterable<string>, health: Health): readonly string[] {
  const counts = new Map<string, number>();
  for (const nodeId of failed)
    for (const parent of waysOf(graph, nodeId))
      if (health.has(parent) && health.get(parent)?.state !== 'down') counts.set(parent, (counts.get(parent) ?? 0) + 1);
  return [...counts]
    .toSorted(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
    .slice(0, probesMax)
    .map(([parent]) => parent);
}

function waysOf(graph: Graph, nodeId: string): readonly string[] {
  const node = graph.indexOf.get(nodeId);
  if (node === undefined) return [];
  const observer = graph.observers[node] ?? -1;
  const parents = new Set([...(graph.groups[node] ?? []).flat(), ...(observer < 0 ? [] : [observer])]);
  return [...parents].map((parent) => graph.ids[parent] ?? '');
}
