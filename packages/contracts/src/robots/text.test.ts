import { cutUtf8, utf8Length } from '@cardwatch/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { oneLine, plainLines, within, withoutMarks } from './text.ts';

describe('cut', () => {
  test.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, '…'],
    ['abcd', 2, ''],
    ['一二三', 9, '一二三'],
    ['一二三', 8, '一…'],
    ['一二三', 6, '一…'],
    ['一二三', 5, '…'],
    ['a😀b', 6, 'a😀b'],
    ['a😀bc', 6, 'a…'],
    ['a😀bcd', 8, 'a😀bcd'],
    ['', 0, ''],
  ])('%s to %i bytes: %s', (text, bytes, expected) => {
    expect(cutUtf8(text, bytes)).toBe(expected);
  });

  test('never too long, never half a character, and all of it when it fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(120), (text, bytes) => {
        const cut = cutUtf8(text, bytes);
        expect(utf8Length(cut)).toBeLessThanOrEqual(bytes);
        expect(cut.isWellFormed()).toBe(true);
        expect(cut === text || (cut === '' && bytes < 3) || text.startsWith(cut.slice(0, -1))).toBe(true);
        if (utf8Length(text) <= bytes) expect(cut).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  test('head and tail stay whole', () => {
    expect(within(10, { head: 'ab', text: 'cdefghijk', tail: 'yz' })).toBe('abcde…yz');
    expect(within(4, { head: 'ab', text: 'cdef', tail: 'yz' })).toBe('abyz');
  });
});

describe('text from outside', () => {
  test.each([
    ['a\r\nb\tc\u0000d\u2028e', 'a b c d e'],
    ['  一\u0085二 ', '一 二'],
  ])('%j on one line', (text, expected) => {
    expect(oneLine(text)).toBe(expected);
  });

  test('keeps its lines, and no other control character', () => {
    expect(plainLines('a\r\nb\rc\u0007\td\u001b[31m')).toBe('a\nb\nc\td[31m');
  });

  test('keeps no mark that a robot would read', () => {
    expect(withoutMarks('# a\n> b\n- c\n[x](y) <@all> *b* `c` ~d~ !p |t| \\')).not.toMatch(/^[#>-]|[<>[\]*`!|~\\@]/m);
  });
});
