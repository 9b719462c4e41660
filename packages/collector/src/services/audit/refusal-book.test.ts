import { epochMs, minuteMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { RefusalBook, refusalBookLimits } from './refusal-book.core.ts';

const at = (minute: number) => epochMs(minute * minuteMs);
const from = (who: string, limit = 'credentials') => ({ source: 'address', who, limit }) as const;

test('counts by who and limit for ten minutes, most often first, and forgets', () => {
  const book = new RefusalBook();
  book.note(from('10.0.0.7'), at(0));
  book.note(from('10.0.0.7'), at(5));
  book.note(from('10.0.0.7', 'frame'), at(5));
  book.note({ source: 'agent', who: 'yb-1', limit: 'publish' }, at(9));
  const told = (minute: number): string =>
    book
      .lately(at(minute))
      .map(({ who, limit, count }) => `${who} ${limit} ${count}`)
      .join(', ');
  expect([told(9), told(10), told(15), told(19)]).toEqual([
    '10.0.0.7 credentials 2, 10.0.0.7 frame 1, yb-1 publish 1',
    '10.0.0.7 credentials 1, 10.0.0.7 frame 1, yb-1 publish 1',
    'yb-1 publish 1',
    '',
  ]);
});

test('keeps as many pairs as its limit, those that were refused last, and tells the most frequent', () => {
  const book = new RefusalBook();
  for (let i = 0; i <= refusalBookLimits.pairs; i++) book.note(from(`a-${i}`), at(0));
  book.note(from('a-1'), at(0));
  book.note(from('a-0'), at(0));
  const facts = book.lately(at(0));
  expect([facts.length, facts[0]]).toEqual([refusalBookLimits.told, { ...from('a-1'), count: 2 }]);
  expect(facts.filter(({ who }) => who === 'a-0')).toEqual([]);
});
