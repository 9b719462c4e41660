/** Where a terminal's record store stands, and what follows from it: numbers by place, pages, what a confirmation still has to do. Pure. */
import { type Result, assert, err, ok } from '@cardwatch/kernel';
import type { DeviceFacts, RawValue } from '../contract.ts';
import type { FactName } from './command-model.ts';
import type { StoreSpec } from './model.ts';

type Numbering = StoreSpec['numbering'];

/** `firstNo` is the number of the oldest uncollected record, or of the next one to be written when all were collected. */
export interface StoreState {
  readonly newestNo: number;
  readonly firstNo: number;
  readonly uncollected: number;
  readonly capacity: number | undefined;
  /** Places, where the model tells them. */
  readonly firstIndex: number | undefined;
  readonly nextIndex: number | undefined;
  readonly bootCounter: number | undefined;
  readonly storeLife: number | undefined;
}

const span = ({ first, last }: Numbering): number => last - first + 1;

/** The number `steps` after `from` (or before it, when negative), over the end of the counter. */
export function numberAfter(from: number, steps: number, numbering: Numbering): number {
  const size = span(numbering);
  return numbering.first + ((((from - numbering.first + steps) % size) + size) % size);
}

/** Steps from one number to a later one. */
export const stepsBetween = (from: number, to: number, numbering: Numbering): number =>
  (to - from + span(numbering)) % span(numbering);

/** Out of the facts of the state command; the error says in words why they cannot be those of this model. */
export function stateOf(store: StoreSpec, facts: ReadonlyMap<FactName, RawValue>): Result<StoreState, string> {
  const number = (name: FactName): number | undefined => {
    const value = facts.get(name);
    return typeof value === 'number' ? value : undefined;
  };
  const newestNo = number('newestRecordNo');
  const capacity = number('capacity') ?? store.capacity;
  const firstIndex = number('firstUncollected');
  const nextIndex = number('nextFree');
  if (newestNo === undefined) return err('no newest record number');
  if (firstIndex !== undefined && nextIndex !== undefined && capacity !== undefined) {
    if (capacity < 2 || firstIndex >= capacity || nextIndex >= capacity)
      return err(`places ${firstIndex} and ${nextIndex} outside of a capacity of ${capacity}`);
  }
  const byPlace = firstIndex !== undefined && nextIndex !== undefined && capacity !== undefined;
  const uncollected = number('uncollected') ?? (byPlace ? (nextIndex - firstIndex + capacity) % capacity : undefined);
  if (uncollected === undefined) return err('no number of uncollected records');
  if (capacity !== undefined && uncollected > capacity) return err(`${uncollected} uncollected records, capacity ${capacity}`);
  const problem = numberProblem(newestNo, uncollected, store.numbering);
  if (problem !== undefined) return err(problem);
  return ok({
    newestNo,
    uncollected,
    firstNo: number('oldestRecordNo') ?? numberAfter(newestNo, 1 - uncollected, store.numbering),
    capacity,
    firstIndex,
    nextIndex,
    bootCounter: number('bootCounter'),
    storeLife: number('storeLife'),
  });
}

/** A terminal that never wrote a record says 0. */
function numberProblem(newestNo: number, uncollected: number, { first, last }: Numbering): string | undefined {
  if (newestNo > last) return `newest record ${newestNo}, the counter ends at ${last}`;
  if (newestNo < first && uncollected > 0) return `${uncollected} uncollected records and none was ever written`;
  return undefined;
}

/** Still the store that it was: no restart, no new life, nothing overwritten or confirmed meanwhile. */
export const sameStore = (before: StoreState, after: StoreState): boolean =>
  sameLife(before, after) && before.firstNo === after.firstNo && before.firstIndex === after.firstIndex;

export const sameLife = (before: StoreState, after: StoreState): boolean =>
  before.bootCounter === after.bootCounter && before.storeLife === after.storeLife && before.capacity === after.capacity;

/** Records to read in one run: never over the end of the counter, because what follows belongs to the next generation. */
export function runLength(store: StoreSpec, { firstNo, uncollected }: StoreState): number {
  return Math.min(uncollected, store.recordsPerRun, store.numbering.last - firstNo + 1);
}

/** The newest number of the generation that `firstNo` belongs to. */
export const newestOfLife = (store: StoreSpec, { firstNo, newestNo, uncollected }: StoreState): number =>
  uncollected > 0 && firstNo > newestNo ? store.numbering.last : newestNo;

/** One request for records. */
export interface Page {
  readonly offset: number;
  readonly count: number;
  readonly index: number | undefined;
  readonly recordNo: number;
}

/** Pages of `count` records from the oldest uncollected one on; a page never runs over the end of the ring or of the counter. */
export function pagesOf(start: Omit<Page, 'offset' | 'count'>, count: number, limits: PageLimits): Page[] {
  const pages: Page[] = [];
  for (let offset = 0; offset < count; ) {
    const index =
      start.index === undefined || limits.capacity === undefined ? undefined : (start.index + offset) % limits.capacity;
    const room = index === undefined || limits.capacity === undefined ? count : limits.capacity - index;
    const size = Math.min(limits.pageMax, count - offset, room);
    assert(size > 0, 'a page holds a record');
    pages.push({ offset, count: size, index, recordNo: numberAfter(start.recordNo, offset, limits.numbering) });
    offset += size;
  }
  return pages;
}

export interface PageLimits {
  readonly pageMax: number;
  readonly capacity: number | undefined;
  readonly numbering: Numbering;
}

/** Place of a record that was written before; undefined where the model has no places or no longer holds it. */
export function indexOf(state: StoreState, recordNo: number): number | undefined {
  const { capacity, nextIndex, newestNo } = state;
  if (capacity === undefined || nextIndex === undefined || recordNo > newestNo || newestNo - recordNo >= capacity)
    return undefined;
  return (((nextIndex - 1 - (newestNo - recordNo)) % capacity) + capacity) % capacity;
}

/**
 * What a confirmation of `count` records from `firstNo` on still has to do. Decided by numbers: after a lap of overwriting the old place lies
 * among unread records again, and a count that is sent twice confirms records that nobody has read.
 */
export type ConfirmStep = { readonly kind: 'done' | 'passed' | 'behind' } | { readonly kind: 'send'; readonly count: number };

export function confirmStep(
  now: StoreState,
  batch: { readonly firstNo: number; readonly count: number },
  numbering: Numbering,
): ConfirmStep {
  const moved = stepsBetween(batch.firstNo, now.firstNo, numbering);
  if (moved === batch.count) return { kind: 'done' };
  if (moved < batch.count) return { kind: 'send', count: batch.count - moved };
  return { kind: moved > span(numbering) / 2 ? 'behind' : 'passed' };
}

const given = <K extends string>(name: K, value: number | undefined): { readonly [P in K]?: number } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [P in K]: number });

/** `uncollected` counts what was not confirmed when the store was asked, records of the same run included. */
export function storeFacts(store: StoreSpec, state: StoreState, facts: ReadonlyMap<FactName, RawValue>): DeviceFacts {
  const { capacity, uncollected } = state;
  const free = facts.get('freeRecords') ?? (capacity === undefined ? undefined : capacity - store.spare - uncollected);
  return {
    newestRecordNo: newestOfLife(store, state),
    uncollected,
    ...given('freeRecords', typeof free === 'number' ? Math.max(0, free) : undefined),
  };
}

/** Runs of numbers within the range that were not found. */
export function missingOf(range: { readonly from: number; readonly to: number }, found: readonly number[]): [number, number][] {
  const spans: [number, number][] = [];
  let from = range.from;
  for (const recordNo of found.toSorted((a, b) => a - b)) {
    if (recordNo > from) spans.push([from, recordNo - 1]);
    from = recordNo + 1;
  }
  if (from <= range.to) spans.push([from, range.to]);
  return spans;
}
