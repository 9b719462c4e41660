import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failed, failedByStatus, failureLimits, retryAfterMsOf } from './failure.core.ts';
import { cutUtf8, utf8Length } from '../core/notify/utf8.core.ts';
import { oneLine, plainLines, within, withoutMarks } from './text.core.ts';
import { en } from './words/en.ts';
import { type DetailCode, detailText } from './words/words.ts';
import { zh } from './words/zh.ts';

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

describe('failures', () => {
  test('every detail has its words in both languages, and they fit', () => {
    const codes = Object.keys(en.details) as DetailCode[];
    expect(codes).toEqual(Object.keys(zh.details));
    expect(codes.length).toBeGreaterThan(30);
    for (const code of codes) {
      expect(detailText(code).length).toBeLessThanOrEqual(failureLimits.detailLength);
      expect(zh.details[code]).toMatch(/\p{Script=Han}/u);
      expect(en.details[code]).not.toMatch(/\p{Script=Han}/u);
    }
  });

  test('a code of a vendor is kept as far as it looks like one', () => {
    const code = (text: string | number): string | null =>
      failed({ kind: 'refused', detail: 'unknownCode', code: text }).error.code;
    expect(code(45_009)).toBe('45009');
    expect(code('550 5.1.1')).toBe('550 5.1.1');
    expect(code('<a@b>\r\nhttps://x')).toBe('abhttpsx');
    expect(code('9'.repeat(65))).toBe('9'.repeat(failureLimits.codeLength));
  });

  test.each([
    [null, null],
    ['0', 0],
    [' 120 ', 120_000],
    ['-1', null],
    ['1.5', null],
    ['soon', null],
    ['Mon, 23 Nov 2026 04:08:00 GMT', 60_000],
    ['Mon, 23 Nov 2026 04:06:00 GMT', 0],
    ['Someday GMT', null],
  ])('Retry-After %s: %s', (header, expected) => {
    expect(retryAfterMsOf(header, Date.parse, Date.UTC(2026, 10, 23, 4, 7))).toBe(expected);
  });

  test('no status is without a kind', () => {
    const kinds = new Set<string>();
    for (let status = 300; status < 600; status++) kinds.add(failedByStatus(status, null).error.kind);
    expect([...kinds].sort()).toEqual([
      'misconfigured',
      'rateLimited',
      'refused',
      'serverError',
      'timeout',
      'tooLarge',
      'unauthorised',
    ]);
  });
});
