import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure } from '../contract.ts';
import { malformed } from './pdu.core.ts';
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
    for (let attempt = 0; ; attempt++) {
      const reply = await this.#transport.exchange({ fc, address: range.address, quantity: range.quantity }, signal);
      if (reply.ok) {
        this.rttMs = reply.value.rttMs;
        this.#silent = false;
        const { value } = reply.value;
        return 'bytes' in value ? ok(value.bytes) : err(malformed('no registers in the reply', new Uint8Array()));
      }
      if (!this.#silent && attempt < this.#retries && worthRepeating(reply.error)) continue;
      this.#silent = reply.error.kind === 'timeout';
      return err(reply.error);
    }
  }

  /** FC 06. A missing reply does not tell whether the device took the value: read it back. */
  async writeRegister(address: number, value: number, signal: AbortSignal): Promise<Result<void, DriverFailure>> {
    const reply = await this.#transport.exchange({ fc: 6, address, value }, signal);
    return reply.ok ? ok(undefined) : err(reply.error);
  }
}

const worthRepeating = ({ kind }: DriverFailure): boolean => kind === 'timeout' || kind === 'malformed';
