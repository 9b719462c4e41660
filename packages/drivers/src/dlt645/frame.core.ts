/**
 * Frames of DL/T 645-2007 (5.2): 68, address A0 to A5 BCD low byte first, 68, control C, length L, data each + 33h, CS (sum from the first 68 over the bytes as
 * sent, modulo 256), 16. Up to 4 bytes FE stand before it. L is at most 200.
 */
import { ByteWriter, bcdBytes, toHex } from '@cardwatch/kernel';
import { type FrameRead, sum8, tailProblem } from '../line/frame-scan.core.ts';

export const dlt645Limits = { preambleMax: 4, dataBytesMax: 200, overheadBytes: 12 } as const;

export interface Dlt645Frame {
  /** As on the wire, low byte first. */
  readonly address: Uint8Array;
  readonly control: number;
  /** 33h taken off. */
  readonly data: Uint8Array;
}

/** Control codes (6.1). Bit 7: from the meter, bit 6: abnormal, bit 5: more follows. */
export const controls = { read: 0x11, readFollowing: 0x12, readAddress: 0x13 } as const;
export const isReply = (control: number): boolean => (control & 0x80) !== 0;
export const isAbnormal = (control: number): boolean => (control & 0xc0) === 0xc0;
export const follows = (control: number): boolean => (control & 0xa0) === 0xa0;

export function readFrame(rest: Uint8Array): FrameRead<Dlt645Frame> {
  if (rest[0] !== 0x68) return { kind: 'no' };
  if (rest[7] !== undefined && rest[7] !== 0x68) return { kind: 'no', why: 'no second start byte 68 behind the address' };
  const length = rest[9];
  if (length === undefined) return { kind: 'more' };
  if (length > dlt645Limits.dataBytesMax)
    return { kind: 'no', why: `wrong length: L = ${length}, at most ${dlt645Limits.dataBytesMax}` };
  const whole = dlt645Limits.overheadBytes + length;
  if (rest.length < whole) return { kind: 'more', length: whole };
  const why = tailProblem(rest.subarray(0, whole));
  if (why !== undefined) return { kind: 'damaged', length: whole, why };
  const data = rest.slice(10, 10 + length).map((byte) => (byte - 0x33) & 0xff);
  return { kind: 'frame', length: whole, frame: { address: rest.slice(1, 7), control: rest[8] ?? 0, data } };
}

export function writeFrame({ address, control, data }: Dlt645Frame, preamble: number): Uint8Array {
  const body = new ByteWriter(10 + data.length)
    .u8(0x68)
    .put(address)
    .u8(0x68)
    .u8(control)
    .u8(data.length)
    .put(data.map((byte) => (byte + 0x33) & 0xff)).bytes;
  return Uint8Array.of(...new Uint8Array(preamble).fill(0xfe), ...body, sum8(body), 0x16);
}

export const reversed = (bytes: Uint8Array): Uint8Array => bytes.slice().reverse();
export const wireAddress = (digits: string): Uint8Array => reversed(bcdBytes(digits));
export const addressText = (wire: Uint8Array): string => toHex(reversed(wire)).toUpperCase();

/** DI as 8 hex digits to its four bytes, low byte first. */
export function wireDi(di: number): Uint8Array {
  return Uint8Array.of(di & 0xff, (di >>> 8) & 0xff, (di >>> 16) & 0xff, di >>> 24);
}

export const diOf = (data: Uint8Array): number =>
  (((data[3] ?? 0) << 24) | ((data[2] ?? 0) << 16) | ((data[1] ?? 0) << 8) | (data[0] ?? 0)) >>> 0;

const errors = [
  'other error',
  'no such data',
  'password wrong or not allowed',
  'rate cannot be changed',
  'too many year zones',
  'too many day slots',
  'too many tariffs',
]; // prettier-ignore

/** What the error byte of an abnormal reply says (7.1): one bit each. */
export const errorText = (code: number): string =>
  errors.filter((_, bit) => (code & (1 << bit)) !== 0).join(', ') || 'no reason given';
