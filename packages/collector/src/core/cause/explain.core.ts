/**
 * Which of the things that are down or unknown are explained by which others, at one moment, by the graph alone. A node is *cut* when of one of its
 * groups every parent is *out*; out is what is down, and what nobody can tell of (a switch without SNMP, one behind a lost agent) while it is itself cut.
 * What answers is never out, whatever hangs above it. Windows in time, grace and unmodelled causes are `cause-book.core.ts`.
 */
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { Graph } from './graph.core.ts';

export interface NodeHealth {
  readonly state: 'up' | 'down' | 'unknown';
  readonly since: EpochMs;
  /** Last good answer before `since`: the failed window is from here to there. */
  readonly goodAt: EpochMs;
  /** When it was last asked for itself, answered or not; null: nobody says. */
  readonly askedAt: EpochMs | null;
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

export interface Cut {
  readonly since: EpochMs;
  readonly root: string;
}

interface Cause {
  readonly since: number;
  readonly root: number;
  readonly roots: readonly number[];
}

/** What one settling found: nodes whose explanation may be another one now, and carriers that went out, came back or are out for another reason. */
export interface Moved {
  readonly nodes: ReadonlySet<number>;
  readonly carriers: readonly number[];
}

/** Keeps what is out. A settling costs what changed and what hangs on it; nothing is walked for what stays as it is. */
export class Explainer {
  readonly #graph: Graph;
  readonly #out: (Cause | null)[];
  /** Of carriers by rank: to be asked anew. */
  readonly #marks: Uint8Array;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#out = graph.ids.map(() => null);
    this.#marks = new Uint8Array(graph.carriers.length);
  }

  /** `touched`: nodes whose health is another one. `now` bounds a `since` that lies in the future by a device's clock. */
  settle(touched: Iterable<number>, health: Health, now: EpochMs): Moved {
    const { carriers: order, ids, groups, children, observed } = this.#graph;
    const nodes = new Set<number>();
    const carriers: number[] = [];
    let first = order.length;
    for (const node of touched) {
      nodes.add(node);
      first = Math.min(first, this.#mark(node));
    }
    for (let rank = first; rank < order.length; rank++) {
      if (this.#marks[rank] !== 1) continue;
      this.#marks[rank] = 0;
      const node = order[rank] ?? -1;
      const gone = outOf(node, health.get(ids[node] ?? ''), cutOf(groups[node] ?? [], this.#out), now);
      if (sameCause(gone, this.#out[node] ?? null)) continue;
      this.#out[node] = gone;
      carriers.push(node);
      for (const child of children[node] ?? []) {
        nodes.add(child);
        this.#mark(child);
      }
      for (const child of observed[node] ?? []) nodes.add(child);
    }
    return { nodes, carriers };
  }

  /** Lets nothing through now, since when and because of whom; null: it carries nobody, or what it can. */
  cut(node: number): Cut | null {
    const gone = this.#out[node] ?? null;
    return gone === null ? null : { since: epochMs(gone.since), root: this.#graph.ids[gone.root] ?? '' };
  }

  /** Of a node that is down or unknown since `since`. */
  explained(node: number, since: EpochMs, now: EpochMs): Explained {
    const { ids, observers, groups } = this.#graph;
    const by = this.#out[observers[node] ?? -1] ?? cutOf(groups[node] ?? [], this.#out);
    if (by === null) return { explainedBy: null, since: epochMs(Math.min(since, now)), roots: [] };
    const roots = by.roots.map((root) => ids[root] ?? '');
    return { explainedBy: ids[by.root] ?? '', since: epochMs(by.since), roots };
  }

  /** Rank of a carrier, which is marked; beyond all ranks for what carries nobody. */
  #mark(node: number): number {
    const rank = this.#graph.ranks[node] ?? -1;
    if (rank < 0) return this.#graph.carriers.length;
    this.#marks[rank] = 1;
    return rank;
  }
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
  const only = group.length === 1 ? group[0] : undefined;
  if (only !== undefined) return out[only] ?? null;
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

const sameCause = (one: Cause | null, other: Cause | null): boolean =>
  one === other ||
  (one !== null &&
    other !== null &&
    one.since === other.since &&
    one.root === other.root &&
    one.roots.length === other.roots.length &&
    one.roots.every((root, at) => root === other.roots[at]));
