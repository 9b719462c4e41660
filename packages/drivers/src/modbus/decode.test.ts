import { fromHex } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { Encoding, type ValueSpec, bytesOf, decodeValue } from './decode.core.ts';

const spec = (as: Encoding, more: Partial<ValueSpec> = {}): ValueSpec => ({ as, order: 'ABCD', ...more });

const rows: readonly (readonly [ValueSpec, string, unknown])[] = [
  [spec('u8'), 'f1', 241],
  [spec('u16'), '8000', 32_768],
  [spec('s16'), 'ff85', -123],
  [spec('s16', { absent: [0x8000] }), '8000', undefined],
  [spec('s16', { absent: [0x8000] }), '7fff', 32_767],
  [spec('u32'), '89abcdef', 0x89abcdef],
  [spec('s32'), 'ffffffff', -1],
  [spec('u32', { order: 'CDAB' }), 'cdef89ab', 0x89abcdef],
  [spec('u32', { order: 'BADC' }), 'ab89efcd', 0x89abcdef],
  [spec('u32', { order: 'DCBA' }), 'efcdab89', 0x89abcdef],
  [spec('u32', { order: 'CDAB', absent: [0xffffffff] }), 'ffffffff', undefined],
  [spec('float32'), '42f6e979', 123.456],
  [spec('float32', { order: 'CDAB' }), 'e97942f6', 123.456],
  [spec('float32', { order: 'BADC' }), 'f64279e9', 123.456],
  [spec('float32', { order: 'DCBA' }), '79e9f642', 123.456],
  [spec('float32'), '7fc00000', undefined],
  [spec('float32', { order: 'CDAB' }), '00007fc0', undefined],
  [spec('bcd', { bytes: 4 }), '00123456', 123_456],
  [spec('bcd', { bytes: 2 }), '12fa', 'not decimal digits'],
  [spec('digits', { bytes: 8 }), '0025000000000014', '0025000000000014'],
  [spec('digits', { bytes: 8 }), '00250000000000ff', 'not decimal digits'],
  [spec('ascii', { bytes: 6 }), '41422d310000', 'AB-1'],
  [spec('ascii', { bytes: 4 }), '41074220', 'A.B'],
  [spec('bits', { shift: 4, width: 3 }), '00f0', 7],
  [spec('bits', { shift: 15 }), '8000', 1],
  [spec('bcdClock6'), '261123120000', '2026-11-23 12:00:00'],
  [spec('bcdClock6'), '000000000000', '2000-00-00 00:00:00'],
  [spec('bcdClock6'), 'ffffffffffff', 'ffffffffffff'],
  [spec('secondsSince2000'), '00000000', '2000-01-01 00:00:00'],
  [spec('secondsSince2000', { order: 'CDAB' }), '51800001', '2000-01-02 00:00:00'],
  [spec('bcdVersion'), '0214', '2.14'],
  [spec('hundredthsVersion'), '00d6', '2.14'],
];

describe('decoding', () => {
  test.each(rows)('%o of %s', (given, hex, expected) => {
    const bytes = fromHex(hex) ?? new Uint8Array();
    expect(bytes.length).toBe(bytesOf(given));
    const decoded = decodeValue(given, bytes);
    const value = decoded.ok ? decoded.value : decoded.error;
    if (typeof expected === 'number' && !Number.isInteger(expected)) expect(value).toBeCloseTo(expected, 4);
    else expect(value).toBe(expected);
  });

  test('each encoding has a row', () => {
    const missing = Encoding.options.filter((as) => !rows.some(([given]) => given.as === as));
    expect(missing).toEqual([]);
  });
});
