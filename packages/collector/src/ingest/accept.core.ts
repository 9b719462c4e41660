/**
 * What of a batch is new by its sequence numbers. The numbers drive watermark, gaps and the quick path; whether a record is booked is decided by
 * its business key alone. So a number that was accepted before and is not proven equal by the chain is never skipped: it is *doubtful* and goes
 * through the business key one by one (custody 1.3).
 */
import { missingIn, type Range } from '@cardwatch/kernel';

/** Chain hashes in hex; empty: not known, proves nothing and contradicts nothing. */
export interface AcceptedRange {
  readonly first: number;
  readonly last: number;
  /** h(first - 1) */
  readonly prevHash: string;
  /** h(last) */
  readonly endHash: string;
}

export const acceptLimits = { rangesPerStream: 4_096, checkpoints: 64 } as const;

/** Hash after a number of a batch that was accepted lately: proves a repeat that ends inside a merged range. */
export interface Checkpoint {
  readonly at: number;
  readonly hash: string;
}

export interface BatchNumbers {
  readonly first: number;
  readonly last: number;
  /** h(n) for first - 1 <= n <= last; empty when the batch does not tell. */
  readonly hashAt: (n: number) => string;
}

export interface Verdict {
  /** Never accepted before. */
  readonly fresh: readonly Range[];
  /** Accepted before, not proven to be the same. */
  readonly doubtful: readonly Range[];
  /** The chain contradicts what was accepted. */
  readonly forked: boolean;
  /** Accepting it would make more separate ranges than are kept: left unacknowledged until holes are filled. */
  readonly tooScattered: boolean;
}

export function judge(ranges: readonly AcceptedRange[], batch: BatchNumbers, checkpoints: readonly Checkpoint[]): Verdict {
  const fresh = missingIn(pairs(ranges), batch.first, batch.last);
  const touching = ranges.filter((range) => range.last >= batch.first - 1 && range.first <= batch.last + 1);
  const marks = [...marksOf(touching), ...checkpoints];
  const forked = marks.some((mark) => contradicts(batch, mark));
  const doubtful = touching.flatMap((range) => doubtfulIn(range, batch, marks, forked));
  const tooScattered = touching.length === 0 && ranges.length >= acceptLimits.rangesPerStream;
  return { fresh, doubtful, forked, tooScattered };
}

const pairs = (ranges: readonly AcceptedRange[]): Range[] => ranges.map(({ first, last }) => [first, last]);

const marksOf = (ranges: readonly AcceptedRange[]): Checkpoint[] =>
  ranges.flatMap(({ first, last, prevHash, endHash }) => [
    { at: first - 1, hash: prevHash },
    { at: last, hash: endHash },
  ]);

function compare({ first, last, hashAt }: BatchNumbers, mark: Checkpoint): 'equal' | 'other' | 'unknown' {
  if (mark.at < first - 1 || mark.at > last || mark.hash === '') return 'unknown';
  const own = hashAt(mark.at);
  if (own === '') return 'unknown';
  return own === mark.hash ? 'equal' : 'other';
}

const contradicts = (batch: BatchNumbers, mark: Checkpoint): boolean => compare(batch, mark) === 'other';

/** An equal hash at `n` proves every number of the batch up to `n`: the chain holds all before it. */
function doubtfulIn(range: AcceptedRange, batch: BatchNumbers, marks: readonly Checkpoint[], forked: boolean): Range[] {
  const from = Math.max(range.first, batch.first);
  const to = Math.min(range.last, batch.last);
  if (to < from) return [];
  if (forked) return [[from, to]];
  const proven = marks.reduce(
    (best, mark) => (mark.at <= range.last && compare(batch, mark) === 'equal' ? Math.max(best, mark.at) : best),
    from - 1,
  );
  return proven >= to ? [] : [[proven + 1, to]];
}

/** Adds one fresh range. What stands already keeps its hashes. */
export function accept(ranges: readonly AcceptedRange[], added: AcceptedRange): readonly AcceptedRange[] {
  const before = ranges.filter((range) => range.last < added.first - 1);
  const after = ranges.filter((range) => range.first > added.last + 1);
  const touching = ranges.slice(before.length, ranges.length - after.length);
  const merged = touching.reduce(join, added);
  return [...before, merged, ...after];
}

function join(merged: AcceptedRange, range: AcceptedRange): AcceptedRange {
  const low = range.first <= merged.first ? range : merged;
  const high = range.last >= merged.last ? range : merged;
  return { first: low.first, prevHash: low.prevHash, last: high.last, endHash: high.endHash };
}

/** All numbers from 1 up to here are accepted; 0 = none. */
export const contiguousOf = (ranges: readonly AcceptedRange[]): number => {
  const range = ranges[0];
  return range !== undefined && range.first === 1 ? range.last : 0;
};

export function progressOf(
  ranges: readonly AcceptedRange[],
  sparseMax: number,
): { readonly contiguousUpto: number; readonly sparse: readonly (readonly [number, number])[] } {
  const contiguousUpto = contiguousOf(ranges);
  const sparse = ranges.slice(contiguousUpto > 0 ? 1 : 0, sparseMax + 1).slice(0, sparseMax);
  return { contiguousUpto, sparse: sparse.map(({ first, last }) => [first, last] as const) };
}

export const highestOf = (ranges: readonly AcceptedRange[]): number => ranges.at(-1)?.last ?? 0;

export const rangesOf = pairs;
