import { describe, expect, test } from 'vitest';
import type { DeviceCursor } from './cursor.ts';
import { eventMarginMs, restartMarginMs, restartsIn, seenOf, standingOf, type Told } from './restart.core.ts';

const minute = 60_000;
/** Numbers 50 to 100 were taken, but for 70 and 71; 100 was written at minute 100. */
const cursor: DeviceCursor = {
  generation: 2,
  lastRecordNo: 100,
  firstNo: 50,
  newestAt: 100 * minute,
  gaps: [
    { generation: 2, from: 70, to: 71, cause: 'skipped', foundAt: 0, announced: true, asked: false },
    { generation: 1, from: 1, to: 40, cause: 'overwritten', foundAt: 0, announced: true, asked: false },
  ],
};
const told = (number: number | undefined, atMinute: number | undefined, hash = 'h', marginMs = eventMarginMs): Told => ({
  number,
  at: atMinute === undefined ? undefined : atMinute * minute,
  hash,
  marginMs,
});

describe('one number', () => {
  test.each([
    // number, at minute, hash known under it, margin -> standing
    [101, 101, undefined, eventMarginMs, 'new'],
    [200, 90, undefined, eventMarginMs, 'new'],
    [70, 80, undefined, eventMarginMs, 'new'],
    [71, 200, undefined, eventMarginMs, 'new'],
    [90, 90, 'h', eventMarginMs, 'known'],
    [90, 200, 'h', eventMarginMs, 'known'],
    [90, 90, undefined, eventMarginMs, 'old'],
    [90, 100, undefined, eventMarginMs, 'old'],
    [90, undefined, undefined, eventMarginMs, 'doubtful'],
    [90, undefined, 'other', eventMarginMs, 'restart'],
    [49, 40, undefined, eventMarginMs, 'doubtful'],
    [3, 101, undefined, eventMarginMs, 'restart'],
    [3, 101, undefined, restartMarginMs, 'doubtful'],
    [3, 111, undefined, restartMarginMs, 'restart'],
    [3, 101, 'other', restartMarginMs, 'restart'],
    [3, 90, 'other', restartMarginMs, 'doubtful'],
    [90, 90, 'other', restartMarginMs, 'old'],
  ] as const)('%s at minute %s, known as %s, margin %i: %s', (number, at, known, margin, expected) => {
    const numbered = { ...told(number, at, 'h', margin), number };
    expect(standingOf(numbered, seenOf(cursor), cursor, known)).toBe(expected);
  });

  test('at first contact all are new', () => {
    expect(standingOf({ ...told(1, 1), number: 1 }, seenOf(undefined), undefined, undefined)).toBe('new');
  });
});

test.each([
  ['none', [told(101, 101), told(90, 90), told(102, 102)], []],
  ['at the beginning', [told(1, 120), told(2, 121)], [0]],
  ['in the middle', [told(101, 101), told(1, 120), told(2, 121)], [1]],
  ['twice', [told(101, 101), told(1, 120), told(5, 121), told(1, 140)], [1, 3]],
  ['not by a number that is missing', [told(undefined, 500), told(70, 500)], []],
  ['not by what came out of order', [told(105, 105), told(103, 103), told(104, 104)], []],
])('restarts: %s', (_, items, expected) => {
  expect(restartsIn(cursor, items, () => undefined)).toEqual(expected);
});
