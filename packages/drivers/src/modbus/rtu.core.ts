/**
 * Modbus RTU frames (MODBUS over Serial Line V1.02, 2.5.1): unit, PDU, CRC-16 with the low byte first; at most 256 bytes.
 * Framing is by the length that the request lets expect, never by the 1.5 character gap, which no adapter keeps.
 */
import { crc16Modbus, unreachable } from '@cardwatch/kernel';
import { type FrameMatcher, type Match, type MatchContext, type Sightings, nothingSeen } from '../line/transaction.ts';
import { type ModbusRequest, encodeRequest, fileReplyBytes, limits } from './pdu.core.ts';

export const rtuBytesMax = 256;

/** Adds unit and CRC to a PDU. */
export function rtuFrame(unit: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(pdu.length + 3);
  frame[0] = unit;
  frame.set(pdu, 1);
  const crc = crc16Modbus(frame.subarray(0, pdu.length + 1));
  frame[pdu.length + 1] = crc & 0xff;
  frame[pdu.length + 2] = crc >> 8;
  return frame;
}

/** True when the last two bytes are the CRC of the rest. */
export function rtuSound(frame: Uint8Array): boolean {
  if (frame.length < 4 || frame.length > rtuBytesMax) return false;
  const crc = crc16Modbus(frame.subarray(0, frame.length - 2));
  return frame[frame.length - 2] === (crc & 0xff) && frame[frame.length - 1] === crc >> 8;
}

/** Longest frame that may answer the request. */
export function replyBytesMax(request: ModbusRequest): number {
  switch (request.fc) {
    case 3:
    case 4:
      return 5 + 2 * request.quantity;
    case 6:
    case 16:
      return 8;
    case 20:
      return 5 + fileReplyBytes(request.groups);
    case 24:
      return 8 + 2 * limits.fifoRegistersMax;
  }
}

/** Length of the frame at the front if it can be ours: a number, `more` bytes needed to tell, or `no`. */
type Shape = number | 'more' | 'no';

function replyShape(unit: number, request: ModbusRequest, head: Uint8Array): Shape {
  if (head[0] !== unit) return 'no';
  const fc = head[1];
  if (fc === undefined) return 'more';
  if (fc === (request.fc | 0x80)) return 5;
  if (fc !== request.fc) return 'no';
  switch (request.fc) {
    case 3:
    case 4:
    case 20:
      if (head[2] === undefined) return 'more';
      return head[2] === replyBytesMax(request) - 5 ? replyBytesMax(request) : 'no';
    case 6:
    case 16:
      return writeShape(request, head);
    case 24:
      return fifoShape(head);
  }
}

/** A write is answered by repeating address and value, or address and quantity. */
function writeShape(request: Extract<ModbusRequest, { fc: 6 | 16 }>, head: Uint8Array): Shape {
  const second = request.fc === 6 ? request.value : request.values.length;
  const expected = [request.address >> 8, request.address & 0xff, second >> 8, second & 0xff];
  for (const [index, byte] of expected.entries()) {
    const met = head[2 + index];
    if (met === undefined) return 'more';
    if (met !== byte) return 'no';
  }
  return 8;
}

function fifoShape(head: Uint8Array): Shape {
  const high = head[2];
  const low = head[3];
  if (high === undefined || low === undefined) return 'more';
  const bytes = (high << 8) | low;
  return bytes >= 2 && bytes <= 2 + 2 * limits.fifoRegistersMax && bytes % 2 === 0 ? 6 + bytes : 'no';
}

/** Lengths that a frame of anybody's may have by its function code: as a reply, then as a request. */
function foreignLengths(head: Uint8Array): readonly number[] {
  const fc = head[1] ?? 0;
  const count = head[2] ?? 0;
  if (fc >= 0x81 && fc <= 0xab) return [5];
  if (fc >= 1 && fc <= 4) return [5 + count, 8];
  if (fc === 5 || fc === 6) return [8];
  if (fc === 15 || fc === 16) return [8, 9 + (head[6] ?? 0)];
  if (fc === 17 || fc === 20 || fc === 21 || fc === 23) return [5 + count];
  if (fc === 24) return [6 + ((count << 8) | (head[3] ?? 0)), 6];
  return [];
}

const mayBeUnit = (byte: number | undefined): boolean => byte !== undefined && byte >= 1 && byte <= 247;

/** Length of a sound frame of anybody's at the front. */
function foreignLength(rest: Uint8Array): number | undefined {
  if (!mayBeUnit(rest[0])) return undefined;
  return foreignLengths(rest).find((length) => length <= rest.length && rtuSound(rest.subarray(0, length)));
}

/** Whether more bytes could still make a frame of what stands at the front. */
const mayGrow = (rest: Uint8Array): boolean =>
  mayBeUnit(rest[0]) && (rest.length === 1 || foreignLengths(rest).some((length) => length > rest.length));

const startsWith = (bytes: Uint8Array, head: Uint8Array): boolean =>
  bytes.length >= head.length && head.every((byte, index) => bytes[index] === byte);

type Tally = { -readonly [K in keyof Sightings]: Sightings[K] };

/**
 * Finds the reply to `request` of `unit`: scans past noise, skips sound frames of others and echoes as a whole, never accepts a
 * frame whose unit, function, length or CRC is another. The value is the PDU, a copy.
 */
export function rtuMatcher(unit: number, request: ModbusRequest): FrameMatcher<Uint8Array> {
  const sent = rtuFrame(unit, encodeRequest(request));
  return (buffer, context) => scan({ unit, request, sent }, buffer, context);
}

interface Asked {
  readonly unit: number;
  readonly request: ModbusRequest;
  readonly sent: Uint8Array;
}

function scan(asked: Asked, buffer: Uint8Array, { last, echoing }: MatchContext): Match<Uint8Array> {
  const tally: Tally = { ...nothingSeen };
  let kept: { readonly used: number; readonly seen: Sightings } | undefined;
  // Only a reply to FC 06 is byte for byte its request: behind an echoing adapter the first copy is the echo.
  let echoDue = echoing && asked.request.fc === 6;
  let at = 0;
  while (at < buffer.length) {
    const met = meet(asked, buffer.subarray(at), echoDue);
    if (met.kind === 'reply') {
      const value = buffer.slice(at + 1, at + met.length - 2);
      return { kind: 'reply', used: at + met.length, seen: tally, value };
    }
    if (met.kind === 'ours' && !last) return { kind: 'wait', ...(kept ?? { used: at, seen: tally }) };
    if (!last && (met.kind === 'unfinished' || (met.kind === 'echo' && echoDue))) kept ??= { used: at, seen: { ...tally } };
    if (met.kind === 'echo') echoDue = false;
    count(tally, met);
    at += 'length' in met ? met.length : 1;
  }
  return { kind: 'wait', ...(kept ?? { used: at, seen: tally }) };
}

type Met =
  | { readonly kind: 'reply' | 'echo' | 'wrongSlave' | 'late'; readonly length: number }
  /** The beginning of what may be our reply. */
  | { readonly kind: 'ours' }
  /** The beginning of what may be somebody's frame, ours excepted. */
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'noise' };

function meet(asked: Asked, rest: Uint8Array, echoDue: boolean): Met {
  const echo = startsWith(rest, asked.sent);
  if (echo && echoDue) return { kind: 'echo', length: asked.sent.length };
  const shape = replyShape(asked.unit, asked.request, rest);
  const whole = typeof shape === 'number' && shape <= rest.length;
  if (whole && rtuSound(rest.subarray(0, shape))) return { kind: 'reply', length: shape };
  if (echo) return { kind: 'echo', length: asked.sent.length };
  if (shape !== 'no' && !whole) return { kind: 'ours' };
  const length = foreignLength(rest);
  if (length !== undefined) return { kind: rest[0] === asked.unit ? 'late' : 'wrongSlave', length };
  if (whole) return { kind: 'damaged' };
  return mayGrow(rest) || startsWith(asked.sent, rest) ? { kind: 'unfinished' } : { kind: 'noise' };
}

function count(tally: Tally, met: Met): void {
  switch (met.kind) {
    case 'reply':
      return;
    case 'echo':
      tally.echoes++;
      return;
    case 'wrongSlave':
      tally.wrongSlave++;
      return;
    case 'late':
      tally.lateFrames++;
      return;
    case 'damaged':
      tally.crcErrors++;
      tally.noiseBytes++;
      return;
    case 'ours':
    case 'unfinished':
    case 'noise':
      tally.noiseBytes++;
      return;
    default:
      unreachable(met);
  }
}
