import { describe, expect, test } from 'vitest';
import { BatchBook, BatchShelf, bookLimits } from './batch-book.ts';
import type { MoneyRecord } from './record.core.ts';

const money = (trace: number, amountFen: number, reversal = false): MoneyRecord => {
  const recordNo = 2 * trace + (reversal ? 1 : 0);
  const record = { recordNo, raw: new Uint8Array(), fields: {}, check: 'ok' as const };
  return {
    key: { batch: 0, trace, reversal },
    recordNo,
    storeLife: 1,
    mark: 0,
    amountFen,
    cardNo: `${trace}`,
    checksum: amountFen,
    record,
  };
};

describe('sums of a batch', () => {
  test.each([
    ['a sale', [[money(1, 100), 'consume']], [100, 1, 0, 0]],
    [
      'the same sale twice',
      [
        [money(1, 100), 'consume'],
        [money(1, 100), 'consume'],
      ],
      [100, 1, 0, 0],
    ],
    [
      'sale and refund',
      [
        [money(1, 100), 'consume'],
        [money(2, 30), 'refund'],
      ],
      [100, 1, 30, 1],
    ],
    [
      'sale, then its reversal',
      [
        [money(1, 100), 'consume'],
        [money(1, 100, true), 'reversal'],
      ],
      [0, 0, 0, 0],
    ],
    [
      'reversal, then its sale',
      [
        [money(1, 100, true), 'reversal'],
        [money(1, 100), 'consume'],
      ],
      [0, 0, 0, 0],
    ],
    [
      'void and its reversal',
      [
        [money(2, 100), 'reversal'],
        [money(2, 100, true), 'consume'],
      ],
      [0, 0, 0, 0],
    ],
    [
      'grey',
      [
        [money(1, 100), 'grey'],
        [money(1, 100, true), 'grey'],
      ],
      [0, 0, 0, 0],
    ],
  ] as const)('%s', (_, entries, [debitFen, debitCount, creditFen, creditCount]) => {
    const book = new BatchBook(0, true);
    for (const [each, kind] of entries) book.add(each, kind);
    expect(book.sums).toEqual({ debitFen, debitCount, creditFen, creditCount });
  });

  test('a batch at the limit is complete, one record more and it is not', () => {
    const book = new BatchBook(0, true);
    for (let trace = 1; trace <= bookLimits.entries; trace++) book.add(money(trace, 1), 'consume');
    expect({ size: book.size, complete: book.complete }).toEqual({ size: bookLimits.entries, complete: true });
    book.add(money(bookLimits.entries + 1, 1), 'consume');
    expect({ size: book.size, complete: book.complete }).toEqual({ size: bookLimits.entries, complete: false });
  });
});

test('the batch at work and the one before it are at hand', () => {
  const shelf = new BatchShelf();
  const [fifth, sixth] = [shelf.book(5, false), shelf.book(6, true)];
  expect([fifth.complete, sixth.complete]).toEqual([false, true]);
  expect(shelf.book(5, true)).toBe(fifth);
  expect(shelf.current).toBe(sixth);
  shelf.book(4, true);
  expect(shelf.current).toBe(sixth);
});
