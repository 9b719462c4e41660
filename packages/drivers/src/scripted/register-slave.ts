/** A Modbus slave for tests of this package: registers in a map, FC 03, 04, 06 and 16. Its frames are built by hand, not by the codec under test. */
import { ByteReader, crc16Modbus } from '@cardwatch/kernel';

export type Registers = Map<number, number>;

export interface RegisterSlave {
  readonly unit: number;
  readonly holding: Registers;
  readonly input: Registers;
  /** Most registers of one read; more answers exception 03. */
  readonly maxRead?: number;
  /** Called before a write is taken; a code refuses it. */
  readonly onWrite?: (address: number, value: number) => number | undefined;
}

/** PDU that answers a PDU. */
export function answerPdu(slave: RegisterSlave, pdu: Uint8Array): Uint8Array {
  const reader = new ByteReader(pdu);
  const fc = reader.u8();
  const address = reader.u16();
  const second = reader.u16();
  switch (fc) {
    case 3:
    case 4:
      return readRegisters(slave, { fc, address, quantity: second });
    case 6:
      return writeRegisters(slave, pdu.subarray(0, 5), address, [second]);
    case 16: {
      reader.skip(1);
      const values = Array.from({ length: second }, () => reader.u16());
      return writeRegisters(slave, pdu.subarray(0, 5), address, values);
    }
    default:
      return exception(fc, 1);
  }
}

const exception = (fc: number, code: number): Uint8Array => Uint8Array.of(fc | 0x80, code);

function readRegisters(
  slave: RegisterSlave,
  { fc, address, quantity }: { readonly fc: number; readonly address: number; readonly quantity: number },
): Uint8Array {
  if (quantity < 1 || quantity > (slave.maxRead ?? 125)) return exception(fc, 3);
  const table = fc === 3 ? slave.holding : slave.input;
  const reply = [fc, 2 * quantity];
  for (let at = address; at < address + quantity; at++) {
    const value = table.get(at);
    if (value === undefined) return exception(fc, 2);
    reply.push(value >> 8, value & 0xff);
  }
  return Uint8Array.from(reply);
}

function writeRegisters(slave: RegisterSlave, head: Uint8Array, address: number, values: readonly number[]): Uint8Array {
  const fc = head[0] ?? 0;
  for (const [offset, value] of values.entries()) {
    if (!slave.holding.has(address + offset)) return exception(fc, 2);
    const refused = slave.onWrite?.(address + offset, value);
    if (refused !== undefined) return exception(fc, refused);
    slave.holding.set(address + offset, value);
  }
  return head.slice();
}

export function withCrc(unit: number, pdu: Uint8Array): Uint8Array {
  const body = Uint8Array.of(unit, ...pdu);
  const crc = crc16Modbus(body);
  return Uint8Array.of(...body, crc & 0xff, crc >> 8);
}

/** RTU frame that answers an RTU frame; undefined when it is for another unit or damaged. */
export function answerRtu(slave: RegisterSlave, frame: Uint8Array): Uint8Array | undefined {
  const pdu = frame.subarray(1, frame.length - 2);
  const sound = withCrc(frame[0] ?? 0, pdu).every((byte, index) => byte === frame[index]);
  return frame.length >= 5 && sound && frame[0] === slave.unit ? withCrc(slave.unit, answerPdu(slave, pdu)) : undefined;
}

/** MBAP frame that answers an MBAP frame of this slave's unit. */
export function answerMbap(slave: RegisterSlave, frame: Uint8Array): Uint8Array | undefined {
  if (frame[6] !== slave.unit) return undefined;
  const pdu = answerPdu(slave, frame.subarray(7));
  return Uint8Array.of(frame[0] ?? 0, frame[1] ?? 0, 0, 0, 0, pdu.length + 1, slave.unit, ...pdu);
}

/** Writes numbers of 16 bits from an address on; a 32-bit value is given as two of them. */
export function put(registers: Registers, address: number, ...values: readonly number[]): void {
  for (const [offset, value] of values.entries()) registers.set(address + offset, value & 0xffff);
}
