/** A Modbus RTU slave that shares the line with meters: a few registers in a map. */
import { crc16Modbus } from '@cardwatch/kernel';
import { rtuBytes } from '../modbus/rtu.core.ts';
import type { Rate, WireSlave } from './slave.ts';

export class ModbusSlave implements WireSlave {
  readonly deviceId: string;
  readonly rate: Rate;
  readonly thinkMs = 6;
  readonly #unit: number;
  readonly #registers: ReadonlyMap<number, number>;

  constructor(identity: {
    readonly deviceId: string;
    readonly unit: number;
    readonly rate: Rate;
    readonly registers: ReadonlyMap<number, number>;
  }) {
    this.deviceId = identity.deviceId;
    this.rate = identity.rate;
    this.#unit = identity.unit;
    this.#registers = identity.registers;
  }

  /** FC 03 and nothing else: requests of 8 bytes. */
  answer(heard: Uint8Array): Uint8Array | undefined {
    for (let start = 0; start + 8 <= heard.length; start++) {
      const frame = heard.subarray(start, start + 8);
      const crc = crc16Modbus(frame.subarray(0, 6));
      if (frame[0] === this.#unit && frame[6] === (crc & 0xff) && frame[7] === crc >> 8) return this.#reply(frame);
    }
    return undefined;
  }

  readdressed(reply: Uint8Array): Uint8Array {
    return rtuBytes((this.#unit % 247) + 1, reply.subarray(1, -2));
  }

  fault(): boolean {
    return false;
  }

  snapshot(): undefined {
    return undefined;
  }

  #reply(frame: Uint8Array): Uint8Array {
    const [, fc = 0, high = 0, low = 0, , count = 0] = frame;
    if (fc !== 3) return rtuBytes(this.#unit, Uint8Array.of(fc | 0x80, 1));
    const values = Array.from({ length: count }, (_, offset) => this.#registers.get(high * 256 + low + offset));
    if (count < 1 || count > 125 || values.some((value) => value === undefined))
      return rtuBytes(this.#unit, Uint8Array.of(0x83, 2));
    return rtuBytes(this.#unit, Uint8Array.from([3, 2 * count, ...values.flatMap((value = 0) => [value >> 8, value & 0xff])]));
  }
}
