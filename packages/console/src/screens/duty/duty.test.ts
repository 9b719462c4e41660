import type { Shift } from '@cardwatch/contracts/watch';
import { expect, test } from 'vitest';
import { holderAt, laidBeside, moved, placeOf, repeated, rosterOf, without } from './duty.core.ts';

const shift = (recipientId: string, from: number, to: number, override = false): Shift => ({
  duty: 'day',
  recipientId,
  from,
  to,
  onSite: true,
  override,
});
const li = shift('li', 0, 10);
const wang = shift('wang', 8, 20);
const swap = shift('chen', 2, 4, true);
const all = [li, wang, swap, { ...li, duty: 'night' }];

test('a roster names who has it, overrides first, and the hours of nobody', () => {
  const text = rosterOf(all, 'day', { from: -5, to: 25 }).map(
    ({ from, to, shift: one }) => `${from}-${to} ${one?.recipientId ?? '?'}`,
  );
  expect(text).toEqual(['-5-0 ?', '0-2 li', '2-4 chen', '4-8 li', '8-20 wang', '20-25 ?']);
  expect([holderAt(all, 'day', 9)?.recipientId, holderAt(all, 'day', 20)]).toEqual(['wang', undefined]);
});

test('stretches are placed in percent of the window', () => {
  expect(placeOf({ from: -10, to: 5 }, { from: 0, to: 20 })).toEqual({ left: 0, width: 25 });
});

test('a shift repeats while it begins in time', () => {
  expect(repeated(li, 24, 72).map(({ from }) => from)).toEqual([0, 24, 48]);
  expect(repeated(li, null, 72)).toEqual([li]);
  expect(repeated(li, 1, 1_000).length).toBe(60);
});

test('what is laid keeps what is there, what is taken leaves the others', () => {
  const extra = shift('zhao', 0, 5);
  expect(laidBeside(all, [extra])).toEqual({ duties: ['day'], from: 0, to: 1, shifts: [li, extra] });
  expect(without(all, li)).toEqual({ duties: ['day'], from: 0, to: 1, shifts: [] });
  expect(without([...all, extra], li).shifts).toEqual([extra]);
});

test('a step moves by one and never falls off', () => {
  expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
  expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
});
