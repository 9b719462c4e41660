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

/** Spans as they are now. `upAt`: when a node that is no longer out answered again. What has not changed keeps its identity. */
export function spansNow(outs: Outs, out: ReadonlyMap<string, Cut>, upAt: (nodeId: string) => EpochMs, now: EpochMs): Outs {
  const next = new Map<string, readonly OutSpan[]>();
  for (const [nodeId, spans] of outs) {
    const kept = spans.some(({ to }) => to !== null && to < now - historyMs)
      ? spans.filter(({ to }) => to === null || to >= now - historyMs)
      : spans;
    const closed = out.has(nodeId) ? kept : closeLast(kept, upAt(nodeId));
    if (closed.length > 0) next.set(nodeId, closed);
  }
  for (const [nodeId, cut] of out) next.set(nodeId, openLast(next.get(nodeId) ?? [], cut, now));
  return next;
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

/** Whether at any time in `[from, to]` the node had no way up or no observer: the last such time. */
export function cutWithin(
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
