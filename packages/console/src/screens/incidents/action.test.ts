import { expect, test } from 'vitest';
import { isOverdue, numberFrom } from './action.core.ts';

test('only what is still open is overdue', () => {
  expect(isOverdue({ state: 'open', dueAt: 9 }, 10)).toBe(true);
  expect(isOverdue({ state: 'open', dueAt: 10 }, 10)).toBe(false);
  expect(isOverdue({ state: 'done', dueAt: 9 }, 10)).toBe(false);
});

test.each([
  ['12', 12],
  [' 1,234.5 ', 1234.5],
  ['-3', -3],
  ['', undefined],
  ['three', undefined],
])('“%s” is %s', (text, value) => {
  expect(numberFrom(text)).toBe(value);
});
