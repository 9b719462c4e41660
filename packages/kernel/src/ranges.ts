/** Closed ranges of integers, ascending, neither touching nor overlapping: `[[1, 5], [9, 9]]`. */
export type Range = readonly [first: number, last: number];
export type RangeSet = readonly Range[];

/** Adds one closed range, merging neighbours. O(n) in the number of ranges, O(log n) to find the place. */
export function addRange(set: RangeSet, first: number, last: number): RangeSet {
  if (last < first) throw new RangeError(`empty range ${first}..${last}`);
  const from = firstEndingAtOrAfter(set, first - 1);
  let to = from;
  let low = first;
  let high = last;
  while (to < set.length && (set[to] as Range)[0] <= last + 1) {
    low = Math.min(low, (set[to] as Range)[0]);
    high = Math.max(high, (set[to] as Range)[1]);
    to++;
  }
  return [...set.slice(0, from), [low, high], ...set.slice(to)];
}

export function inRanges(set: RangeSet, value: number): boolean {
  const range = set[firstEndingAtOrAfter(set, value)];
  return range !== undefined && range[0] <= value;
}

/** What of `first..last` is not in the set. */
export function missingIn(set: RangeSet, first: number, last: number): Range[] {
  const missing: Range[] = [];
  let next = first;
  for (let i = firstEndingAtOrAfter(set, first); i < set.length && next <= last; i++) {
    const [low, high] = set[i] as Range;
    if (low > last) break;
    if (low > next) missing.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  if (next <= last) missing.push([next, last]);
  return missing;
}

/** Highest n such that all of `start..n` are in the set; `start - 1` when `start` itself is missing. */
export function contiguousUpto(set: RangeSet, start: number): number {
  const range = set[firstEndingAtOrAfter(set, start)];
  return range !== undefined && range[0] <= start ? range[1] : start - 1;
}

export const countIn = (set: RangeSet): number => set.reduce((sum, [first, last]) => sum + last - first + 1, 0);

function firstEndingAtOrAfter(set: RangeSet, value: number): number {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((set[middle] as Range)[1] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
