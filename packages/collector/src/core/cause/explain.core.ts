/**
 * Which of the things that are down or unknown are explained by which others, at one moment, by the graph alone. A node is *cut* when of one of its
 * groups every parent is *out*; out is what is down, and what nobody can tell of (a switch without SNMP, one behind a lost agent) while it is itself cut.
 * What answers is never out, whatever hangs above it. Windows in time, grace and unmodelled causes are `cause.step.ts`.
 */
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { Graph } from './graph.core.ts';

export interface NodeHealth {
  readonly state: 'up' | 'down' | 'unknown';
  readonly since: EpochMs;
  /** Last good answer before `since`: the failed window is from here to there. */
  readonly goodAt: EpochMs;
}
/** What is not in the map is passive: nobody asks it, and it has no alarm of its own. */
export type Health = ReadonlyMap<string, NodeHealth>;

export const rootsMax = 8;

export interface Explained {
  /** null: stands for itself. */
  readonly explainedBy: string | null;
  /** Since when the cause has cut it off; of what stands for itself, since when it is down. */
  readonly since: EpochMs;
  /** All causes that together cut it off, `explainedBy` first, at most `rootsMax`. */
  readonly roots: readonly string[];
}

export interface Explanation {
  /** Of every node that is down or unknown by its health. */
  readonly nodes: ReadonlyMap<string, Explained>;
  /** Of every root what it explains. */
  readonly symptoms: ReadonlyMap<string, readonly string[]>;
  /** Nodes that carry others and let nothing through now, since when and because of whom. */
  readonly out: ReadonlyMap<string, Cut>;
}

export interface Cut {
  readonly since: EpochMs;
  readonly root: string;
}

interface Cause {
  readonly since: number;
  readonly root: number;
  readonly roots: readonly number[];
}

/** Walks what carries others, then asks of what is not up alone. `now` bounds a `since` that lies in the future by a device's clock. */
export function explain(graph: Graph, health: Health, now: EpochMs): Explanation {
  const out: (Cause | null)[] = [];
  const cuts = new Map<string, Cut>();
  for (const node of graph.carriers) {
    const id = graph.ids[node] ?? '';
    const gone = outOf(node, health.get(id), cutOf(graph.groups[node] ?? [], out), now);
    out[node] = gone;
    if (gone !== null) cuts.set(id, { since: epochMs(gone.since), root: graph.ids[gone.root] ?? '' });
  }
  return { ...collect(graph, health, out, now), out: cuts };
}

/** By the group that was the first to be gone as a whole; of that group by the parent that was the last to go. */
function cutOf(groups: readonly (readonly number[])[], out: readonly (Cause | null)[]): Cause | null {
  let first: Cause | null = null;
  for (const group of groups) {
    const gone = goneOf(group, out);
    if (gone !== null && (first === null || gone.since < first.since)) first = gone;
  }
  return first;
}

function goneOf(group: readonly number[], out: readonly (Cause | null)[]): Cause | null {
  let last: Cause | null = null;
  const roots: number[] = [];
  for (const parent of group) {
    const cause = out[parent] ?? null;
    if (cause === null) return null;
    if (last === null || cause.since > last.since) last = cause;
    roots.push(...cause.roots);
  }
  return last === null ? null : { ...last, roots: firstOf(last.root, roots) };
}

const firstOf = (root: number, roots: readonly number[]): readonly number[] =>
  roots.length === 1 ? roots : [...new Set([root, ...roots])].slice(0, rootsMax);

function outOf(node: number, health: NodeHealth | undefined, by: Cause | null, now: EpochMs): Cause | null {
  if (health?.state === 'up') return null;
  if (by !== null) return by;
  return health?.state === 'down' ? { since: Math.min(health.since, now), root: node, roots: [node] } : null;
}

function collect(graph: Graph, health: Health, out: readonly (Cause | null)[], now: EpochMs): Omit<Explanation, 'out'> {
  const nodes = new Map<string, Explained>();
  const symptoms = new Map<string, string[]>();
  const idOf = (index: number): string => graph.ids[index] ?? '';
  for (const [id, { state, since }] of health) {
    const node = state === 'up' ? undefined : graph.indexOf.get(id);
    if (node === undefined) continue;
    const by = out[graph.observers[node] ?? -1] ?? cutOf(graph.groups[node] ?? [], out);
    const root = by === null ? null : idOf(by.root);
    nodes.set(id, { explainedBy: root, since: epochMs(by?.since ?? Math.min(since, now)), roots: by?.roots.map(idOf) ?? [] });
    if (root === null) continue;
    const known = symptoms.get(root);
    if (known === undefined) symptoms.set(root, [id]);
    else known.push(id);
  }
  return { nodes, symptoms };
}
