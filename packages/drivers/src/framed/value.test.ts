import { fromHex, toHex } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type CheckKind, checksum } from './check.core.ts';
import { formSound } from './clock-form.core.ts';
import { type NumberSpec, type ValueSpec, bytesOf, decodeValue, encodeNumber, numberMax } from './value.core.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const text = (words: string): string => toHex(Uint8Array.from(words, (letter) => letter.charCodeAt(0)));
const BE = 'BE' as const;
const LE = 'LE' as const;

describe('values', () => {
  const rows: readonly (readonly [spec: ValueSpec, hex: string, value: unknown])[] = [
    [{ as: 'u8', order: BE }, 'fe', 254],
    [{ as: 'u16', order: BE }, '0102', 258],
    [{ as: 'u16', order: LE }, '0102', 513],
    [{ as: 'u24', order: LE }, '010203', 0x030201],
    [{ as: 'u32', order: BE }, 'ffffffff', 4_294_967_295],
    [{ as: 'u48', order: LE }, '010000000001', 0x010000000001],
    [{ as: 's24', order: LE }, 'feffff', -2],
    [{ as: 's32', order: BE }, 'fffffffe', -2],
    [{ as: 'u8', order: BE, shift: 4, width: 2 }, 'b5', 3],
    [{ as: 'u16', order: BE, absent: [0xffff] }, 'ffff', undefined],
    [{ as: 'bcd', order: BE, bytes: 3 }, '012345', 12_345],
    [{ as: 'bcd', order: LE, bytes: 3 }, '452301', 12_345],
    [{ as: 'digits', order: BE, bytes: 3 }, '012345', '012345'],
    [{ as: 'bcd', order: BE, bytes: 1 }, '0a', 'not decimal digits'],
    [{ as: 'ascii', order: BE, bytes: 6 }, text('AB ') + '000000', 'AB'],
    [{ as: 'decimal', order: BE, bytes: 5 }, text('00042'), 42],
    [{ as: 'decimal', order: BE, bytes: 5 }, text('4x2  '), 'not a number in text'],
    [{ as: 'hexDecimal', order: BE, bytes: 4 }, text('00fF'), 255],
    [{ as: 'yuan', order: BE, bytes: 6 }, text(' 12.50'), 1_250],
    [{ as: 'yuan', order: BE, bytes: 6 }, text('012.05'), 1_205],
    [{ as: 'yuan', order: BE, bytes: 4 }, text('7.5 '), 750],
    [{ as: 'yuan', order: BE, bytes: 6 }, text('12.505'), 'not an amount in yuan'],
    [{ as: 'hex', order: BE, bytes: 2 }, 'c0de', 'c0de'],
    [{ as: 'bcdVersion', order: BE }, '0214', '2.14'],
    [{ as: 'clockBcd', order: BE, form: 'yyMMddHHmmss' }, '261123120003', '2026-11-23 12:00:03'],
    [{ as: 'clockBcd', order: BE, form: 'ssmmHHddMMyy' }, '030012231126', '2026-11-23 12:00:03'],
    [{ as: 'clockBcd', order: BE, form: 'ssmmHH--ddMMyy' }, '03001201231126', '2026-11-23 12:00:03'],
    [{ as: 'clockBcd', order: BE, form: 'yyyyMMddHHmmss' }, '20261123120003', '2026-11-23 12:00:03'],
    [{ as: 'clockBinary', order: BE, form: 'yyMMddHHmmss' }, '1a0b170c0003', '2026-11-23 12:00:03'],
    [{ as: 'clockAscii', order: BE, form: 'yyyyMMddHHmmss' }, text('20261123120003'), '2026-11-23 12:00:03'],
    [{ as: 'clockBcd', order: BE, form: 'yyMMddHHmmss' }, '000000000000', '0000-00-00 00:00:00'],
    [{ as: 'clockBcd', order: BE, form: 'yyMMddHHmmss' }, '26112312zz'.replace('zz', 'ffff'), '26112312ffff'],
    [{ as: 'unixSeconds', order: BE }, '6b03ba43', '2026-11-23 12:00:03'],
    [{ as: 'unixSeconds', order: LE }, '43ba036b', '2026-11-23 12:00:03'],
    [{ as: 'unixSeconds', order: BE }, '00000000', '0000-00-00 00:00:00'],
    [{ as: 'secondsSince2000', order: BE }, '00000001', '2000-01-01 00:00:01'],
  ];
  test.each(rows)('%j of %s is %s', (spec, hex, value) => {
    expect(bytesOf(spec)).toBe(bytes(hex).length);
    const decoded = decodeValue(spec, bytes(hex));
    expect(decoded.ok ? decoded.value : decoded.error).toBe(value);
  });
});

describe('numbers on the wire', () => {
  const rows: readonly (readonly [spec: NumberSpec, value: number, hex: string])[] = [
    [{ as: 'u8', order: BE }, 255, 'ff'],
    [{ as: 'u16', order: LE }, 258, '0201'],
    [{ as: 'u24', order: BE }, 258, '000102'],
    [{ as: 'u32', order: BE }, 4_294_967_295, 'ffffffff'],
    [{ as: 'bcd', order: BE, bytes: 2 }, 1_234, '1234'],
    [{ as: 'bcd', order: LE, bytes: 2 }, 1_234, '3412'],
    [{ as: 'decimal', order: BE, bytes: 3 }, 42, text('042')],
    [{ as: 'hexDecimal', order: BE, bytes: 2 }, 254, text('FE')],
  ];
  test.each(rows)('%j of %d is %s, and back', (spec, value, hex) => {
    expect(toHex(encodeNumber(spec, value) ?? new Uint8Array())).toBe(hex);
    expect(decodeValue(spec, bytes(hex))).toEqual({ ok: true, value });
  });

  test.each(rows)('%j takes its largest number and not one more', (spec) => {
    expect(encodeNumber(spec, numberMax(spec))).toBeDefined();
    expect(encodeNumber(spec, numberMax(spec) + 1)).toBeUndefined();
    expect(encodeNumber(spec, -1)).toBeUndefined();
  });
});

test.each([
  ['yyMMddHHmmss', true],
  ['ssmmHH--ddMMyyyy', true],
  ['yyMMddHHmm', false],
  ['yyMMddHHmmssss', false],
  ['yyMMdd HHmmss', false],
  ['', false],
])('a clock form %s: %s', (form, sound) => {
  expect(formSound(form)).toBe(sound);
});

const checks: Readonly<Record<CheckKind, number>> = {
  sum8: 0xdd,
  sum16: 0x01dd,
  xor8: 0x31,
  lrc8: 0x23,
  crc16Modbus: 0x4b37,
  crc16Ccitt: 0x29b1,
  crc16Xmodem: 0x31c3,
  crc16X25: 0x906e,
  crc16Kermit: 0x2189,
  crc16Arc: 0xbb3d,
};

test.each(Object.entries(checks))('%s of 123456789', (kind, value) => {
  expect(checksum(kind as CheckKind, bytes(text('123456789')))).toBe(value);
});
