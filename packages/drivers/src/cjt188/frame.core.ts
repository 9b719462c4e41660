/**
 * Frames of CJ/T 188-2004 (6.2): 68, type T, address A0 to A6 low byte first, control C, length L, data, checksum CS (sum from 68 on, modulo 256), 16.
 * A sender puts 2 to 4 bytes FE before it. L is at most 64h here: the longest reply of the standard has 2Eh.
 */
import { ByteWriter, toHex } from '@cardwatch/kernel';
import { type FrameRead, sum8, tailProblem } from '../line/frame-scan.core.ts';

export const cjt188Limits = { preambleMax: 4, dataBytesMax: 0x64, headBytes: 11, overheadBytes: 13 } as const;

export interface Cjt188Frame {
  /** Meter type: 10 cold water, 11 hot water, 12 drinking water, 13 grey water, 20 and 21 heat and cold, 30 gas, 40 electricity; hexadecimal. */
  readonly type: number;
  /** A0 to A6 as they stand on the wire, low byte first. */
  readonly address: Uint8Array;
  readonly control: number;
  readonly data: Uint8Array;
}

export const startByte = 0x68;
export const endByte = 0x16;
/** Bit 7 of C: from meter to master. Bit 6: abnormal reply. */
export const isReply = (control: number): boolean => (control & 0x80) !== 0;
export const isAbnormal = (control: number): boolean => (control & 0xc0) === 0xc0;

/** Reads the frame at the front; `no` where none can begin. */
export function readFrame(rest: Uint8Array): FrameRead<Cjt188Frame> {
  if (rest[0] !== startByte) return { kind: 'no' };
  const length = rest[10];
  if (length === undefined) return { kind: 'more' };
  if (length > cjt188Limits.dataBytesMax)
    return { kind: 'no', why: `wrong length: L = ${length}, at most ${cjt188Limits.dataBytesMax}` };
  const whole = cjt188Limits.overheadBytes + length;
  if (rest.length < whole) return { kind: 'more', length: whole };
  const why = tailProblem(rest.subarray(0, whole));
  if (why !== undefined) return { kind: 'damaged', length: whole, why };
  const frame = {
    type: rest[1] ?? 0,
    address: rest.slice(2, 9),
    control: rest[9] ?? 0,
    data: rest.slice(cjt188Limits.headBytes, cjt188Limits.headBytes + length),
  };
  return { kind: 'frame', length: whole, frame };
}

/** Bytes of a frame, `preamble` times FE before it. */
export function writeFrame({ type, address, control, data }: Cjt188Frame, preamble: number): Uint8Array {
  const body = new ByteWriter(cjt188Limits.headBytes + data.length)
    .u8(startByte)
    .u8(type)
    .put(address)
    .u8(control)
    .u8(data.length)
    .put(data).bytes;
  const wakeUp = new Uint8Array(preamble).fill(0xfe);
  return Uint8Array.of(...wakeUp, ...body, sum8(body), endByte);
}

export const reversed = (bytes: Uint8Array): Uint8Array => bytes.slice().reverse();

/** Printed form of a wire address, high byte first, upper-case hex: FF and the nibbles A to F are kept. */
export const addressText = (wire: Uint8Array): string => toHex(reversed(wire)).toUpperCase();
