import type { Range, RangeSet } from '@cardwatch/kernel';
import { addRange, missingIn } from '@cardwatch/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { declare, endless, endStaysOpen, type GapRow, gapLimits, holesOf, joinLost, open, settle } from './gaps.core.ts';

const now = 1_000;
let ids = 0;
const row = (first: number, last: number, more: Partial<GapRow> = {}): GapRow => ({
  id: ++ids,
  first,
  last,
  state: 'open',
  cause: 'skipped',
  estimateFen: null,
  openedAt: 1,
  closedAt: null,
  ...more,
});
const show = (rows: readonly GapRow[]): string =>
  [...rows]
    .sort((a, b) => a.first - b.first)
    .map(({ first, last, state, cause }) => `${first}-${last} ${state} ${cause}`)
    .join(', ');

describe('settle', () => {
  test.each([
    ['nothing came', [], '3-7 open skipped'],
    ['all came', [[1, 9]], '3-7 filled skipped'],
    ['the beginning came', [[1, 4]], '5-7 open skipped'],
    ['the end came', [[6, 9]], '3-5 open skipped'],
    ['the middle came', [[5, 5]], '3-4 open skipped, 6-7 open skipped'],
  ] as const)('%s', (_what, present, wanted) => {
    expect(show(settle([row(3, 7)], present as RangeSet, now))).toBe(wanted);
  });

  test('a filled row is closed now and keeps its id; pieces that split off are new', () => {
    const before = row(3, 7);
    expect(settle([before], [[1, 9]], now)).toEqual([{ ...before, state: 'filled', closedAt: now }]);
    expect(settle([before], [[5, 5]], now).map(({ id }) => id)).toEqual([before.id, undefined]);
  });
});

describe('open', () => {
  test('covers holes that no row covers, once', () => {
    const rows = open([row(3, 4)], [[3, 6]], 'skipped', now);
    expect(show(rows)).toBe('3-4 open skipped, 5-6 open skipped');
    expect(open(rows, [[3, 6]], 'skipped', now)).toHaveLength(2);
  });

  test('keeps no more rows of one numbering than the limit', () => {
    const holes = Array.from({ length: gapLimits.rowsPerNumbering + 1 }, (_, at): Range => [3 * at, 3 * at]);
    expect(open([], holes.slice(0, -1), 'skipped', now)).toHaveLength(gapLimits.rowsPerNumbering);
    expect(open([], holes, 'skipped', now)).toHaveLength(gapLimits.rowsPerNumbering);
  });
});

describe('declare', () => {
  const said = { first: 3, last: 6, cause: 'overwritten', estimateFen: 500, lost: true };
  test.each([
    ['nothing known', [], [], '3-6 lost overwritten'],
    ['all of it there', [], [[1, 9]], ''],
    ['part of it there', [], [[4, 4]], '3-3 lost overwritten, 5-6 lost overwritten'],
    ['a row as large', [row(3, 6)], [], '3-6 lost overwritten'],
    ['a larger row', [row(1, 9)], [], '1-2 open skipped, 3-6 lost overwritten, 7-9 open skipped'],
    ['a smaller row', [row(4, 5)], [], '3-3 lost overwritten, 4-5 lost overwritten, 6-6 lost overwritten'],
    ['a row beside', [row(8, 9)], [], '3-6 lost overwritten, 8-9 open skipped'],
  ] as const)('%s', (_what, rows, present, wanted) => {
    expect(show(declare(rows, present as unknown as RangeSet, said, now))).toBe(wanted);
  });

  test('a cause without a loss leaves the row open; a lost row stays lost', () => {
    expect(show(declare([row(3, 6)], [], { ...said, lost: false }, now))).toBe('3-6 open overwritten');
    expect(show(declare([row(3, 6, { state: 'lost' })], [], { ...said, lost: false }, now))).toBe('3-6 lost overwritten');
  });

  test('what it is worth stands once', () => {
    const rows = declare([row(4, 5)], [], said, now);
    expect(rows.map(({ estimateFen }) => estimateFen).filter((fen) => fen !== null)).toEqual([500]);
  });

  test('rows never overlap, and cover exactly what is missing of what was said', () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 8 }));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 8 }), fc.array(pair, { maxLength: 4 }), (there, saids) => {
        const present = there.reduce<RangeSet>((set, [first, length]) => addRange(set, first, first + length), []);
        let rows = open([], holesOf(present), 'skipped', now);
        for (const [first, length] of saids) rows = declare(rows, present, { ...said, first, last: first + length }, now);
        const numbers = rows.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
        expect(new Set(numbers).size).toBe(numbers.length);
        const wanted = [...holesOf(present), ...saids.flatMap(([first, length]) => missingIn(present, first, first + length))];
        const wantedNumbers = wanted.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
        expect(new Set(numbers)).toEqual(new Set(wantedNumbers));
      }),
    );
  });
});

test('losses one after another make one row', () => {
  const first = declare([], [], { first: 1, last: 4, cause: 'dropped', estimateFen: null, lost: true }, now).map((one) => ({
    ...one,
    id: 7,
  }));
  const second = declare(first, [], { first: 5, last: 9, cause: 'dropped', estimateFen: null, lost: true }, now);
  expect(joinLost(second, 5)).toMatchObject([{ id: 7, first: 1, last: 9, state: 'lost' }]);
  const other = declare(first, [], { first: 5, last: 9, cause: 'journalDamage', estimateFen: null, lost: true }, now);
  expect(joinLost(other, 5)).toHaveLength(2);
});

test.each([
  [[], undefined, ''],
  [[[4, 6]], undefined, ''],
  [[[4, 6]], 1, '1-3'],
  [
    [
      [1, 3],
      [5, 5],
      [9, 9],
    ],
    1,
    '4-4 6-8',
  ],
] as const)('holes of %j from %s', (present, from, wanted) => {
  const holes = holesOf(present as unknown as RangeSet, from);
  expect(holes.map(([first, last]) => `${first}-${last}`).join(' ')).toBe(wanted);
});

describe('a row without an end', () => {
  const lost = (first: number, last: number, state: GapRow['state'] = 'lost'): GapRow =>
    row(first, last, { state, cause: endless });

  test.each([
    ['goes on behind what came of it', [lost(11, 11, 'filled')], '11-11 filled journalLost, 15-15 lost journalLost'],
    [
      'stays where it reaches farther',
      [lost(11, 12, 'filled'), lost(15, 20)],
      '11-12 filled journalLost, 15-20 lost journalLost',
    ],
    [
      'is moved on when it ends within',
      [lost(11, 12, 'filled'), lost(13, 14)],
      '11-12 filled journalLost, 13-14 lost journalLost, 15-15 lost journalLost',
    ],
    ['is not made of another hole', [row(11, 12, { state: 'filled' })], '11-12 filled skipped'],
  ] as const)('%s', (_what, rows, expected) => {
    expect(show(endStaysOpen(rows, 14, now))).toBe(expected);
  });
});
