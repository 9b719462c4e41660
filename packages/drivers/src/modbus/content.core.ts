/** What stands in a Modbus PDU of either direction (MODBUS Application Protocol V1.1b3, 6 and 7), told apart by length and byte count. */
import { ByteReader, toHex } from '@cardwatch/kernel';
import type { DecodedKeys } from '../decode.ts';
import { exceptionName, limits } from './pdu.core.ts';

/** `either`: requests and replies of this function are the same bytes. */
export type Direction = 'request' | 'reply' | 'either';
export type Content = { readonly keys: DecodedKeys; readonly direction: Direction } | { readonly problem: string };

const coilLimits = { read: 2_000, write: 1_968 } as const;
/** Registers that FC 17h may write. */
const readWriteMax = 121;

const hex = (bytes: Uint8Array): string => toHex(bytes).toUpperCase();
const problem = (text: string): Content => ({ problem: text });
const wrongLength = (text: string): Content => problem(`wrong length: ${text}`);
const request = (keys: DecodedKeys): Content => ({ keys, direction: 'request' });
const reply = (keys: DecodedKeys): Content => ({ keys, direction: 'reply' });
const either = (keys: DecodedKeys): Content => ({ keys, direction: 'either' });
const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

export function wordsIn(bytes: Uint8Array): readonly number[] {
  const reader = new ByteReader(bytes);
  return Array.from({ length: bytes.length >> 1 }, () => reader.u16());
}

/**
 * What a PDU can be by its own length; one that can be neither request nor reply is a problem with a reason. `asked`: a request of this function
 * has just gone by, so that bytes that could be both are its reply.
 */
export function contentOf(pdu: Uint8Array, asked = false): Content {
  const [fc = 0] = pdu;
  if (pdu.length < 2 || pdu.length > limits.pduBytesMax)
    return wrongLength(`a PDU of ${pdu.length} bytes, 2 to ${limits.pduBytesMax} are allowed`);
  if (fc >= 0x80) return exceptionContent(pdu);
  return readers.get(fc)?.(pdu, asked) ?? problem(`function ${fc} is not known here`);
}

type Read = (pdu: Uint8Array, asked: boolean) => Content;

/** Codes of the standard (7): 1 to 8, 10, 11. */
function exceptionContent(pdu: Uint8Array): Content {
  const code = pdu[1] ?? 0;
  if (pdu.length !== 2) return wrongLength(`an exception of ${pdu.length} bytes, it has 2`);
  if (code < 1 || code > 11 || code === 9) return problem(`exception code ${code} is none`);
  return reply({ exception: code, exceptionName: exceptionName(code) });
}

const readBits: Read = (pdu, asked) => {
  const count = pdu[1] ?? 0;
  const qty = word(pdu, 3);
  const isRequest = pdu.length === 5 && qty >= 1 && qty <= coilLimits.read;
  const isReply = count > 0 && count <= coilLimits.read / 8 && count === pdu.length - 2;
  if (isReply && (asked || !isRequest)) return reply(bitKeys(pdu.subarray(2)));
  if (isRequest) return request({ addr: word(pdu, 1), qty });
  if (pdu.length === 5) return problem(`asks for ${qty} bits, 1 to ${coilLimits.read} are allowed`);
  return wrongLength(`byte count ${count}, ${pdu.length - 2} bytes follow`);
};

/** Lowest bit of the first byte first. */
const bitKeys = (bytes: Uint8Array): DecodedKeys => ({
  byteCount: bytes.length,
  bitsHex: hex(bytes),
  bits: Array.from({ length: 8 * bytes.length }, (_, index) => ((bytes[index >> 3] ?? 0) >> (index & 7)) & 1),
});

/** A reply's byte count is even and fills the PDU; a request is 5 bytes long. */
const readRegisters: Read = (pdu) => {
  const count = pdu[1] ?? 0;
  if (count > 0 && count % 2 === 0 && count === pdu.length - 2)
    return reply({ byteCount: count, registers: wordsIn(pdu.subarray(2)) });
  if (pdu.length !== 5) return wrongLength(`byte count ${count}, ${pdu.length - 2} bytes follow`);
  const qty = word(pdu, 3);
  if (qty < 1 || qty > limits.readRegistersMax)
    return problem(`asks for ${qty} registers, 1 to ${limits.readRegistersMax} are allowed`);
  return request({ addr: word(pdu, 1), qty });
};

const writeCoil: Read = (pdu) => {
  if (pdu.length !== 5) return wrongLength(`FC 5 of ${pdu.length} bytes, it has 5`);
  const value = word(pdu, 3);
  return value === 0 || value === 0xff00
    ? either({ addr: word(pdu, 1), value, on: value !== 0 })
    : problem(`coil value ${hex(pdu.subarray(3))}, it is FF00 or 0000`);
};

const writeRegister: Read = (pdu) =>
  pdu.length === 5 ? either({ addr: word(pdu, 1), value: word(pdu, 3) }) : wrongLength(`FC 6 of ${pdu.length} bytes, it has 5`);

const writeCoils: Read = (pdu) => {
  const qty = word(pdu, 3);
  if (pdu.length < 5) return wrongLength(`FC 15 of ${pdu.length} bytes`);
  if (qty < 1 || qty > coilLimits.write) return problem(`writes ${qty} coils, 1 to ${coilLimits.write} are allowed`);
  if (pdu.length === 5) return reply({ addr: word(pdu, 1), qty });
  const count = pdu[5] ?? 0;
  if (count !== (qty + 7) >> 3 || pdu.length !== 6 + count)
    return wrongLength(`byte count ${count} of ${qty} coils, ${pdu.length - 6} bytes follow`);
  const { bitsHex, bits } = bitKeys(pdu.subarray(6));
  return request({ addr: word(pdu, 1), qty, byteCount: count, bitsHex, bits: (bits as readonly number[]).slice(0, qty) });
};

const writeRegisters: Read = (pdu) => {
  const qty = word(pdu, 3);
  if (pdu.length < 5) return wrongLength(`FC 16 of ${pdu.length} bytes`);
  if (qty < 1 || qty > limits.writeRegistersMax)
    return problem(`writes ${qty} registers, 1 to ${limits.writeRegistersMax} are allowed`);
  if (pdu.length === 5) return reply({ addr: word(pdu, 1), qty });
  const count = pdu[5] ?? 0;
  if (count !== 2 * qty || pdu.length !== 6 + count)
    return wrongLength(`byte count ${count} of ${qty} registers, ${pdu.length - 6} bytes follow`);
  return request({ addr: word(pdu, 1), qty, byteCount: count, registers: wordsIn(pdu.subarray(6)) });
};

/** Groups of a request are 7 bytes with reference type 6; those of a reply carry their own length and no file or record (6.14). */
const readFile: Read = (pdu) => {
  const count = pdu[1] ?? 0;
  if (count !== pdu.length - 2 || count === 0) return wrongLength(`byte count ${count}, ${pdu.length - 2} bytes follow`);
  const starts = Array.from({ length: count / 7 }, (_, index) => 2 + 7 * index);
  if (count % 7 === 0 && starts.every((at) => pdu[at] === 6))
    return request({
      groups: starts.map((at) => ({ file: word(pdu, at + 1), record: word(pdu, at + 3), regs: word(pdu, at + 5) })),
    });
  const records: (readonly number[])[] = [];
  for (let at = 2; at < pdu.length; ) {
    const length = pdu[at] ?? 0;
    if (pdu[at + 1] !== 6) return problem(`reference type ${pdu[at + 1] ?? 'missing'} of a file group, it is 6`);
    if (length < 1 || length % 2 === 0 || at + 1 + length > pdu.length)
      return wrongLength('file groups that do not add up to the byte count');
    records.push(wordsIn(pdu.subarray(at + 2, at + 1 + length)));
    at += 1 + length;
  }
  return reply({ records });
};

const maskWrite: Read = (pdu) =>
  pdu.length === 7
    ? either({ addr: word(pdu, 1), andMask: word(pdu, 3), orMask: word(pdu, 5) })
    : wrongLength(`FC 22 of ${pdu.length} bytes, it has 7`);

const readWrite: Read = (pdu, asked) => {
  const count = pdu[1] ?? 0;
  const isReply = count > 0 && count % 2 === 0 && count === pdu.length - 2;
  const [readQty, qty, bytes] = [word(pdu, 3), word(pdu, 7), pdu[9] ?? 0];
  const isRequest =
    pdu.length === 10 + bytes &&
    bytes === 2 * qty &&
    readQty >= 1 &&
    readQty <= limits.readRegistersMax &&
    qty >= 1 &&
    qty <= readWriteMax;
  if (isReply && (asked || !isRequest)) return reply({ byteCount: count, registers: wordsIn(pdu.subarray(2)) });
  if (!isRequest) return wrongLength(`byte count ${count}, ${pdu.length - 2} bytes follow; no request either`);
  return request({
    addr: word(pdu, 1),
    qty: readQty,
    writeAddr: word(pdu, 5),
    writeQty: qty,
    registers: wordsIn(pdu.subarray(10)),
  });
};

const readFifo: Read = (pdu) => {
  if (pdu.length === 3) return request({ fifoPointer: word(pdu, 1) });
  if (pdu.length < 5) return wrongLength('a FIFO reply without a count');
  const fifoCount = word(pdu, 3);
  if (fifoCount > limits.fifoRegistersMax) return problem(`FIFO count ${fifoCount} above ${limits.fifoRegistersMax}`);
  if (word(pdu, 1) !== 2 + 2 * fifoCount || pdu.length !== 5 + 2 * fifoCount)
    return wrongLength(`FIFO byte count ${word(pdu, 1)}, FIFO count ${fifoCount}, ${pdu.length - 5} bytes follow`);
  return reply({ byteCount: word(pdu, 1), fifoCount, registers: wordsIn(pdu.subarray(5)) });
};

const readers: ReadonlyMap<number, Read> = new Map([
  [1, readBits],
  [2, readBits],
  [3, readRegisters],
  [4, readRegisters],
  [5, writeCoil],
  [6, writeRegister],
  [15, writeCoils],
  [16, writeRegisters],
  [20, readFile],
  [22, maskWrite],
  [23, readWrite],
  [24, readFifo],
]);

/** Lengths that an RTU frame at the front may have by its function code; `atLeast` when too few bytes are there to tell. */
export function rtuLengths(rest: Uint8Array): readonly number[] {
  const fc = rest[1] ?? 0;
  const count = rest[2] ?? 0;
  if (fc >= 0x80) return readers.has(fc & 0x7f) ? [5] : [];
  switch (fc) {
    case 1:
    case 2:
    case 3:
    case 4:
      return count === 3 ? [8] : [5 + count, 8];
    case 5:
    case 6:
      return [8];
    case 15:
    case 16:
      return [8, 9 + (rest[6] ?? 0)];
    case 20:
      return [5 + count];
    case 22:
      return [10];
    case 23:
      return [5 + count, 13 + (rest[10] ?? 0)];
    case 24:
      return [6, 6 + word(rest, 2)];
    default:
      return [];
  }
}
