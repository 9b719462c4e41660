import { expect, test } from 'vitest';
import { choiceIn, numberIn, parseSearch, stringifySearch, textIn, withSearch } from './search.ts';

test('the address is plain text and comes back as it was', () => {
  const search = { q: '东区 1&2', card: '0012', state: 'offline', none: undefined, empty: '' };
  expect(parseSearch(stringifySearch(search))).toEqual({ q: '东区 1&2', card: '0012', state: 'offline' });
  expect(stringifySearch({})).toBe('');
});

test('what is unknown or too long is dropped', () => {
  expect(textIn({ q: 'x'.repeat(80) }, 'q')).toEqual({ q: 'x'.repeat(64) });
  expect([
    textIn({}, 'q'),
    textIn({ q: 5 }, 'q'),
    choiceIn({ s: 'c' }, 's', ['a', 'b']),
    choiceIn({ s: 'a' }, 's', ['a']),
  ]).toEqual([{}, {}, {}, { s: 'a' }]);
  expect(['12', '-1', '1.5', 'x', undefined].map((from) => numberIn({ from }, 'from'))).toEqual([{ from: 12 }, {}, {}, {}, {}]);
});

test('what is refused is taken out of the address that the router lays it over', () => {
  const raw = { tab: 'trail', from: 'x', q: '' };
  const taken = { ...choiceIn(raw, 'tab', ['audit']), ...numberIn(raw, 'from'), ...textIn(raw, 'q') };
  expect(stringifySearch({ ...raw, ...taken })).toBe('');
  expect(Object.keys(textIn({}, 'q'))).toEqual([]);
});

test('a change sets keys and takes others out', () => {
  const old: { readonly a?: string; readonly b?: string } = { a: '1', b: '2' };
  expect(withSearch(old, { b: undefined })).toEqual({ a: '1' });
  expect(withSearch(old, { b: '3' })).toEqual({ a: '1', b: '3' });
});
