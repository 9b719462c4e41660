/** Model page-pos: firmware-protocols/framed/cardwatch/page-pos/datasheet.md. Pure. */
import { ByteReader, ByteWriter, bcdBytes, bcdDigits, type EpochMs } from '@cardwatch/kernel';
import type { Ear, HostRequest, PosFace, PosModel, Written } from './model.ts';

const flag = 0x7e;
const escape = 0x7d;
const wireBytesMax = 640;
const recordBytes = 32;
const pageMax = 8;

/** CRC-16, polynomial 1021, initial value FFFF, bit by bit. */
export function crcCcitt(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes)
    for (let bit = 7; bit >= 0; bit--) {
      const out = (crc >> 15) ^ ((byte >> bit) & 1);
      crc = ((crc << 1) & 0xffff) ^ (out === 1 ? 0x1021 : 0);
    }
  return crc;
}

class PageEar implements Ear {
  /** What came since the last flag; undefined before the first one. */
  #inner: number[] | undefined;

  hear(bytes: Uint8Array): readonly HostRequest[] {
    const requests: HostRequest[] = [];
    for (const byte of bytes) {
      if (byte !== flag) {
        if (this.#inner !== undefined && this.#inner.length < wireBytesMax) this.#inner.push(byte);
        continue;
      }
      const request = this.#inner === undefined ? undefined : parsed(this.#inner);
      this.#inner = [];
      if (request !== undefined) requests.push(request);
    }
    return requests;
  }

  quiet(): void {
    this.#inner = undefined;
  }
}

function parsed(inner: readonly number[]): HostRequest | undefined {
  const plain: number[] = [];
  for (let at = 0; at < inner.length; at++) {
    const byte = inner[at] ?? 0;
    plain.push(byte === escape ? (inner[++at] ?? 0) ^ 0x20 : byte);
  }
  const bytes = Uint8Array.from(plain);
  if (bytes.length < 6 || new ByteReader(bytes.subarray(-2)).u16() !== crcCcitt(bytes.subarray(0, -2))) return undefined;
  const address = bcdDigits(bytes.subarray(0, 2));
  if (address === undefined) return undefined;
  return { address: Number(address), sequence: bytes[2] ?? 0, command: bytes[3] ?? 0, body: bytes.slice(4, -2) };
}

function frame({ address, sequence, command, body }: HostRequest, wrongCheck: boolean): Uint8Array {
  const inner = new ByteWriter(6 + body.length)
    .put(bcdBytes(String(address).padStart(4, '0')))
    .u8(sequence)
    .u8(command)
    .put(body);
  inner.u16(crcCcitt(inner.bytes.subarray(0, -2)) ^ (wrongCheck ? 0x0100 : 0));
  const escaped = [...inner.bytes].flatMap((byte) => (byte === flag || byte === escape ? [escape, byte ^ 0x20] : [byte]));
  return Uint8Array.of(flag, ...escaped, flag);
}

type Answer = ReturnType<PosModel['answer']>;

const lengths: Readonly<Record<number, number>> = { 0x21: 0, 0x22: 0, 0x23: 3, 0x24: 1, 0x25: 4, 0x26: 0 };

function answer(face: PosFace, { command, body }: HostRequest, now: EpochMs): Answer {
  const told = (status: number, rest: Uint8Array): Answer => ({ command: command | 0x80, body: Uint8Array.of(status, ...rest) });
  if (lengths[command] === undefined) return told(1, new Uint8Array());
  if (lengths[command] !== body.length) return told(2, new Uint8Array());
  const rest = carriedOut(face, command, new ByteReader(body), now);
  return rest === undefined ? told(3, new Uint8Array()) : told(0, rest);
}

/** Undefined: a value is out of range. */
function carriedOut(face: PosFace, command: number, body: ByteReader, now: EpochMs): Uint8Array | undefined {
  switch (command) {
    case 0x21:
      return status(face, now);
    case 0x22:
      return totals(face);
    case 0x23:
      return page(face, body.u16(), body.u8());
    case 0x24:
      return collected(face, body.u8());
    case 0x25:
      return again(face, Number(bcdDigits(body.take(3)) ?? -1), body.u8());
    default:
      return identity(face);
  }
}

function status(face: PosFace, now: EpochMs): Uint8Array {
  const { store } = face;
  const at = face.clock(now);
  return new ByteWriter(22)
    .u32(at === undefined ? 0 : Math.floor(at / 1_000))
    .u8((face.sellingOffline ? 1 : 0) | (face.coverOpen ? 0x10 : 0))
    .u16(store.held)
    .u16(store.room)
    .put(bcdBytes(String(store.newestNo).padStart(6, '0')))
    .u8(store.life & 0xff)
    .u16(face.bootCounter)
    .put(bcdBytes(String(face.blacklistVersion).padStart(8, '0')))
    .put(bcdBytes(String(face.parameterVersion).padStart(6, '0'))).bytes;
}

const totals = ({ store }: PosFace): Uint8Array =>
  new ByteWriter(16)
    .u32(store.collected.records)
    .u32(store.collected.fen)
    .u32(store.uncollected.records)
    .u32(store.uncollected.fen).bytes;

function page({ store }: PosFace, offset: number, count: number): Uint8Array | undefined {
  if (count < 1 || count > pageMax) return undefined;
  const found = Array.from({ length: count }, (_, at) => store.waiting(offset + at)).filter((raw) => raw !== undefined);
  const more = store.held > offset + found.length ? 1 : 0;
  return Uint8Array.of(more, ...found.flatMap((raw) => [...raw]));
}

function collected({ store }: PosFace, count: number): Uint8Array | undefined {
  if (count < 1 || count > store.held) return undefined;
  store.collect(count);
  return Uint8Array.of(count);
}

function again({ store }: PosFace, from: number, count: number): Uint8Array | undefined {
  if (from < 1 || count < 1 || count > pageMax) return undefined;
  const found: number[] = [];
  for (let no = from; no < from + count; no++) {
    const raw = store.byNumber(no);
    if (raw === undefined) break;
    found.push(...raw);
  }
  return Uint8Array.from(found);
}

const identity = (face: PosFace): Uint8Array =>
  new ByteWriter(18)
    .put(Uint8Array.from('PP32      ', (letter) => letter.charCodeAt(0)))
    .u8(0x01)
    .u8(0x07)
    .put(bcdBytes(face.serial)).bytes;

const marks: Readonly<Partial<Record<Written['kind'], string>>> = { consume: 'S', reversal: 'V', recharge: 'D' };

function record(written: Written): Uint8Array {
  const bytes = new ByteWriter(recordBytes)
    .put(bcdBytes(String(written.recordNo).padStart(6, '0')))
    .u8((marks[written.kind] ?? '?').charCodeAt(0))
    .put(bcdBytes(written.card.padStart(16, '0')))
    .u16(written.cardCounter & 0xffff)
    .u32(written.at === undefined ? 0 : Math.floor(written.at / 1_000))
    .put(bcdBytes(String(written.amountFen).padStart(6, '0')))
    .u32(written.beforeFen)
    .u32(written.afterFen)
    .u8(1);
  return bytes.u16(crcCcitt(bytes.bytes.subarray(0, 30))).bytes;
}

export const pagePos: PosModel = {
  name: 'page-pos',
  shape: { capacity: 500, spare: 0, lastNo: 999_999 },
  confirmCommand: 0x24,
  ear: () => new PageEar(),
  answer,
  frame,
  record,
};
