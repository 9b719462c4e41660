import type { RecordKind } from '@cardwatch/contracts';
import { bcdBytes, bcdDigits, ByteReader, ByteWriter, type CivilTime, crc16Modbus } from '@cardwatch/kernel';

/** Kinds that a ring-shower controller writes, by their mark byte: data sheet, section Records. */
export const markOfKind = { waterHold: 0xf1, waterContinue: 0xf2, waterRelease: 0xf3, reversal: 0xfe } as const satisfies Partial<
  Record<RecordKind, number>
>;
export type WaterKind = keyof typeof markOfKind;
export const waterKinds = Object.keys(markOfKind) as readonly WaterKind[];

export const recordBytes = 48;
export const recordWords = 24;
export const waterPurse = 3;

export interface WaterRecord {
  readonly recordNo: number;
  readonly kind: WaterKind;
  readonly session: number;
  readonly card: string;
  readonly counter: number;
  /** Undefined: the clock was never set, six zero bytes. */
  readonly clock: CivilTime | undefined;
  readonly balanceBeforeFen: number;
  readonly balanceAfterFen: number;
  readonly amountFen: number;
  /** 0.1 L since the previous record of the session. */
  readonly waterDl: number;
  readonly seconds: number;
  readonly batch: number;
  readonly samCounter: number;
}

/** The 48 bytes of the data sheet, section Records. */
export function encodeRecord(record: WaterRecord): Uint8Array {
  const writer = new ByteWriter(recordBytes)
    .u32(record.recordNo)
    .u8(markOfKind[record.kind])
    .u8(waterPurse)
    .u16(record.session)
    .put(bcdBytes(record.card))
    .u16(record.counter)
    .put(clockBytes(record.clock))
    .u32(record.balanceBeforeFen >>> 0)
    .u32(record.balanceAfterFen >>> 0)
    .u32(record.amountFen)
    .u16(Math.min(record.waterDl, 0xffff))
    .u16(Math.min(record.seconds, 0xffff))
    .u16(record.batch)
    .u32(record.samCounter);
  return writer.u16(crc16Modbus(writer.bytes.subarray(0, 46))).bytes;
}

/** `yy MM dd hh mm ss` in BCD. */
export function clockBytes(clock: CivilTime | undefined): Uint8Array {
  if (clock === undefined) return new Uint8Array(6);
  const { year, month, day, hour, minute, second } = clock;
  return bcdBytes([year % 100, month, day, hour, minute, second].map((part) => String(part).padStart(2, '0')).join(''));
}

/** What the truth and a restart need of a record that this package wrote itself. Throws on a mark that it never writes. */
export function readBack(raw: Uint8Array): {
  readonly recordNo: number;
  readonly kind: WaterKind;
  readonly session: number;
  readonly card: string;
  readonly counter: number;
  readonly balanceAfterFen: number;
  readonly amountFen: number;
  readonly waterDl: number;
  readonly samCounter: number;
} {
  const reader = new ByteReader(raw);
  const recordNo = reader.u32();
  const kind = kindOfMark(reader.u8());
  reader.skip(1);
  const session = reader.u16();
  const card = bcdDigits(reader.take(8)) ?? '';
  const counter = reader.u16();
  reader.skip(10);
  const balanceAfterFen = reader.u32() | 0;
  const amountFen = reader.u32();
  const waterDl = reader.u16();
  reader.skip(4);
  return { recordNo, kind, session, card, counter, balanceAfterFen, amountFen, waterDl, samCounter: reader.u32() };
}

function kindOfMark(mark: number): WaterKind {
  const kind = waterKinds.find((candidate) => markOfKind[candidate] === mark);
  if (kind === undefined) throw new RangeError(`mark 0x${mark.toString(16)} is none of ours`);
  return kind;
}
