import { ByteReader, type Result, bcdDigits, err, ok } from '@cardwatch/kernel';
import { z } from 'zod';
import type { RawValue } from '../contract.ts';
import { bcdClockText, clockTextFromSeconds2000 } from '../profile/clock-text.core.ts';

/**
 * Order of the bytes of a 32-bit value on the wire, A the most significant: ABCD big-endian, CDAB low word first, BADC bytes of each
 * word swapped, DCBA little-endian. A profile always says it where it is not ABCD; it is never guessed.
 */
export const ByteOrder = z.enum(['ABCD', 'CDAB', 'BADC', 'DCBA']);
export type ByteOrder = z.infer<typeof ByteOrder>;

/**
 * How bytes become a raw value. `bcd` is a number, `digits` the same digits as text (card numbers), `bits` a part of a 16-bit
 * register. Named decoders: `bcdClock6` (yy MM dd hh mm ss), `secondsSince2000`, both as `yyyy-MM-dd HH:mm:ss`;
 * `bcdVersion` (0x0214 is "2.14"), `hundredthsVersion` (214 is "2.14").
 */
export const Encoding = z.enum([
  'u8',
  'u16',
  's16',
  'u32',
  's32',
  'float32',
  'bcd',
  'digits',
  'ascii',
  'bits',
  'bcdClock6',
  'secondsSince2000',
  'bcdVersion',
  'hundredthsVersion',
]);
export type Encoding = z.infer<typeof Encoding>;

export interface ValueSpec {
  readonly as: Encoding;
  readonly order: ByteOrder;
  /** Length of `bcd`, `digits` and `ascii`; the others have their own. */
  readonly bytes?: number | undefined;
  /** Of `bits`: lowest bit and number of bits. */
  readonly shift?: number | undefined;
  readonly width?: number | undefined;
  /** Raw contents, read as an unsigned number, that mean: no value now. */
  readonly absent?: readonly number[] | undefined;
}

const ownBytes: Readonly<Partial<Record<Encoding, number>>> = {
  u8: 1,
  u16: 2,
  s16: 2,
  u32: 4,
  s32: 4,
  float32: 4,
  bits: 2,
  bcdClock6: 6,
  secondsSince2000: 4,
  bcdVersion: 2,
  hundredthsVersion: 2,
};

/** Bytes that a value takes; undefined when its profile must say it and does not. */
export const bytesOf = (spec: Pick<ValueSpec, 'as' | 'bytes'>): number | undefined => ownBytes[spec.as] ?? spec.bytes;

const places: Readonly<Record<ByteOrder, readonly number[]>> = {
  ABCD: [0, 1, 2, 3],
  CDAB: [2, 3, 0, 1],
  BADC: [1, 0, 3, 2],
  DCBA: [3, 2, 1, 0],
};

function ordered(bytes: Uint8Array, order: ByteOrder): Uint8Array {
  if (bytes.length !== 4 || order === 'ABCD') return bytes;
  return Uint8Array.from(places[order], (place) => bytes[place] ?? 0);
}

/** Decodes exactly `bytesOf(spec)` bytes. Undefined value: absent. The error is text for people. */
export function decodeValue(spec: ValueSpec, given: Uint8Array): Result<RawValue, string> {
  const bytes = ordered(given, spec.order);
  if (isAbsent(spec, bytes)) return ok(undefined);
  const reader = new ByteReader(bytes);
  switch (spec.as) {
    case 'u8':
      return ok(reader.u8());
    case 'u16':
      return ok(reader.u16());
    case 's16':
      return ok((reader.u16() << 16) >> 16);
    case 'u32':
      return ok(reader.u32());
    case 's32':
      return ok(reader.u32() | 0);
    case 'float32':
      return ok(float32(bytes));
    case 'bits':
      return ok((reader.u16() >> (spec.shift ?? 0)) & ((1 << (spec.width ?? 1)) - 1));
    case 'bcd':
      return bcd(bytes, Number);
    case 'digits':
      return bcd(bytes, (digits) => digits);
    case 'ascii':
      return ok(ascii(bytes));
    case 'bcdClock6':
      return ok(bcdClockText(bytes));
    case 'secondsSince2000':
      return ok(clockTextFromSeconds2000(reader.u32()));
    case 'bcdVersion':
      return bcd(bytes, (digits) => `${Number(digits.slice(0, 2))}.${digits.slice(2)}`);
    case 'hundredthsVersion':
      return ok(hundredths(reader.u16()));
  }
}

function isAbsent(spec: ValueSpec, bytes: Uint8Array): boolean {
  if (spec.absent === undefined) return false;
  return spec.absent.includes(bytes.reduce((value, byte) => value * 256 + byte, 0));
}

function float32(bytes: Uint8Array): number | undefined {
  const value = new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0);
  return Number.isNaN(value) ? undefined : value;
}

function bcd(bytes: Uint8Array, make: (digits: string) => RawValue): Result<RawValue, string> {
  const digits = bcdDigits(bytes);
  return digits === undefined ? err('not decimal digits') : ok(make(digits));
}

/** Printable ASCII up to the first NUL, spaces trimmed; anything else becomes a dot. */
function ascii(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  let text = '';
  for (const byte of end < 0 ? bytes : bytes.subarray(0, end))
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
  return text.trim();
}

const hundredths = (value: number): string => `${Math.trunc(value / 100)}.${String(value % 100).padStart(2, '0')}`;
