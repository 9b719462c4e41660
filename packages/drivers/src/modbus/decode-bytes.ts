/** Modbus bytes taken apart for people and for the sample vectors: RTU by length and CRC wherever a frame stands, MBAP by its length. */
import { crc16Modbus, toHex } from '@cardwatch/kernel';
import {
  type DecodeInput,
  type Decoded,
  type DecodedKeys,
  type DecodedObservation,
  type Rejection,
  decodeLimits,
} from '../decode.ts';
import { joined } from '../line/frame-decode.core.ts';
import { type Content, contentOf, rtuLengths } from './content.core.ts';
import { Conversation } from './conversation.core.ts';
import { mbapBytes, readMbap } from './mbap.core.ts';
import { rtuBytesMax, rtuSound } from './rtu.core.ts';

const hex = (bytes: Uint8Array): string => toHex(bytes).toUpperCase();

interface Met {
  readonly length: number;
  readonly content: Content;
}

function frameAt(rest: Uint8Array, talk: Conversation): Met | undefined {
  if ((rest[0] ?? 0) > 247) return undefined;
  for (const length of rtuLengths(rest)) {
    if (length > rest.length || length > rtuBytesMax || !rtuSound(rest.subarray(0, length))) continue;
    return { length, content: contentOf(rest.subarray(1, length - 2), talk.asked(rest[0] ?? 0, rest[1] ?? 0)) };
  }
  return undefined;
}

/** Modbus RTU: sound frames wherever they stand; what lies between is told. */
export function decodeRtu({ chunks, profile }: DecodeInput): Decoded {
  const bytes = joined(chunks);
  const frames: DecodedKeys[] = [];
  const observations: DecodedObservation[] = [];
  const rejected: Rejection[] = [];
  const talk = new Conversation(profile);
  const reject = (found: readonly Rejection[]): void => {
    rejected.push(...found.slice(0, decodeLimits.rejected - rejected.length));
  };
  if (bytes.length === 0) reject([{ atByte: 0, reason: 'no bytes given' }]);
  let looseFrom = 0;
  let at = 0;
  while (at < bytes.length && frames.length < decodeLimits.frames) {
    const met = frameAt(bytes.subarray(at, at + rtuBytesMax + 8), talk);
    if (met === undefined) {
      at++;
      continue;
    }
    reject(looseReasons(bytes.subarray(looseFrom, at), looseFrom));
    const frame = bytes.subarray(at, at + met.length);
    if ('keys' in met.content) {
      frames.push(rtuKeys(frame, met.content.keys));
      observations.push(...talk.take({ unit: frame[0] ?? 0, pdu: frame.subarray(1, -2), content: met.content }));
    } else reject([{ atByte: at, reason: met.content.problem }]);
    at += met.length;
    looseFrom = at;
  }
  reject(looseReasons(bytes.subarray(looseFrom), looseFrom));
  return { frames, observations, rejected };
}

const rtuKeys = (frame: Uint8Array, keys: DecodedKeys): DecodedKeys => ({
  unit: frame[0],
  fc: frame[1],
  pduHex: hex(frame.subarray(1, -2)),
  crcWire: hex(frame.subarray(-2)),
  ...keys,
});

/** Why bytes are no frame: sound but wrong inside, wrong CRC at the length that the function asks for, cut off, or noise. */
function looseReasons(bytes: Uint8Array, from: number): readonly Rejection[] {
  const found: Rejection[] = [];
  let at = 0;
  while (at < bytes.length && found.length < decodeLimits.rejected) {
    const rest = bytes.subarray(at);
    const { reason, length } = looseReason(rest);
    found.push({ atByte: from + at, reason });
    at += length;
  }
  return found;
}

function looseReason(rest: Uint8Array): { readonly reason: string; readonly length: number } {
  const whole = { length: rest.length };
  if (rtuSound(rest)) return { ...whole, reason: soundReason(rest) };
  const lengths = (rest[0] ?? 0) > 247 || rest.length < 2 ? [] : rtuLengths(rest).filter((length) => length <= rtuBytesMax);
  const exact = lengths.find((length) => length === rest.length) ?? lengths.find((length) => length < rest.length);
  if (exact !== undefined && exact >= 4) return { length: exact, reason: crcReason(rest.subarray(0, exact)) };
  const shortest = Math.min(...lengths);
  if (lengths.length > 0)
    return {
      ...whole,
      reason: `truncated: a frame of function ${(rest[1] ?? 0) & 0x7f} has ${shortest} bytes or more, ${rest.length} are there`,
    };
  return { ...whole, reason: `${rest.length} bytes without a frame whose CRC holds` };
}

function soundReason(frame: Uint8Array): string {
  const content = contentOf(frame.subarray(1, -2));
  if ((frame[0] ?? 0) > 247) return `the CRC holds, yet unit ${frame[0]} is none: 0 to 247`;
  return `the CRC holds, yet this is no frame: ${'problem' in content ? content.problem : 'wrong length for its function'}`;
}

function crcReason(frame: Uint8Array): string {
  const crc = crc16Modbus(frame.subarray(0, -2));
  const wanted = Uint8Array.of(crc & 0xff, crc >> 8);
  return `wrong CRC: ${hex(frame.subarray(-2))} on the wire, it should be ${hex(wanted)}`;
}

/** Modbus/TCP: frames one behind the other; a stream that is out of step is told and not searched. */
export function decodeMbap({ chunks, profile }: DecodeInput): Decoded {
  const bytes = joined(chunks);
  const frames: DecodedKeys[] = [];
  const observations: DecodedObservation[] = [];
  const rejected: Rejection[] = [];
  const talk = new Conversation(profile);
  if (bytes.length === 0) rejected.push({ atByte: 0, reason: 'no bytes given' });
  let at = 0;
  while (at < bytes.length && frames.length < decodeLimits.frames && rejected.length < decodeLimits.rejected) {
    const rest = bytes.subarray(at, at + 300);
    const read = readMbap(rest);
    if (read.kind !== 'frame') {
      rejected.push({ atByte: at, reason: read.kind === 'more' ? cutOff(rest) : read.detail });
      break;
    }
    const { transaction, unit } = read.address;
    const content = contentOf(read.pdu, talk.asked(unit, read.pdu[0] ?? 0, transaction));
    if ('keys' in content) {
      frames.push({ tid: transaction, len: read.pdu.length + 1, unit, fc: read.pdu[0], pduHex: hex(read.pdu), ...content.keys });
      observations.push(...talk.take({ unit, pdu: read.pdu, content, tid: transaction }));
    } else rejected.push({ atByte: at, reason: content.problem });
    at += read.length;
  }
  return { frames, observations, rejected };
}

function cutOff(rest: Uint8Array): string {
  if (rest.length < mbapBytes) return `truncated: an MBAP header has ${mbapBytes} bytes, ${rest.length} are there`;
  const length = ((rest[4] ?? 0) << 8) | (rest[5] ?? 0);
  return `truncated: the MBAP length says ${length} bytes, ${rest.length - 6} are there`;
}
