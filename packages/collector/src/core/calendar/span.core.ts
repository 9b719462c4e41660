/** Sets of time: lists of half-open spans `[from, to)`, sorted and without overlap once they went through `union`. */
import type { EpochMs } from '@cardwatch/kernel';

export interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Sorted, merged where they touch, empty and inverted ones left out. */
export function union(spans: readonly Span[]): readonly Span[] {
  const sorted = spans.filter((span) => span.to > span.from).toSorted((a, b) => a.from - b.from);
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last === undefined || span.from > last.to) merged.push(span);
    else if (span.to > last.to) merged[merged.length - 1] = { from: last.from, to: span.to };
  }
  return merged;
}

/** What lies in both. */
export function intersect(some: readonly Span[], others: readonly Span[]): readonly Span[] {
  const [left, right] = [union(some), union(others)];
  const both: Span[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [a, b] = [left[i], right[j]];
    if (a === undefined || b === undefined) return both;
    const from = a.from > b.from ? a.from : b.from;
    const to = a.to < b.to ? a.to : b.to;
    if (to > from) both.push({ from, to });
    if (a.to < b.to) i++;
    else j++;
  }
}

/** What lies in the first and not in the second. */
export function subtract(some: readonly Span[], away: readonly Span[]): readonly Span[] {
  const holes = union(away);
  return union(some).flatMap((span) => {
    const rest: Span[] = [];
    let from = span.from;
    for (const hole of holes) {
      if (hole.to <= from) continue;
      if (hole.from >= span.to) break;
      if (hole.from > from) rest.push({ from, to: hole.from });
      from = hole.to;
    }
    if (from < span.to) rest.push({ from, to: span.to });
    return rest;
  });
}

/** Milliseconds covered; what overlaps counts once. */
export const lengthMs = (spans: readonly Span[]): number => union(spans).reduce((sum, span) => sum + (span.to - span.from), 0);

export const contains = (span: Span, at: EpochMs): boolean => span.from <= at && at < span.to;
