import { addRange, type Range, type RangeSet } from '@cardwatch/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AcceptedRange, accept, acceptLimits, contiguousOf, judge, progressOf, rangesOf } from './accept.core.ts';

/** `5-9 12-12`, every number n hashed as `h<n>`. */
const ranges = (text: string): AcceptedRange[] =>
  text
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => {
      const [first = 0, last = 0] = part.split('-').map(Number);
      return { first, last, prevHash: `h${first - 1}`, endHash: `h${last}` };
    });
const show = (list: readonly Range[]): string => list.map(([first, last]) => `${first}-${last}`).join(' ');
const batch = (first: number, last: number, hashAt: (n: number) => string = (n) => `h${n}`) => ({ first, last, hashAt });
const otherFrom = (fork: number) => (n: number) => (n >= fork ? `x${n}` : `h${n}`);

describe('judge', () => {
  test.each([
    // accepted      batch     chain          fresh      doubtful  forked
    ['', 1, 5, undefined, '1-5', '', false],
    ['1-5', 6, 9, undefined, '6-9', '', false],
    ['1-5', 1, 5, undefined, '', '', false],
    ['1-5', 3, 5, undefined, '', '', false],
    ['1-5', 3, 9, undefined, '6-9', '', false],
    // ends inside a merged range: nothing proves it
    ['1-9', 2, 5, undefined, '', '2-5', false],
    // a hole between two ranges, all of it proven at both ends
    ['1-5 8-9', 4, 9, undefined, '6-7', '', false],
    ['1-5 8-9', 6, 7, undefined, '6-7', '', false],
    // another chain
    ['1-5', 6, 9, otherFrom(5), '6-9', '', true],
    ['1-5', 1, 5, otherFrom(3), '', '1-5', true],
    ['1-5', 3, 9, otherFrom(3), '6-9', '3-5', true],
    ['8-9', 6, 7, otherFrom(7), '6-7', '', true],
  ] as const)('%s with %d..%d', (accepted, first, last, hashAt, fresh, doubtful, forked) => {
    const verdict = judge(ranges(accepted), batch(first, last, hashAt), []);
    expect([show(verdict.fresh), show(verdict.doubtful), verdict.forked]).toEqual([fresh, doubtful, forked]);
  });

  test('a checkpoint proves a repeat that ends inside a merged range', () => {
    const checkpoints = [{ at: 5, hash: 'h5' }];
    expect(judge(ranges('1-9'), batch(2, 5), checkpoints)).toMatchObject({ fresh: [], doubtful: [], forked: false });
    expect(judge(ranges('1-9'), batch(2, 5, otherFrom(2)), checkpoints)).toMatchObject({ doubtful: [[2, 5]], forked: true });
  });

  test('an unknown hash proves nothing and contradicts nothing', () => {
    expect(
      judge(
        ranges('1-5'),
        batch(3, 9, () => ''),
        [],
      ),
    ).toMatchObject({ fresh: [[6, 9]], doubtful: [[3, 5]], forked: false });
  });

  test('takes the last range that is kept, refuses one more, and still fills holes', () => {
    const full = ranges(Array.from({ length: acceptLimits.rangesPerStream }, (_, at) => `${3 * at + 1}-${3 * at + 1}`).join(' '));
    expect(judge(full.slice(1), batch(1, 1), []).tooScattered).toBe(false);
    expect(judge(full, batch(1_000_000, 1_000_000), []).tooScattered).toBe(true);
    expect(judge(full, batch(2, 2), []).tooScattered).toBe(false);
  });
});

describe('accept', () => {
  test('keeps the hashes at the ends of what grew together', () => {
    const merged = accept(ranges('1-5 8-9'), { first: 6, last: 7, prevHash: 'h5', endHash: 'h7' });
    expect(merged).toEqual([{ first: 1, last: 9, prevHash: 'h0', endHash: 'h9' }]);
  });

  test('is what the kernel makes of the same ranges, in any order', () => {
    const cuts = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 6 })), { maxLength: 30 });
    fc.assert(
      fc.property(cuts, (list) => {
        let mine: readonly AcceptedRange[] = [];
        let theirs: RangeSet = [];
        for (const [first, length] of list) {
          const last = first + length;
          const { fresh, forked } = judge(mine, batch(first, last), []);
          expect(forked).toBe(false);
          for (const [from, to] of fresh)
            mine = accept(mine, { first: from, last: to, prevHash: `h${from - 1}`, endHash: `h${to}` });
          theirs = addRange(theirs, first, last);
          expect(rangesOf(mine)).toEqual(theirs);
          expect(mine.every((range) => range.prevHash === `h${range.first - 1}` && range.endHash === `h${range.last}`)).toBe(
            true,
          );
        }
      }),
    );
  });
});

test.each([
  ['', 0, ''],
  ['1-5', 5, ''],
  ['2-5', 0, '2-5'],
  ['1-5 8-9 12-12', 5, '8-9 12-12'],
])('progress of %j', (accepted, upto, sparse) => {
  const progress = progressOf(ranges(accepted), 256);
  expect([contiguousOf(ranges(accepted)), progress.contiguousUpto, show(progress.sparse)]).toEqual([upto, upto, sparse]);
});

test('progress tells at most as many ranges as a message may carry, the lowest', () => {
  const many = ranges(Array.from({ length: 300 }, (_, at) => `${2 * at + 1}-${2 * at + 1}`).join(' '));
  const { sparse } = progressOf(many, 256);
  expect([sparse.length, sparse[0], sparse.at(-1)]).toEqual([256, [3, 3], [513, 513]]);
});
