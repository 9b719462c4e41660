import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo } from '../contract.ts';
import { worthRepeating } from '../failure.ts';
import type { Line } from '../line/line.ts';
import type { LineSettings, Reply } from '../line/transaction.ts';
import type { Dlt645Connection } from './connection.ts';
import { type Dlt645Request, contentOf, encodeRequest, replyMatcher } from './exchange.core.ts';
import { type Dlt645Frame, addressText, controls, dlt645Limits, follows, wireAddress } from './frame.core.ts';
import type { Dlt645Profile } from './model.ts';

/** A block that goes on for longer is not what a profile asked for. */
export const blockLimits = { frames: 16, bytes: 2_048 } as const;

export interface Block {
  readonly content: Uint8Array;
  readonly rttMs: number;
}

/** One DL/T 645 meter on its line. Reads only. */
export class Meter {
  readonly #line: Line;
  readonly #connection: Dlt645Connection;
  readonly #profile: Dlt645Profile;
  readonly #settings: LineSettings;
  readonly #io: DriverIo;
  readonly #closed: AbortSignal;
  readonly #address: Uint8Array;
  #silent = false;

  constructor(
    parts: { readonly line: Line; readonly settings: LineSettings; readonly io: DriverIo; readonly closed: AbortSignal },
    connection: Dlt645Connection,
    profile: Dlt645Profile,
  ) {
    this.#line = parts.line;
    this.#settings = parts.settings;
    this.#io = parts.io;
    this.#closed = parts.closed;
    this.#connection = connection;
    this.#profile = profile;
    this.#address = wireAddress(connection.address);
  }

  /** All data of an identifier, follow-up frames included: 11, then 12 with a number from 1 on as long as the reply says that more follows. */
  async block(di: number, signal: AbortSignal): Promise<Result<Block, DriverFailure>> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for (let sequence = 0; sequence < blockLimits.frames; sequence++) {
      const control = sequence === 0 ? controls.read : controls.readFollowing;
      const request = { address: this.#address, control, di, sequence: sequence === 0 ? undefined : sequence };
      const reply = await this.#read(request, signal);
      if (!reply.ok) return reply;
      const content = contentOf(request, reply.value.value);
      if (!content.ok) return content;
      parts.push(content.value);
      bytes += content.value.length;
      if (bytes > blockLimits.bytes) break;
      if (!follows(reply.value.value.control))
        return ok({ content: Uint8Array.from(parts.flatMap((part) => [...part])), rttMs: reply.value.rttMs });
    }
    return err({
      kind: 'malformed',
      detail: `more than ${blockLimits.frames} frames or ${blockLimits.bytes} bytes follow`,
      frameHex: '',
    });
  }

  /** The communication address that the meter gives (13). */
  async address(signal: AbortSignal): Promise<Result<string, DriverFailure>> {
    const request = { address: this.#address, control: controls.readAddress, di: undefined, sequence: undefined };
    const reply = await this.#read(request, signal);
    if (!reply.ok) return reply;
    const content = contentOf(request, reply.value.value);
    if (!content.ok) return content;
    return ok(addressText(content.value.length === 6 ? content.value : reply.value.value.address));
  }

  async #read(request: Dlt645Request, signal: AbortSignal): Promise<Result<Reply<Dlt645Frame>, DriverFailure>> {
    for (let attempt = 0; ; attempt++) {
      const reply = await this.#exchange(request, signal);
      if (reply.ok) {
        this.#silent = false;
        return reply;
      }
      if (!this.#silent && attempt < this.#connection.retries && worthRepeating(reply.error)) continue;
      this.#silent = reply.error.kind === 'timeout';
      return reply;
    }
  }

  #exchange(request: Dlt645Request, signal: AbortSignal): Promise<Result<Reply<Dlt645Frame>, DriverFailure>> {
    const { replyTimeoutMs, deadlineMs, address } = this.#connection;
    const bytes = encodeRequest(request, this.#profile.preamble);
    const replyBytesMax = dlt645Limits.preambleMax + dlt645Limits.overheadBytes + this.#longest(request);
    const wireMs = (bytes.length + replyBytesMax) * this.#settings.charMs;
    const transaction = {
      settings: this.#settings,
      station: `dlt645:${address}`,
      request: bytes,
      replyBytesMax,
      match: replyMatcher(request),
      replyTimeoutMs,
      deadlineMs: Math.max(deadlineMs, wireMs + 2 * replyTimeoutMs + 500),
      restMs: replyTimeoutMs,
      trace: () => this.#io.trace,
    };
    return this.#line.run(transaction, AbortSignal.any([signal, this.#closed]));
  }

  /** Data bytes that a reply may have: what the profile takes from the block and room for what stands behind it, so that a dead meter is not waited for in vain. */
  #longest({ di }: Dlt645Request): number {
    if (di === undefined) return 6;
    const ends = this.#profile.points.flatMap(({ read }) => (read.di === di ? [read.at + read.bytes] : []));
    return Math.min(dlt645Limits.dataBytesMax, 4 + 1 + Math.max(16, ...ends));
  }
}
