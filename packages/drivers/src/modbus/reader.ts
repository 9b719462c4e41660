import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure } from '../contract.ts';
import { worthRepeating } from '../failure.ts';
import { type FileGroup, type ModbusReply, type ModbusRequest, malformed } from './pdu.core.ts';
import type { ModbusTransport } from './transport.ts';

export interface RegisterRange {
  readonly table: 'holding' | 'input';
  readonly address: number;
  readonly quantity: number;
}

/**
 * Reads and writes of one device. A read that was lost or damaged is repeated, unless the device was silent before: a dead device costs
 * its line one time-out a task. A write is never repeated.
 */
export class Reader {
  readonly #transport: ModbusTransport;
  readonly #retries: number;
  #silent = false;
  /** Of the last reply, ms. */
  rttMs = 0;

  constructor(transport: ModbusTransport, retries: number) {
    this.#transport = transport;
    this.#retries = retries;
  }

  /** Contents of the registers, high byte of each first. */
  async registers(range: RegisterRange, signal: AbortSignal): Promise<Result<Uint8Array, DriverFailure>> {
    const fc = range.table === 'holding' ? 3 : 4;
    const read = await this.#read({ fc, address: range.address, quantity: range.quantity }, signal);
    return read.ok ? bytesIn(read.value) : read;
  }

  /** FC 20, one run of registers a group. The reply names neither file nor record: only one question at a time is out. */
  async fileRecords(groups: readonly FileGroup[], signal: AbortSignal): Promise<Result<readonly Uint8Array[], DriverFailure>> {
    const read = await this.#read({ fc: 20, groups }, signal);
    if (!read.ok) return read;
    return 'groups' in read.value ? ok(read.value.groups) : err(malformed('no file records in the reply', new Uint8Array()));
  }

  /** FC 24: what stands in a FIFO, which stays there. */
  async fifo(address: number, signal: AbortSignal): Promise<Result<Uint8Array, DriverFailure>> {
    const read = await this.#read({ fc: 24, address }, signal);
    return read.ok ? bytesIn(read.value) : read;
  }

  async #read(request: ModbusRequest, signal: AbortSignal): Promise<Result<ModbusReply, DriverFailure>> {
    for (let attempt = 0; ; attempt++) {
      const reply = await this.#transport.exchange(request, signal);
      if (reply.ok) {
        this.rttMs = reply.value.rttMs;
        this.#silent = false;
        return ok(reply.value.value);
      }
      if (!this.#silent && attempt < this.#retries && worthRepeating(reply.error)) continue;
      this.#silent = reply.error.kind === 'timeout';
      return err(reply.error);
    }
  }

  /** FC 16 of one value of two registers. Like every write it is sent once. */
  async writeDouble(address: number, value: number, signal: AbortSignal): Promise<Result<void, DriverFailure>> {
    const reply = await this.#transport.exchange({ fc: 16, address, values: [value >>> 16, value & 0xffff] }, signal);
    return reply.ok ? ok(undefined) : err(reply.error);
  }

  /** FC 06. A missing reply does not tell whether the device took the value: read it back. */
  async writeRegister(address: number, value: number, signal: AbortSignal): Promise<Result<void, DriverFailure>> {
    const reply = await this.#transport.exchange({ fc: 6, address, value }, signal);
    return reply.ok ? ok(undefined) : err(reply.error);
  }
}

const bytesIn = (reply: ModbusReply): Result<Uint8Array, DriverFailure> =>
  'bytes' in reply ? ok(reply.bytes) : err(malformed('no registers in the reply', new Uint8Array()));
