import { describe, expect, test } from 'vitest';
import type { RawValue } from '../contract.ts';
import type { FactName } from './command-model.ts';
import type { StoreSpec } from './model.ts';
import {
  confirmStep,
  indexOf,
  newestOfLife,
  numberAfter,
  pagesOf,
  runLength,
  stateOf,
  stepsBetween,
  storeFacts,
} from './store.core.ts';

const numbering = { first: 1, last: 9_999 };
const spec = (change: Partial<StoreSpec> = {}): StoreSpec => ({
  state: 'state',
  spare: 0,
  read: { command: 'read', by: 'oldest', pageMax: 8 },
  confirm: { command: 'confirm', by: 'count' },
  numbering,
  recordsPerRun: 40,
  record: { bytes: 32, fields: [] },
  ...change,
});
const facts = (values: Partial<Record<FactName, RawValue>>) => new Map(Object.entries(values) as [FactName, RawValue][]);
const state = (values: Partial<Record<FactName, RawValue>>, change: Partial<StoreSpec> = {}) => {
  const read = stateOf(spec(change), facts(values));
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

describe('where the store stands', () => {
  test.each([
    ['all collected', { newestRecordNo: 50, uncollected: 0 }, 51, 0],
    ['some wait', { newestRecordNo: 50, uncollected: 7 }, 44, 7],
    ['nothing was ever written', { newestRecordNo: 0, uncollected: 0 }, 1, 0],
    ['over the end of the counter', { newestRecordNo: 3, uncollected: 5 }, 9_998, 5],
    ['the last number is collected', { newestRecordNo: 9_999, uncollected: 0 }, 1, 0],
    ['by places', { newestRecordNo: 12, firstUncollected: 8, nextFree: 2, capacity: 10 }, 9, 4],
    ['by the oldest number', { newestRecordNo: 12, oldestRecordNo: 9, uncollected: 4 }, 9, 4],
  ] as const)('%s', (_, values, firstNo, uncollected) => {
    expect(state(values)).toMatchObject({ firstNo, uncollected });
  });

  test.each([
    [{ uncollected: 1 }, 'no newest record number'],
    [{ newestRecordNo: 5 }, 'no number of uncollected records'],
    [{ newestRecordNo: 10_000, uncollected: 0 }, 'newest record 10000, the counter ends at 9999'],
    [{ newestRecordNo: 0, uncollected: 1 }, '1 uncollected records and none was ever written'],
    [{ newestRecordNo: 5, firstUncollected: 12, nextFree: 1, capacity: 10 }, 'places 12 and 1 outside of a capacity of 10'],
    [{ newestRecordNo: 5, uncollected: 11, capacity: 10 }, '11 uncollected records, capacity 10'],
  ] as const)('%j cannot be', (values, problem) => {
    expect(stateOf(spec(), facts(values))).toEqual({ ok: false, error: problem });
  });

  test('free places, told or reckoned', () => {
    const free = (values: Partial<Record<FactName, RawValue>>, change: Partial<StoreSpec> = {}) =>
      storeFacts(spec(change), state(values, change), facts(values)).freeRecords;
    expect(free({ newestRecordNo: 5, uncollected: 3, freeRecords: 77 })).toBe(77);
    expect(free({ newestRecordNo: 5, uncollected: 3 }, { capacity: 10, spare: 1 })).toBe(6);
    expect(free({ newestRecordNo: 5, uncollected: 3 })).toBeUndefined();
  });
});

describe('numbers', () => {
  test.each([
    [9_998, 3, 2],
    [2, -3, 9_998],
    [5, 0, 5],
  ])('%d and %d steps on is %d', (from, steps, to) => {
    expect(numberAfter(from, steps, numbering)).toBe(to);
    if (steps > 0) expect(stepsBetween(from, to, numbering)).toBe(steps);
  });

  test('a run ends with the counter, and tells the newest number of that life', () => {
    const wrapped = state({ newestRecordNo: 3, uncollected: 5 });
    expect(runLength(spec(), wrapped)).toBe(2);
    expect(newestOfLife(spec(), wrapped)).toBe(9_999);
    const on = state({ newestRecordNo: 3, uncollected: 3 });
    expect([runLength(spec(), on), newestOfLife(spec(), on)]).toEqual([3, 3]);
    expect(runLength(spec({ recordsPerRun: 2 }), on)).toBe(2);
  });

  test('the place of a number, as long as it is held', () => {
    const by = state({ newestRecordNo: 23, firstUncollected: 1, nextFree: 3, capacity: 10 });
    expect([23, 20, 14, 13, 24].map((no) => indexOf(by, no))).toEqual([2, 9, 3, undefined, undefined]);
  });
});

test('pages end with the ring', () => {
  const limits = { pageMax: 4, capacity: 10, numbering };
  const pages = pagesOf({ index: 7, recordNo: 100 }, 8, limits).map(({ index, count, recordNo }) => [index, count, recordNo]);
  expect(pages).toEqual([
    [7, 3, 100],
    [0, 4, 103],
    [4, 1, 107],
  ]);
  const plain = pagesOf({ index: undefined, recordNo: 9_998 }, 5, { ...limits, capacity: undefined });
  expect(plain.map(({ offset, count, recordNo }) => [offset, count, recordNo])).toEqual([
    [0, 4, 9_998],
    [4, 1, 3],
  ]);
  expect(pagesOf({ index: 0, recordNo: 1 }, 0, limits)).toEqual([]);
});

describe('a confirmation of 5 records from 9997 on', () => {
  test.each([
    ['nothing happened', 9_997, { kind: 'send', count: 5 }],
    ['two were overwritten meanwhile', 9_999, { kind: 'send', count: 3 }],
    ['it was taken before', 3, { kind: 'done' }],
    ['more was overwritten than was read', 4, { kind: 'passed' }],
    ['the terminal went back', 9_990, { kind: 'behind' }],
  ] as const)('%s', (_, firstNo, step) => {
    const now = { ...state({ newestRecordNo: 50, uncollected: 1 }), firstNo };
    expect(confirmStep(now, { firstNo: 9_997, count: 5 }, numbering)).toEqual(step);
  });
});
