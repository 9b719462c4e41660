/** Codings of single values in frames and records: what a profile may name, and nothing that it could compute. Pure. */
import { type Result, bcdBytes, bcdDigits, epochMs, err, ok, shanghaiFromEpoch, toHex } from '@cardwatch/kernel';
import { z } from 'zod';
import type { RawValue } from '../contract.ts';
import { clockText, clockTextFromSeconds2000 } from '../profile/clock-text.core.ts';
import { type ClockCoding, clockOfForm, formBytes, noClock } from './clock-form.core.ts';

const whole = ['u8', 'u16', 'u24', 'u32', 'u48', 's8', 's16', 's24', 's32'] as const;
const wholeBytes: Readonly<Record<(typeof whole)[number], number>> = {
  u8: 1,
  u16: 2,
  u24: 3,
  u32: 4,
  u48: 6,
  s8: 1,
  s16: 2,
  s24: 3,
  s32: 4,
};

/**
 * `bcd` is a number, `digits` the same digits as text (card numbers), `decimal` and `hexDecimal` numbers in ASCII digits, `yuan` ASCII such as `12.50`
 * that becomes fen, `hex` bytes as hex text, `clock*` dates by `form`, `bcdVersion` 0x0214 is "2.14".
 */
export const Encoding = z.enum([
  ...whole,
  'bcd',
  'digits',
  'ascii',
  'decimal',
  'hexDecimal',
  'yuan',
  'hex',
  'clockBcd',
  'clockBinary',
  'clockAscii',
  'unixSeconds',
  'secondsSince2000',
  'bcdVersion',
]);
export type Encoding = z.infer<typeof Encoding>;

/** Which byte comes first: BE the highest, LE the lowest. */
export const Order = z.enum(['BE', 'LE']);
export type Order = z.infer<typeof Order>;

export interface ValueSpec {
  readonly as: Encoding;
  readonly order: Order;
  readonly bytes?: number | undefined;
  readonly form?: string | undefined;
  /** Lowest bit and number of bits of a whole number. */
  readonly shift?: number | undefined;
  readonly width?: number | undefined;
  /** Contents, read as an unsigned number, that mean: no value now. */
  readonly absent?: readonly number[] | undefined;
}

const clockCodings: Readonly<Partial<Record<Encoding, ClockCoding>>> = {
  clockBcd: 'bcd',
  clockBinary: 'binary',
  clockAscii: 'ascii',
};

const isWhole = (as: Encoding): as is (typeof whole)[number] => as in wholeBytes;

/** Bytes that a value takes; undefined when its profile must say it (`bytes`, or `form` of a clock) and does not. */
export function bytesOf(spec: Pick<ValueSpec, 'as' | 'bytes' | 'form'>): number | undefined {
  if (isWhole(spec.as)) return wholeBytes[spec.as];
  const coding = clockCodings[spec.as];
  if (coding !== undefined) return spec.form === undefined ? undefined : formBytes(spec.form, coding);
  if (spec.as === 'unixSeconds' || spec.as === 'secondsSince2000') return 4;
  return spec.as === 'bcdVersion' ? 2 : spec.bytes;
}

const unsigned = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value * 256 + byte, 0);

function signed(bytes: Uint8Array): number {
  const value = unsigned(bytes);
  const half = 2 ** (8 * bytes.length - 1);
  return value >= half ? value - 2 * half : value;
}

/** Decodes exactly `bytesOf(spec)` bytes. Undefined value: absent. The error is text for people. */
export function decodeValue(spec: ValueSpec, given: Uint8Array): Result<RawValue, string> {
  const bytes = spec.order === 'LE' ? given.slice().reverse() : given;
  if (spec.absent?.includes(unsigned(bytes)) === true) return ok(undefined);
  if (isWhole(spec.as)) return ok(bits(spec, spec.as.startsWith('s') ? signed(bytes) : unsigned(bytes)));
  const coding = clockCodings[spec.as];
  if (coding !== undefined) return ok(clockOfForm(bytes, spec.form ?? '', coding));
  switch (spec.as) {
    case 'bcd':
    case 'digits':
      return bcd(spec.as, bytes);
    case 'ascii':
      return ok(printable(bytes).trim());
    case 'decimal':
      return counted(printable(bytes), /^\s*\d{1,15}\s*$/, 10);
    case 'hexDecimal':
      return counted(printable(bytes), /^[0-9a-fA-F]{1,12}$/, 16);
    case 'yuan':
      return fenOf(printable(bytes));
    case 'unixSeconds':
      return ok(unixText(unsigned(bytes)));
    case 'secondsSince2000':
      return ok(clockTextFromSeconds2000(unsigned(bytes)));
    case 'bcdVersion':
      return versionOf(bytes);
    default:
      return ok(toHex(bytes));
  }
}

function bits({ shift, width }: ValueSpec, value: number): number {
  if (shift === undefined && width === undefined) return value;
  return Math.floor(value / 2 ** (shift ?? 0)) % 2 ** (width ?? 1);
}

function bcd(as: 'bcd' | 'digits', bytes: Uint8Array): Result<RawValue, string> {
  const digits = bcdDigits(bytes);
  if (digits === undefined) return err('not decimal digits');
  return ok(as === 'digits' ? digits : Number(digits));
}

/** Up to the first NUL; what is not printable becomes a dot. */
function printable(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Array.from(end < 0 ? bytes : bytes.subarray(0, end), (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
  ).join('');
}

const counted = (text: string, allowed: RegExp, base: number): Result<RawValue, string> =>
  allowed.test(text) ? ok(Number.parseInt(text.trim(), base)) : err('not a number in text');

/** Yuan with at most two decimals, by its digits: money never goes through a float. */
function fenOf(text: string): Result<RawValue, string> {
  const match = /^\s*(\d{1,9})(?:\.(\d{1,2}))?\s*$/.exec(text);
  if (match === null) return err('not an amount in yuan');
  return ok(Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')));
}

const never = new Set([0, 0xffff_ffff]);

const unixText = (seconds: number): string =>
  never.has(seconds) ? noClock : clockText(shanghaiFromEpoch(epochMs(seconds * 1_000)));

function versionOf(bytes: Uint8Array): Result<RawValue, string> {
  const digits = bcdDigits(bytes);
  return digits === undefined ? err('not decimal digits') : ok(`${Number(digits.slice(0, 2))}.${digits.slice(2)}`);
}

/** Codings that a number can be sent in. */
export const numberEncodings = ['u8', 'u16', 'u24', 'u32', 'bcd', 'decimal', 'hexDecimal'] as const;

export interface NumberSpec {
  readonly as: (typeof numberEncodings)[number];
  readonly order: Order;
  readonly bytes?: number | undefined;
}

/** Largest number that fits. */
export function numberMax(spec: NumberSpec): number {
  const length = bytesOf(spec) ?? 0;
  if (spec.as === 'bcd') return 10 ** (2 * length) - 1;
  if (spec.as === 'decimal') return 10 ** length - 1;
  return (spec.as === 'hexDecimal' ? 16 : 256) ** length - 1;
}

/** Bytes of a number; undefined when it does not fit. */
export function encodeNumber(spec: NumberSpec, value: number): Uint8Array | undefined {
  const length = bytesOf(spec) ?? 0;
  if (!Number.isSafeInteger(value) || value < 0 || value > numberMax(spec)) return undefined;
  const bytes = numberBytes(spec, value, length);
  return spec.order === 'LE' ? bytes.reverse() : bytes;
}

function numberBytes({ as }: NumberSpec, value: number, length: number): Uint8Array {
  if (as === 'bcd') return bcdBytes(String(value).padStart(2 * length, '0'));
  if (as === 'decimal' || as === 'hexDecimal') {
    const text = as === 'decimal' ? String(value) : value.toString(16).toUpperCase();
    return Uint8Array.from(text.padStart(length, '0'), (digit) => digit.charCodeAt(0));
  }
  return Uint8Array.from({ length }, (_, index) => Math.floor(value / 256 ** (length - 1 - index)) & 0xff);
}
