import { addRange, countIn, inRanges, type RangeSet } from '@cardwatch/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BookedNumbers, decideBooking } from './book.core.ts';

test('knows what was added, merges neighbours, tells what to write', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 40 })), { maxLength: 8 }), (commits) => {
      const booked = new BookedNumbers();
      let wanted: RangeSet = [];
      const table = new Map<number, number>();
      for (const numbers of commits) {
        for (const no of numbers) {
          expect(booked.has(no)).toBe(inRanges(wanted, no));
          expect(booked.add(no)).toBe(!inRanges(wanted, no));
          wanted = addRange(wanted, no, no);
        }
        const { stand, gone } = booked.takeChanges();
        for (const first of gone) table.delete(first);
        for (const [first, last] of stand) table.set(first, last);
        expect(booked.ranges()).toEqual(wanted);
        expect([...table].sort(([a], [b]) => a - b)).toEqual(wanted);
      }
      expect(new BookedNumbers(booked.ranges()).ranges()).toEqual(wanted);
      expect(countIn(booked.ranges())).toBe(new Set(commits.flat()).size);
    }),
  );
});

test.each([
  // before        added     changed
  [[], [5], false],
  [[5], [6], false],
  [[5], [7], true],
  [[5, 7], [6], true],
  [[5, 7], [8], false],
  [[5], [5], false],
  [[5], [4], true],
] as const)('%j and %j', (before, added, changed) => {
  const booked = new BookedNumbers();
  for (const no of before) booked.add(no);
  booked.takeHolesChanged();
  for (const no of added) booked.add(no);
  expect(booked.takeHolesChanged()).toBe(changed);
  expect(booked.takeHolesChanged()).toBe(false);
});

test.each([
  [false, undefined, 'new'],
  [true, undefined, 'new'],
  [true, 'a', 'duplicate'],
  [true, 'b', 'conflict'],
] as const)('counted %s, row %s', (counted, hash, booking) => {
  expect(decideBooking(counted, hash, 'a')).toBe(booking);
});
