import { expect, test } from 'vitest';
import { contractIdForm, draftOf, lengthFrom, lengthText, levels, limitsFrom, slaClocks } from './limits.core.ts';

test.each([
  ['15m', 900_000, '15m'],
  ['4h', 14_400_000, '4h'],
  ['3 d', 259_200_000, '3d'],
  ['1.5H', 5_400_000, '90m'],
  ['24h', 86_400_000, '1d'],
])('%s is %i ms and is written %s', (text, ms, again) => {
  expect(lengthFrom(text)).toBe(ms);
  expect(lengthText(ms)).toBe(again);
});

test.each(['', '0m', '15', '15 s', '-4h', '4000d', 'h'])('“%s” is no length', (text) => {
  expect(lengthFrom(text)).toBeUndefined();
});

const limit = { limitMs: 900_000, calendar: '7x24' };
const clocks = { respond: limit, onSite: null, restore: limit, resolve: limit, preliminaryReport: null, finalReport: null };
const limits = { 1: clocks, 2: clocks, 3: clocks };

test('limits come back from their fields as they were, and a wrong field holds them all', () => {
  const draft = draftOf(limits);
  expect(limitsFrom(draft)).toEqual(limits);
  expect(levels.length * slaClocks.length).toBe(18);
  const wrong = { ...draft, 2: { ...draft[2], onSite: { length: 'soon', calendar: '7x24' } } };
  expect(limitsFrom(wrong)).toBeUndefined();
});

test('a contract is named without spaces', () => {
  expect(contractIdForm.test('SCU-2026.1')).toBe(true);
  expect(contractIdForm.test('合同')).toBe(false);
});
