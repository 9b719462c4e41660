import { expect, test } from 'vitest';
import { dutiesOf, shiftGaps } from './gaps.core.ts';

const shift = (duty: string, from: number, to: number): Parameters<typeof shiftGaps>[0][number] => ({
  duty,
  recipientId: 'li',
  from,
  to,
  onSite: true,
  override: false,
});

test.each<[string, [number, number][], [number, number][]]>([
  ['nobody at all', [], [[0, 100]]],
  ['all of it', [[0, 100]], []],
  [
    'before and after',
    [[10, 90]],
    [
      [0, 10],
      [90, 100],
    ],
  ],
  [
    'between two, in whatever order they stand',
    [
      [60, 100],
      [0, 40],
    ],
    [[40, 60]],
  ],
  [
    'one within another',
    [
      [0, 100],
      [10, 20],
    ],
    [],
  ],
  [
    'beyond both ends',
    [
      [-5, 50],
      [50, 200],
    ],
    [],
  ],
  ['later than what is shown', [[100, 200]], [[0, 100]]],
])('%s', (_name, spans, expected) => {
  const shifts = spans.map(([from, to]) => shift('day', from, to));
  const gaps = shiftGaps(shifts, ['day'], { from: 0, to: 100 });
  expect(gaps).toEqual(expected.map(([from, to]) => ({ duty: 'day', from, to })));
});

test('each duty by itself, also one that only a policy names', () => {
  const named = dutiesOf(['li', 'duty:night', 'duty:day']);
  expect(shiftGaps([shift('day', 0, 100), shift('spare', 0, 50)], named, { from: 0, to: 100 })).toEqual([
    { duty: 'night', from: 0, to: 100 },
    { duty: 'spare', from: 50, to: 100 },
  ]);
});
