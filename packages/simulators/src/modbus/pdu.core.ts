import { ByteReader, ByteWriter } from '@cardwatch/kernel';
import type { Moment } from '../device/moment.ts';

export type WriteOutcome = 'written' | 'noSuchAddress' | 'badValue';

/** The register face of one slave. Addresses are zero-based; every value is a u16. */
export interface Registers {
  /** Most registers in one read by this function; undefined when the slave does not know the function. */
  readMax(functionCode: 3 | 4): number | undefined;
  /** Undefined when any address of the block is not listed. */
  read(functionCode: 3 | 4, address: number, count: number, at: Moment): readonly number[] | undefined;
  /** Whether FC 06 or FC 16 exists at all. */
  writes(functionCode: 6 | 16): boolean;
  write(functionCode: 6 | 16, address: number, values: readonly number[], at: Moment): WriteOutcome;
}

export const exceptionCodes = { illegalFunction: 1, illegalAddress: 2, illegalValue: 3, targetSilent: 0x0b } as const;

/** Most registers of one FC 16, Modbus application protocol V1.1b3 section 6.12. */
export const writeManyMax = 123;

/** Answer of a slave to one request PDU (function code first), exceptions 01, 02, 03 included. V1.1b3 sections 6 and 7. */
export function answerPdu(slave: Registers, request: Uint8Array, at: Moment): Uint8Array {
  const functionCode = request[0] ?? 0;
  switch (functionCode) {
    case 3:
    case 4:
      return answerRead(slave, functionCode, request, at);
    case 6:
      return answerWriteOne(slave, request, at);
    case 16:
      return answerWriteMany(slave, request, at);
    default:
      return exceptionPdu(functionCode, exceptionCodes.illegalFunction);
  }
}

export const exceptionPdu = (functionCode: number, code: number): Uint8Array => Uint8Array.of((functionCode | 0x80) & 0xff, code);

function answerRead(slave: Registers, functionCode: 3 | 4, request: Uint8Array, at: Moment): Uint8Array {
  const max = slave.readMax(functionCode);
  if (max === undefined) return exceptionPdu(functionCode, exceptionCodes.illegalFunction);
  if (request.byteLength !== 5) return exceptionPdu(functionCode, exceptionCodes.illegalValue);
  const reader = new ByteReader(request);
  reader.skip(1);
  const address = reader.u16();
  const count = reader.u16();
  if (count < 1 || count > max) return exceptionPdu(functionCode, exceptionCodes.illegalValue);
  const values = address + count > 0x1_0000 ? undefined : slave.read(functionCode, address, count, at);
  if (values === undefined) return exceptionPdu(functionCode, exceptionCodes.illegalAddress);
  const reply = new ByteWriter(2 + 2 * count).u8(functionCode).u8(2 * count);
  for (const value of values) reply.u16(value);
  return reply.bytes;
}

function answerWriteOne(slave: Registers, request: Uint8Array, at: Moment): Uint8Array {
  if (!slave.writes(6)) return exceptionPdu(6, exceptionCodes.illegalFunction);
  if (request.byteLength !== 5) return exceptionPdu(6, exceptionCodes.illegalValue);
  const reader = new ByteReader(request);
  reader.skip(1);
  const outcome = slave.write(6, reader.u16(), [reader.u16()], at);
  return outcome === 'written' ? request.slice() : refusal(6, outcome);
}

function answerWriteMany(slave: Registers, request: Uint8Array, at: Moment): Uint8Array {
  if (!slave.writes(16)) return exceptionPdu(16, exceptionCodes.illegalFunction);
  if (request.byteLength < 8) return exceptionPdu(16, exceptionCodes.illegalValue);
  const reader = new ByteReader(request);
  reader.skip(1);
  const address = reader.u16();
  const count = reader.u16();
  const byteCount = reader.u8();
  const lengthsAgree = byteCount === 2 * count && reader.remaining === byteCount;
  if (count < 1 || count > writeManyMax || !lengthsAgree) return exceptionPdu(16, exceptionCodes.illegalValue);
  if (address + count > 0x1_0000) return exceptionPdu(16, exceptionCodes.illegalAddress);
  const values = Array.from({ length: count }, () => reader.u16());
  const outcome = slave.write(16, address, values, at);
  return outcome === 'written' ? request.slice(0, 5) : refusal(16, outcome);
}

const refusal = (functionCode: number, outcome: Exclude<WriteOutcome, 'written'>): Uint8Array =>
  exceptionPdu(functionCode, outcome === 'noSuchAddress' ? exceptionCodes.illegalAddress : exceptionCodes.illegalValue);
