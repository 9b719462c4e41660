import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, RawEvent } from '../contract.ts';
import { type QueuedEvent, eventsOf, stillHolds } from './fifo.core.ts';
import { limits, malformed } from './pdu.core.ts';
import type { Reader } from './reader.ts';
import type { EventQueue } from './store-model.ts';

export interface FifoRead {
  readonly events: readonly RawEvent[];
  readonly more: boolean;
  readonly confirm: ((signal: AbortSignal) => Promise<Result<void, DriverFailure>>) | undefined;
}

/** Events of a FIFO queue: read (FC 24), and removed by a write of their newest number once they are in our custody. */
export class Fifo {
  readonly #queue: EventQueue;
  readonly #reader: Reader;

  constructor(queue: EventQueue, reader: Reader) {
    this.#queue = queue;
    this.#reader = reader;
  }

  async collect(signal: AbortSignal): Promise<Result<FifoRead, DriverFailure>> {
    const read = await this.#events(signal);
    if (!read.ok) return read;
    const newest = read.value.at(-1);
    const full = (read.value.length + 1) * this.#queue.words > limits.fifoRegistersMax;
    return ok({
      events: read.value.map(({ event }) => event),
      more: full,
      confirm: newest === undefined ? undefined : (inner) => this.#remove(newest.eventNo, inner),
    });
  }

  /** The write goes out once; whether it was taken is read from the queue. Safe to call again. */
  async #remove(newest: number, signal: AbortSignal): Promise<Result<void, DriverFailure>> {
    const { acknowledge, eventNo } = this.#queue;
    const before = await this.#events(signal);
    if (!before.ok) return before;
    if (!stillHolds(before.value, newest)) return ok(undefined);
    const written =
      eventNo.as === 'u32'
        ? await this.#reader.writeDouble(acknowledge, newest, signal)
        : await this.#reader.writeRegister(acknowledge, newest, signal);
    if (!written.ok && written.error.kind !== 'timeout' && written.error.kind !== 'malformed') return written;
    const after = await this.#events(signal);
    if (!after.ok) return after;
    return stillHolds(after.value, newest)
      ? err(malformed(`event ${newest} still stands in the queue`, new Uint8Array()))
      : ok(undefined);
  }

  async #events(signal: AbortSignal): Promise<Result<readonly QueuedEvent[], DriverFailure>> {
    const bytes = await this.#reader.fifo(this.#queue.address, signal);
    if (!bytes.ok) return bytes;
    const events = eventsOf(this.#queue, bytes.value);
    return events.ok ? events : err(malformed(events.error, bytes.value));
  }
}
