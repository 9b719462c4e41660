import { expect, test } from 'vitest';
import { Remembered, digest53 } from './remembered.core.ts';

test('the oldest is forgotten first, at the limit and one beyond', () => {
  const memory = new Remembered(3);
  for (const key of ['a', 'b', 'c']) memory.add(key);
  expect(['a', 'b', 'c', 'd'].map((key) => memory.has(key))).toEqual([true, true, true, false]);
  memory.add('c');
  expect(memory.has('a')).toBe(true);
  memory.add('d');
  expect(['a', 'b', 'c', 'd'].map((key) => memory.has(key))).toEqual([false, true, true, true]);
});

test('200,000 records that differ in a digit have 200,000 digests', () => {
  const digests = new Set<number>();
  for (let i = 0; i < 200_000; i++) digests.add(digest53(`a|${2_023_000_000 + i}|2026-11-23 07:0${i % 10}:00|0|15`));
  expect(digests.size).toBe(200_000);
  expect([...digests].every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
});
