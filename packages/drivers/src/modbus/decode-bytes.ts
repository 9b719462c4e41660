/** Modbus bytes taken apart for people and for the sample vectors: RTU by length and CRC wherever a frame stands, MBAP by its length. */
import { ByteReader, toHex } from '@cardwatch/kernel';
import { type DecodeInput, type Decoded, type Rejection, decodeLimits } from '../decode.ts';
import { joined } from '../line/frame-decode.core.ts';
import { readMbap } from './mbap.core.ts';
import { exceptionName, limits } from './pdu.core.ts';
import { rtuBytesMax, rtuSound } from './rtu.core.ts';

type Keys = Readonly<Record<string, unknown>>;
type Content = { readonly keys: Keys } | { readonly problem: string };

const hex = (bytes: Uint8Array): string => toHex(bytes).toUpperCase();
const problem = (text: string): Content => ({ problem: text });

function wordsIn(bytes: Uint8Array): readonly number[] {
  const reader = new ByteReader(bytes);
  return Array.from({ length: bytes.length >> 1 }, () => reader.u16());
}

/** What a PDU can be by its own length, as a request or as a reply; a PDU that can be neither is a problem with a reason. */
export function contentOf(pdu: Uint8Array): Content {
  const [fc = 0] = pdu;
  if (pdu.length < 2 || pdu.length > limits.pduBytesMax) return problem(`PDU of ${pdu.length} bytes`);
  if (fc >= 0x80) return exceptionContent(pdu);
  if (fc === 1 || fc === 2) return bitsContent(pdu);
  if (fc === 3 || fc === 4) return readContent(pdu);
  if (fc === 6)
    return pdu.length === 5 ? { keys: { addr: word(pdu, 1), value: word(pdu, 3) } } : problem('FC 6 of another length');
  if (fc === 16) return writeContent(pdu);
  if (fc === 20) return fileContent(pdu);
  if (fc === 24) return fifoContent(pdu);
  if (fc === 5) return coilContent(pdu);
  if (fc === 15)
    return pdu.length === 5 || 6 + (pdu[5] ?? 0) === pdu.length
      ? { keys: { addr: word(pdu, 1), qty: word(pdu, 3) } }
      : problem('FC 15 of another length');
  return problem(`function ${fc} is not known here`);
}

/** Codes of the standard (7): 1 to 8, 10, 11. */
function exceptionContent(pdu: Uint8Array): Content {
  const code = pdu[1] ?? 0;
  if (pdu.length !== 2 || code < 1 || code > 11 || code === 9) return problem(`exception ${code} in ${pdu.length} bytes`);
  return { keys: { exception: code, exceptionName: exceptionName(code) } };
}

function bitsContent(pdu: Uint8Array): Content {
  const count = pdu[1] ?? 0;
  if (count > 0 && count <= 250 && count === pdu.length - 2) return { keys: { bitsHex: hex(pdu.subarray(2)) } };
  const qty = word(pdu, 3);
  return pdu.length === 5 && qty >= 1 && qty <= 2_000
    ? { keys: { addr: word(pdu, 1), qty } }
    : problem(`${qty} bits in ${pdu.length} bytes`);
}

function coilContent(pdu: Uint8Array): Content {
  const value = word(pdu, 3);
  return pdu.length === 5 && (value === 0 || value === 0xff00)
    ? { keys: { addr: word(pdu, 1), value } }
    : problem(`coil value ${value}`);
}

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** A reply's byte count is even and fills the PDU; a request is 5 bytes long. */
function readContent(pdu: Uint8Array): Content {
  const count = pdu[1] ?? 0;
  if (count > 0 && count % 2 === 0 && count === pdu.length - 2) return { keys: { registers: wordsIn(pdu.subarray(2)) } };
  if (pdu.length !== 5) return problem(`byte count ${count}, ${pdu.length - 2} bytes follow`);
  const qty = word(pdu, 3);
  if (qty < 1 || qty > limits.readRegistersMax) return problem(`asks for ${qty} registers`);
  return { keys: { addr: word(pdu, 1), qty } };
}

function writeContent(pdu: Uint8Array): Content {
  const qty = word(pdu, 3);
  if (pdu.length === 5) return { keys: { addr: word(pdu, 1), qty } };
  const count = pdu[5] ?? 0;
  if (count !== 2 * qty || pdu.length !== 6 + count)
    return problem(`byte count ${count} of ${qty} registers in ${pdu.length} bytes`);
  return { keys: { addr: word(pdu, 1), qty, registers: wordsIn(pdu.subarray(6)) } };
}

/** Groups of a request are 7 bytes with reference type 6; those of a reply carry their own length (6.14). */
function fileContent(pdu: Uint8Array): Content {
  const count = pdu[1] ?? 0;
  if (count !== pdu.length - 2) return problem(`byte count ${count}, ${pdu.length - 2} bytes follow`);
  if (count > 0 && count % 7 === 0 && pdu[2] === 6) {
    const groups = Array.from({ length: count / 7 }, (_, index) => 2 + 7 * index);
    if (groups.every((at) => pdu[at] === 6))
      return {
        keys: { groups: groups.map((at) => ({ file: word(pdu, at + 1), record: word(pdu, at + 3), regs: word(pdu, at + 5) })) },
      };
  }
  const records: (readonly number[])[] = [];
  for (let at = 2; at < pdu.length; ) {
    const length = pdu[at] ?? 0;
    if (length < 1 || length % 2 === 0 || pdu[at + 1] !== 6 || at + 1 + length > pdu.length)
      return problem('file groups that do not add up');
    records.push(wordsIn(pdu.subarray(at + 2, at + 1 + length)));
    at += 1 + length;
  }
  return { keys: { records } };
}

function fifoContent(pdu: Uint8Array): Content {
  if (pdu.length === 3) return { keys: { fifoPointer: word(pdu, 1) } };
  if (pdu.length < 5) return problem('FIFO reply without a count');
  const fifoCount = word(pdu, 3);
  if (fifoCount > limits.fifoRegistersMax) return problem(`FIFO count ${fifoCount} above 31`);
  if (word(pdu, 1) !== 2 + 2 * fifoCount || pdu.length !== 5 + 2 * fifoCount)
    return problem(`FIFO byte count ${word(pdu, 1)}, count ${fifoCount}`);
  return { keys: { fifoCount, registers: wordsIn(pdu.subarray(5)) } };
}

/** Lengths that a frame at the front may have by its function code, reply first: a request and a reply may both be sound in one stream. */
function lengthsAt(rest: Uint8Array): readonly number[] {
  const fc = rest[1] ?? 0;
  const count = rest[2] ?? 0;
  if (fc >= 0x81 && fc <= 0xab) return [5];
  if (fc >= 1 && fc <= 4) return [5 + count, 8];
  if (fc === 5 || fc === 6) return [8];
  if (fc === 15 || fc === 16) return [8, 9 + (rest[6] ?? 0)];
  if (fc === 24) return [6 + word(rest, 2), 6];
  if (fc === 20) return [5 + count];
  return [];
}

interface Met {
  readonly length: number;
  readonly content: Content;
}

function frameAt(rest: Uint8Array): Met | undefined {
  const unit = rest[0] ?? 0;
  if (unit > 247) return undefined;
  for (const length of lengthsAt(rest)) {
    if (length > rest.length || length > rtuBytesMax || !rtuSound(rest.subarray(0, length))) continue;
    const content = contentOf(rest.subarray(1, length - 2));
    return { length, content };
  }
  return undefined;
}

/** Modbus RTU: sound frames wherever they stand; what lies between is told. */
export function decodeRtu({ chunks }: DecodeInput): Decoded {
  const bytes = joined(chunks);
  const frames: Keys[] = [];
  const rejected: Rejection[] = [];
  const reject = (atByte: number, reason: string): void => {
    if (rejected.length < decodeLimits.rejected) rejected.push({ atByte, reason });
  };
  let looseFrom = 0;
  const loose = (upto: number): void => {
    if (upto > looseFrom) reject(looseFrom, looseReason(bytes.subarray(looseFrom, upto)));
  };
  let at = 0;
  while (at < bytes.length && frames.length < decodeLimits.frames) {
    const met = frameAt(bytes.subarray(at, at + rtuBytesMax + 8));
    if (met === undefined) {
      at++;
      continue;
    }
    loose(at);
    const frame = bytes.subarray(at, at + met.length);
    if ('keys' in met.content) frames.push(frameKeys(frame, met.content.keys));
    else reject(at, met.content.problem);
    at += met.length;
    looseFrom = at;
  }
  loose(bytes.length);
  return { frames, observations: [], rejected };
}

const frameKeys = (frame: Uint8Array, keys: Keys): Keys => ({
  unit: frame[0],
  fc: frame[1],
  pduHex: hex(frame.subarray(1, -2)),
  crcWire: hex(frame.subarray(-2)),
  ...keys,
});

function looseReason(bytes: Uint8Array): string {
  if (rtuSound(bytes)) {
    const content = contentOf(bytes.subarray(1, -2));
    return `the CRC holds, yet this is no frame: ${'problem' in content ? content.problem : 'no length of its function fits'}`;
  }
  return `${bytes.length} bytes without a frame whose CRC holds`;
}

/** Modbus/TCP: frames one behind the other; a stream that is out of step is told and not searched. */
export function decodeMbap({ chunks }: DecodeInput): Decoded {
  const bytes = joined(chunks);
  const frames: Keys[] = [];
  const rejected: Rejection[] = [];
  let at = 0;
  while (at < bytes.length && frames.length < decodeLimits.frames) {
    const read = readMbap(bytes.subarray(at, at + 300));
    if (read.kind !== 'frame') {
      rejected.push({ atByte: at, reason: read.kind === 'more' ? 'the frame does not end' : read.detail });
      break;
    }
    const content = contentOf(read.pdu);
    const { transaction, unit } = read.address;
    if ('keys' in content)
      frames.push({ tid: transaction, len: read.pdu.length + 1, unit, fc: read.pdu[0], pduHex: hex(read.pdu), ...content.keys });
    else if (rejected.length < decodeLimits.rejected) rejected.push({ atByte: at, reason: content.problem });
    at += read.length;
  }
  return { frames, observations: [], rejected };
}
