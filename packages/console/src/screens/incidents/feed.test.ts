import { expect, test } from 'vitest';
import { detailCodes, detailText, feedOf } from './feed.core.ts';

const row = (at: number, what: string) => ({ at, what, by: 'watch', detail: {} });

test('the feed is one list, newest first, by kind', () => {
  const items = feedOf({
    history: [row(1, 'opened'), row(5, 'evidence'), row(3, 'moved'), row(4, 'noticeMissing')],
    alarms: [],
    notices: [],
  });
  expect(items.map(({ at, kind }) => [at, kind])).toEqual([
    [5, 'evidence'],
    [4, 'told'],
    [3, 'steps'],
    [1, 'steps'],
  ]);
});

test('details from outside are texts and lists of texts, or nothing', () => {
  expect(detailText({ note: '换了交换机', n: 3, list: ['a'] }, 'note')).toBe('换了交换机');
  expect(detailText({ n: 3 }, 'n')).toBe('3');
  expect(detailText({ list: ['a'] }, 'list')).toBe('');
  expect(detailCodes({ blocks: ['backlog', 4, null] }, 'blocks')).toEqual(['backlog']);
  expect(detailCodes({ blocks: 'backlog' }, 'blocks')).toEqual([]);
});
