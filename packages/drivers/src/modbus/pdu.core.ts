/**
 * Modbus PDUs (MODBUS Application Protocol V1.1b3): function codes 03 (6.3), 04 (6.4), 06 (6.6), 16 (6.12), 20 = 0x14 (6.14),
 * 24 = 0x18 (6.18) and exceptions (7). A PDU is function code + data, at most 253 bytes (4.1); all numbers are big-endian (4.2).
 */
import { ByteReader, ByteWriter, type Result, assert, err, ok, toHex } from '@cardwatch/kernel';
import type { DriverFailure } from '../contract.ts';

export const limits = {
  pduBytesMax: 253,
  readRegistersMax: 125,
  writeRegistersMax: 123,
  /** Data bytes of an FC 20 reply. */
  fileReplyBytesMax: 245,
  fifoRegistersMax: 31,
} as const;

/** A run of registers of one file (6.14): reference type is always 6, `record` is the first register, 0 to 9999. */
export interface FileGroup {
  readonly file: number;
  readonly record: number;
  readonly registers: number;
}

export type ModbusRequest =
  | { readonly fc: 3 | 4; readonly address: number; readonly quantity: number }
  | { readonly fc: 6; readonly address: number; readonly value: number }
  | { readonly fc: 16; readonly address: number; readonly values: readonly number[] }
  | { readonly fc: 20; readonly groups: readonly FileGroup[] }
  | { readonly fc: 24; readonly address: number };

/** Register contents stand as bytes, high byte of each register first, as they came. */
export type ModbusReply =
  | { readonly fc: 3 | 4 | 24; readonly bytes: Uint8Array }
  | { readonly fc: 6 | 16 }
  | { readonly fc: 20; readonly groups: readonly Uint8Array[] };

/** PDU of a request. Asserts the limits of the standard: a profile that breaks them was refused by its schema. */
export function encodeRequest(request: ModbusRequest): Uint8Array {
  switch (request.fc) {
    case 3:
    case 4:
      assert(request.quantity >= 1 && request.quantity <= limits.readRegistersMax, `1 to 125 registers: ${request.quantity}`);
      return new ByteWriter(5).u8(request.fc).u16(request.address).u16(request.quantity).bytes;
    case 6:
      return new ByteWriter(5).u8(6).u16(request.address).u16(request.value).bytes;
    case 16:
      return encodeWriteMany(request.address, request.values);
    case 20:
      return encodeFileRead(request.groups);
    case 24:
      return new ByteWriter(3).u8(24).u16(request.address).bytes;
  }
}

function encodeWriteMany(address: number, values: readonly number[]): Uint8Array {
  assert(values.length >= 1 && values.length <= limits.writeRegistersMax, `1 to 123 registers: ${values.length}`);
  const writer = new ByteWriter(6 + 2 * values.length);
  writer
    .u8(16)
    .u16(address)
    .u16(values.length)
    .u8(2 * values.length);
  for (const value of values) writer.u16(value);
  return writer.bytes;
}

function encodeFileRead(groups: readonly FileGroup[]): Uint8Array {
  assert(groups.length >= 1 && groups.length <= 35, `1 to 35 groups: ${groups.length}`);
  assert(fileReplyBytes(groups) <= limits.fileReplyBytesMax, 'file reply above 245 bytes');
  const writer = new ByteWriter(2 + 7 * groups.length);
  writer.u8(20).u8(7 * groups.length);
  for (const group of groups) writer.u8(6).u16(group.file).u16(group.record).u16(group.registers);
  return writer.bytes;
}

/** Data length of the reply to an FC 20 request: per group a length byte, the reference type and the registers. */
export const fileReplyBytes = (groups: readonly FileGroup[]): number =>
  groups.reduce((sum, group) => sum + 2 + 2 * group.registers, 0);

const exceptionNames: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'server device failure',
  5: 'acknowledge',
  6: 'server device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target device failed to respond',
};

/** What an exception code says (7); 10 and 11 come from a gateway and count against the device behind it. */
export const exceptionName = (code: number): string => exceptionNames[code] ?? `exception ${code}`;

/** At most the first 16 bytes: enough to tell what it was, too little to hold a card number. */
export const frameHead = (bytes: Uint8Array): string => toHex(bytes.subarray(0, 16));

export function malformed(detail: string, frame: Uint8Array): DriverFailure {
  return { kind: 'malformed', detail, frameHex: frameHead(frame) };
}

/** Reads the reply to exactly this request. `refused` for an exception, `malformed` for anything that does not answer it. */
export function parseReply(request: ModbusRequest, pdu: Uint8Array): Result<ModbusReply, DriverFailure> {
  if (pdu.length < 2 || pdu.length > limits.pduBytesMax) return err(malformed(`PDU of ${pdu.length} bytes`, pdu));
  const reader = new ByteReader(pdu);
  const fc = reader.u8();
  if (fc === (request.fc | 0x80)) return parseException(pdu);
  if (fc !== request.fc) return err(malformed(`function ${fc} answers ${request.fc}`, pdu));
  switch (request.fc) {
    case 3:
    case 4:
      return parseRegisters(request.fc, request.quantity, pdu);
    case 6:
    case 16:
      return parseWritten(request, pdu);
    case 20:
      return parseFileReply(request.groups, pdu);
    case 24:
      return parseFifo(pdu);
  }
}

function parseException(pdu: Uint8Array): Result<ModbusReply, DriverFailure> {
  if (pdu.length !== 2) return err(malformed(`exception of ${pdu.length} bytes`, pdu));
  const deviceCode = new ByteReader(pdu.subarray(1)).u8();
  return err({ kind: 'refused', deviceCode, detail: exceptionName(deviceCode) });
}

function parseRegisters(fc: 3 | 4, quantity: number, pdu: Uint8Array): Result<ModbusReply, DriverFailure> {
  const reader = new ByteReader(pdu);
  reader.skip(1);
  const count = reader.u8();
  if (count !== 2 * quantity) return err(malformed(`byte count ${count}, asked for ${2 * quantity}`, pdu));
  if (reader.remaining !== count) return err(malformed(`byte count ${count}, ${reader.remaining} bytes follow`, pdu));
  return ok({ fc, bytes: reader.take(count).slice() });
}

function parseWritten(request: Extract<ModbusRequest, { fc: 6 | 16 }>, pdu: Uint8Array): Result<ModbusReply, DriverFailure> {
  if (pdu.length !== 5) return err(malformed(`write reply of ${pdu.length} bytes`, pdu));
  const reader = new ByteReader(pdu);
  reader.skip(1);
  const address = reader.u16();
  const second = reader.u16();
  const expected = request.fc === 6 ? request.value : request.values.length;
  if (address !== request.address || second !== expected) return err(malformed('write reply repeats another write', pdu));
  return ok({ fc: request.fc });
}

function parseFileReply(groups: readonly FileGroup[], pdu: Uint8Array): Result<ModbusReply, DriverFailure> {
  const reader = new ByteReader(pdu);
  reader.skip(1);
  const count = reader.u8();
  if (count !== fileReplyBytes(groups) || reader.remaining !== count)
    return err(malformed(`file reply of ${reader.remaining} bytes, count ${count}`, pdu));
  const parts: Uint8Array[] = [];
  for (const group of groups) {
    const length = reader.u8();
    const referenceType = reader.u8();
    if (length !== 1 + 2 * group.registers || referenceType !== 6) return err(malformed('file group of another shape', pdu));
    parts.push(reader.take(2 * group.registers).slice());
  }
  return ok({ fc: 20, groups: parts });
}

function parseFifo(pdu: Uint8Array): Result<ModbusReply, DriverFailure> {
  const reader = new ByteReader(pdu);
  reader.skip(1);
  if (reader.remaining < 4) return err(malformed(`FIFO reply of ${pdu.length} bytes`, pdu));
  const byteCount = reader.u16();
  const count = reader.u16();
  if (count > limits.fifoRegistersMax) return err(malformed(`FIFO count ${count} above 31`, pdu));
  if (byteCount !== 2 + 2 * count || reader.remaining !== 2 * count)
    return err(malformed(`FIFO byte count ${byteCount}, count ${count}`, pdu));
  return ok({ fc: 24, bytes: reader.take(2 * count).slice() });
}
