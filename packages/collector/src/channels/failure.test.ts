import { describe, expect, test } from 'vitest';
import { failed, failedByStatus, failureLimits, retryAfterMsOf } from './failure.core.ts';
import { en } from './words/en.ts';
import { type DetailCode, detailText } from './words/words.ts';
import { zh } from './words/zh.ts';

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
