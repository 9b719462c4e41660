import { describe, expect, test } from 'vitest';
import { steady } from './steady.core.ts';
import { gridLimits, scrollTo, tracksPx, windowOf } from './window.core.ts';

describe('a list under the pointer', () => {
  const keyOf = (row: string): string => row.slice(0, 1);
  const isLower = (row: string): boolean => row === row.toLowerCase();
  const show = (shown: string, rows: readonly string[], frozen: boolean) => {
    const made = steady({ shown: shown.split(''), rows, keyOf, fits: isLower, frozen });
    return `${made.rows.join(' ')} +${made.waiting}`;
  };

  // a row is its key and its contents; a capital key does not fit the filter
  test.each([
    ['moves freely when the pointer is elsewhere', 'abc', ['x1', 'c1', 'A1', 'b1'], false, 'x1 c1 b1 +0'],
    ['keeps every row in place, with new contents', 'abc', ['c2', 'b2', 'a2'], true, 'a2 b2 c2 +0'],
    ['counts what would push in from above', 'ab', ['x1', 'y1', 'a1', 'b1'], true, 'a1 b1 +2'],
    ['lets the next page in below', 'ab', ['a1', 'b1', 'c1', 'd1'], true, 'a1 b1 c1 d1 +0'],
    ['lets go of a row that is gone altogether', 'abc', ['a1', 'c1'], true, 'a1 c1 +0'],
    ['starts with what is there', '', ['a1', 'b1'], true, 'a1 b1 +0'],
  ])('%s', (_what, shown, rows, frozen, expected) => {
    expect(show(shown, rows, frozen)).toBe(expected);
  });

  test('keeps a row that no longer fits in its place', () => {
    const fits = (row: { readonly ok: boolean }): boolean => row.ok;
    const rows = [
      { id: 'a', ok: true },
      { id: 'b', ok: false },
    ];
    expect(steady({ shown: ['b', 'a'], rows, keyOf: (row) => row.id, fits, frozen: true }).rows.map((row) => row.id)).toEqual([
      'b',
      'a',
    ]);
  });
});

describe('the window of rows', () => {
  test.each([
    [0, 0],
    [1, 0],
    [40, 500],
    [10_000, 0],
    [10_000, 180_000],
    [10_000, 10_000_000],
    [50_000, 900_000],
  ])('of %i rows at %i px covers the view within its limit', (rows, scrollPx) => {
    const { first, end } = windowOf({ scrollPx, heightPx: 700, rows });
    expect(end - first).toBeLessThanOrEqual(gridLimits.domRows);
    const top = Math.floor(scrollPx / gridLimits.rowPx);
    if (top < rows) {
      expect(first).toBeLessThanOrEqual(top);
      expect(end).toBeGreaterThanOrEqual(Math.min(rows, top + Math.floor(700 / gridLimits.rowPx)));
    }
    expect(first).toBeGreaterThanOrEqual(0);
    expect(end).toBeLessThanOrEqual(rows);
  });

  test('scrolls as little as needed', () => {
    const view = { scrollPx: 360, heightPx: 360 };
    expect([9, 10, 15, 19, 20].map((row) => scrollTo(row, view))).toEqual([324, 360, 360, 360, 396]);
  });

  test('tracks add up to their least width', () => {
    expect(tracksPx(['96px', 'minmax(140px, 1fr)', '1fr'])).toBe(236);
  });
});
