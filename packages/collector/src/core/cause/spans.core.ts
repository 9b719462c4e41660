/** When a node that carries others let nothing through: what a child's failed window is held against. Ended spans are kept `historyMs`. */
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { Cut } from './explain.core.ts';
import type { Graph } from './graph.core.ts';

export const historyMs = 900_000;
/** Of one node; the oldest goes first. */
export const spansMax = 16;

export interface OutSpan {
  readonly from: EpochMs;
  /** null: still out. */
  readonly to: EpochMs | null;
  readonly root: string;
}
export type Outs = ReadonlyMap<string, readonly OutSpan[]>;

export interface Seen {
  readonly root: string;
  readonly since: EpochMs;
  /** When the way was there again; null: it is not. */
  readonly clearedAt: EpochMs | null;
}

/** Of all carriers, as they are now. What has not changed keeps its identity. */
export class Spans {
  readonly #outs: Map<string, readonly OutSpan[]>;
  readonly #changed = new Set<string>();
  /** When the first of those that ended is to be forgotten. */
  #forgetAt = Number.NEGATIVE_INFINITY;

  constructor(outs: Outs) {
    this.#outs = new Map(outs);
  }

  get outs(): Outs {
    return this.#outs;
  }

  ids(): readonly string[] {
    return [...this.#outs.keys()];
  }

  isDue(now: EpochMs): boolean {
    return now > this.#forgetAt;
  }

  /** The node is out for this; null: it is not, since `upAt`. */
  take(nodeId: string, { cut, upAt }: { readonly cut: Cut | null; readonly upAt: EpochMs }, now: EpochMs): void {
    const before = this.#outs.get(nodeId) ?? [];
    this.#put(nodeId, before, cut === null ? closeLast(before, upAt) : openLast(before, cut, now));
  }

  /** What ended longer ago than `historyMs`. */
  forget(now: EpochMs): void {
    if (!this.isDue(now)) return;
    const old = ({ to }: OutSpan): boolean => to !== null && to < now - historyMs;
    for (const [nodeId, spans] of this.#outs)
      if (spans.some(old))
        this.#put(
          nodeId,
          spans,
          spans.filter((span) => !old(span)),
        );
    this.#forgetAt = Number.POSITIVE_INFINITY;
    for (const spans of this.#outs.values()) this.#plan(spans);
  }

  /** Nodes whose spans changed since this was last asked. */
  taken(): ReadonlySet<string> {
    const changed = new Set(this.#changed);
    this.#changed.clear();
    return changed;
  }

  /** Whether at any time in `[from, to]` the node had no way up or no observer: the last such time. */
  cutWithin(graph: Graph, nodeId: string, window: { readonly from: number; readonly to: number }): Seen | null {
    return this.#outs.size === 0 ? null : cutWithin(graph, nodeId, this.#outs, window);
  }

  #put(nodeId: string, before: readonly OutSpan[], spans: readonly OutSpan[]): void {
    if (spans === before) return;
    if (spans.length === 0) this.#outs.delete(nodeId);
    else this.#outs.set(nodeId, spans);
    this.#changed.add(nodeId);
    this.#plan(spans);
  }

  #plan(spans: readonly OutSpan[]): void {
    for (const { to } of spans) if (to !== null) this.#forgetAt = Math.min(this.#forgetAt, to + historyMs);
  }
}

function closeLast(spans: readonly OutSpan[], at: EpochMs): readonly OutSpan[] {
  const last = spans.at(-1);
  if (last === undefined || last.to !== null) return spans;
  return [...spans.slice(0, -1), { ...last, to: epochMs(Math.max(at, last.from)) }];
}

function openLast(spans: readonly OutSpan[], { since, root }: Cut, now: EpochMs): readonly OutSpan[] {
  const last = spans.at(-1);
  if (last === undefined || last.to !== null) return [...spans, { from: since, to: null, root }].slice(-spansMax);
  if (last.root === root) return spans;
  return [...closeLast(spans, now), { from: now, to: null, root }].slice(-spansMax);
}

function cutWithin(
  graph: Graph,
  nodeId: string,
  outs: Outs,
  window: { readonly from: number; readonly to: number },
): Seen | null {
  const node = graph.indexOf.get(nodeId);
  if (node === undefined) return null;
  const spansOf = (index: number): readonly OutSpan[] => within(outs.get(graph.ids[index] ?? '') ?? [], window);
  const observer = graph.observers[node] ?? -1;
  const seen = [
    ...(observer < 0 ? [] : spansOf(observer)),
    ...(graph.groups[node] ?? []).flatMap((group) => together(group.map(spansOf))),
  ];
  let last: OutSpan | null = null;
  for (const span of seen) if (last === null || endOf(span) > endOf(last)) last = span;
  return last === null ? null : { root: last.root, since: last.from, clearedAt: last.to };
}

/** Those that touch the window, unclipped: what matters afterwards is when they ended. */
const within = (spans: readonly OutSpan[], { from, to }: { readonly from: number; readonly to: number }): readonly OutSpan[] =>
  spans.filter((span) => span.from <= to && endOf(span) >= from);

const endOf = ({ to }: OutSpan): number => to ?? Number.POSITIVE_INFINITY;

/** Times at which all were out, by the one that was the last to go. */
function together(parents: readonly (readonly OutSpan[])[]): readonly OutSpan[] {
  const [first = [], ...others] = parents;
  return others.reduce(
    (found, spans) => found.flatMap((left) => spans.flatMap((right) => overlap(left, right))).slice(-spansMax),
    first,
  );
}

function overlap(left: OutSpan, right: OutSpan): readonly OutSpan[] {
  const later = right.from > left.from ? right : left;
  const to = Math.min(endOf(left), endOf(right));
  return later.from <= to ? [{ from: later.from, to: Number.isFinite(to) ? epochMs(to) : null, root: later.root }] : [];
}
