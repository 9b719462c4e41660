import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo } from '../contract.ts';
import { worthRepeating } from '../failure.ts';
import type { Line } from '../line/line.ts';
import type { LineSettings, Reply } from '../line/transaction.ts';
import { type Cjt188Connection, wireAddress } from './connection.ts';
import { type Metering, di, meteringBytes, meteringOf } from './data.core.ts';
import { type Cjt188Request, controls, encodeRequest, payloadOf, replyMatcher } from './exchange.core.ts';
import { type Cjt188Frame, addressText, cjt188Limits } from './frame.core.ts';
import type { Cjt188Profile } from './model.ts';

export interface MeterRead {
  readonly metering: Metering;
  readonly rttMs: number;
}

/** One CJ/T 188 meter on its line: reads are repeated when they were lost, writes never. */
export class Meter {
  readonly line: Line;
  readonly #connection: Cjt188Connection;
  readonly #profile: Cjt188Profile;
  readonly #settings: LineSettings;
  readonly #io: DriverIo;
  readonly #closed: AbortSignal;
  #ser = 0;
  #silent = false;

  constructor(
    parts: { readonly line: Line; readonly settings: LineSettings; readonly io: DriverIo; readonly closed: AbortSignal },
    connection: Cjt188Connection,
    profile: Cjt188Profile,
  ) {
    this.line = parts.line;
    this.#settings = parts.settings;
    this.#io = parts.io;
    this.#closed = parts.closed;
    this.#connection = connection;
    this.#profile = profile;
  }

  /** 901F: volume, settlement volume, clock, status. */
  async metering(signal: AbortSignal): Promise<Result<MeterRead, DriverFailure>> {
    const reply = await this.#read(controls.read, di.metering, signal);
    if (!reply.ok) return reply;
    const payload = payloadOf(reply.value.value, meteringBytes);
    if (!payload.ok) return payload;
    const metering = meteringOf(payload.value);
    if (metering === undefined) return err({ kind: 'malformed', detail: 'no metering data', frameHex: '' });
    return ok({ metering, rttMs: reply.value.rttMs });
  }

  /** Address of the meter that answers under this connection's address, high byte first: it stands in the head of the reply. */
  async address(signal: AbortSignal): Promise<Result<string, DriverFailure>> {
    const reply = await this.#read(controls.readAddress, di.address, signal);
    if (!reply.ok) return reply;
    const payload = payloadOf(reply.value.value, undefined);
    return payload.ok ? ok(addressText(reply.value.value.address)) : payload;
  }

  /** A017, sent once. `ok` says only that the meter took it. */
  async driveValve(value: number, signal: AbortSignal): Promise<Result<void, DriverFailure>> {
    const control = this.#profile.valve?.control === '2A' ? controls.vendorValve : controls.write;
    const reply = await this.#exchange(control, di.valve, Uint8Array.of(value), signal);
    if (!reply.ok) return reply;
    const payload = payloadOf(reply.value.value, undefined);
    return payload.ok ? ok(undefined) : payload;
  }

  /** A dead meter costs its line one time-out a task: what was silent before is not asked twice. */
  async #read(control: number, id: number, signal: AbortSignal): Promise<Result<Reply<Cjt188Frame>, DriverFailure>> {
    for (let attempt = 0; ; attempt++) {
      const reply = await this.#exchange(control, id, new Uint8Array(), signal);
      if (reply.ok) {
        this.#silent = false;
        return reply;
      }
      if (!this.#silent && attempt < this.#connection.retries && worthRepeating(reply.error)) continue;
      this.#silent = reply.error.kind === 'timeout';
      return reply;
    }
  }

  #exchange(
    control: number,
    id: number,
    payload: Uint8Array,
    signal: AbortSignal,
  ): Promise<Result<Reply<Cjt188Frame>, DriverFailure>> {
    const { replyTimeoutMs, deadlineMs, address } = this.#connection;
    this.#ser = (this.#ser + 1) & 0xff;
    const request: Cjt188Request = {
      type: this.#profile.type,
      address: wireAddress(address, this.#profile.addressOrder),
      control,
      di: id,
      ser: this.#ser,
      payload,
    };
    const bytes = encodeRequest(request, this.#profile);
    const wireMs = (bytes.length + replyBytesMax) * this.#settings.charMs;
    const transaction = {
      settings: this.#settings,
      station: `cjt188:${address}`,
      request: bytes,
      replyBytesMax,
      match: replyMatcher(request, this.#profile),
      replyTimeoutMs,
      deadlineMs: Math.max(deadlineMs, wireMs + 2 * replyTimeoutMs + 500),
      restMs: replyTimeoutMs,
      trace: () => this.#io.trace,
    };
    return this.line.run(transaction, AbortSignal.any([signal, this.#closed]));
  }
}

/** Longest reply that is waited for: 901F of a heat meter with its preamble. */
const replyBytesMax = cjt188Limits.preambleMax + cjt188Limits.overheadBytes + 0x2e;
