import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprint, readCursor, writeCursor } from './cursor.core.ts';

const print = fingerprint('records', { kind: 'consume' });

describe('cursor', () => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.stringMatching(/^[a-z0-9-]{0,63}$/), (n, id) => {
        expect(readCursor(writeCursor(print, [n, id]), print, ['int', 'text'])).toEqual({ ok: true, value: [n, id] });
      }),
    );
  });

  test.each([
    ['of another question', writeCursor(fingerprint('gaps', {}), [1]), ['int']],
    ['with a filter changed', writeCursor(fingerprint('records', { kind: 'refund' }), [1]), ['int']],
    ['of another shape', writeCursor(print, ['a']), ['int']],
    ['with a key too many', writeCursor(print, [1, 2]), ['int']],
    ['with a fraction', writeCursor(print, [1.5]), ['int']],
    ['empty', '', ['int']],
    ['not base64url', "' OR 1=1 --", ['int']],
    ['base64url of nothing', 'AAAA', ['int']],
    ['over the limit', 'A'.repeat(257), ['int']],
    ['a key over the limit', writeCursor(print, ['x'.repeat(97)]), ['text']],
  ] as const)('refuses one %s', (_what, text, shape) => {
    expect(readCursor(text, print, shape)).toEqual({ ok: false, error: { kind: 'cursor' } });
  });

  test('does not hear the page size or the order of filters', () => {
    expect(fingerprint('devices', { a: 1, b: 2, limit: 5, cursor: 'x', c: undefined })).toBe(
      fingerprint('devices', { b: 2, a: 1 }),
    );
  });
});
