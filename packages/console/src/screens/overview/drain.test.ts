import { expect, test } from 'vitest';
import { drainMs, type Sample, withSample } from './drain.core.ts';

const course = (...records: readonly number[]): readonly Sample[] => records.map((n, at) => ({ at: at * 10_000, records: n }));

test.each([
  ['halves in a minute', course(120, 110, 100, 90, 80, 70, 60), 60_000],
  ['grows first', course(50, 100, 90, 80), 80_000],
  ['stands', course(100, 100, 100, 100), undefined],
  ['grows', course(10, 20, 30), undefined],
  ['is empty', course(30, 10, 0), undefined],
  ['seen for too short', course(100, 50), undefined],
  ['never seen', [], undefined],
])('a backlog that %s', (_name, samples, expected) => {
  expect(drainMs(samples)).toBe(expected);
});

test('the same answer twice is one sample, and what is older than five minutes is forgotten', () => {
  const first = withSample([], { at: 1_000, records: 5 });
  expect(withSample(first, { at: 1_000, records: 5 })).toBe(first);
  expect(withSample(first, { at: 302_000, records: 4 })).toEqual([{ at: 302_000, records: 4 }]);
});
