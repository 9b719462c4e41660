/** What a relay makes of the bytes that it passed on. It answers nothing, and what it cannot read it counts. */
import type { DriverFailure } from '../contract.ts';
import { businessOf, isMoney, replyMti } from './business.core.ts';
import type { Desk } from './desk.ts';
import { Framer, openEnvelope } from './frame.core.ts';
import type { LinePort } from './hub.ts';
import { type Message, parseBody } from './message.core.ts';
import { keepPair, keepSign } from './relay-keep.ts';
import { traceHex } from './trace.core.ts';

/** Requests of one connection that wait for the host's reply; the oldest gives way. */
export const watchLimits = { pairs: 256 } as const;

export type Side = 'terminal' | 'host';

export class RelayWatch {
  readonly #port: LinePort;
  readonly #peer: string;
  readonly #framers: Readonly<Record<Side, Framer>> = { terminal: new Framer(), host: new Framer() };
  readonly #blind: Record<Side, boolean> = { terminal: false, host: false };
  readonly #asked = new Map<string, { readonly desk: Desk; readonly message: Message }>();
  #desk: Desk | undefined;

  constructor(port: LinePort, peer: string) {
    this.#port = port;
    this.#peer = peer;
  }

  hostUnreachable(failure: DriverFailure): void {
    this.#desk?.failed(failure);
  }

  heard(side: Side, bytes: Uint8Array): void {
    const { counters } = this.#port;
    if (this.#blind[side]) {
      counters.noiseBytes += bytes.length;
      return;
    }
    const framer = this.#framers[side];
    for (const frame of framer.feed(bytes)) {
      if (frame.bytes.length === 0) continue;
      if (!this.#take(side, frame.bytes)) return;
    }
    if (framer.broken !== undefined) this.#lose(side, framer.broken.reason, bytes.length);
  }

  #take(side: Side, bytes: Uint8Array): boolean {
    const { counters } = this.#port;
    const envelope = openEnvelope(bytes);
    const message = envelope.ok ? parseBody(envelope.value.body, this.#port.coding()) : envelope;
    if (!message.ok) return this.#lose(side, message.error.reason, bytes.length);
    if (side === 'terminal') {
      counters.requests++;
      this.#request(message.value, bytes);
    } else {
      counters.replies++;
      this.#reply(message.value, bytes);
    }
    return true;
  }

  #request(message: Message, bytes: Uint8Array): void {
    const desk = this.#port.deskOf(message, this.#peer);
    if (desk === undefined) return;
    this.#desk = desk;
    desk.parts.trace('received', traceHex(bytes, message));
    const business = businessOf(message);
    if (business === undefined) return;
    if (!isMoney(business) && business !== 'settlement') return keepSign(desk, business, message);
    const oldest = this.#asked.keys().next().value;
    if (this.#asked.size >= watchLimits.pairs && oldest !== undefined) this.#asked.delete(oldest);
    this.#asked.set(pairKey(replyMti(message.mti), message), { desk, message });
  }

  #reply(message: Message, bytes: Uint8Array): void {
    const key = pairKey(message.mti, message);
    const asked = this.#asked.get(key);
    (asked?.desk ?? this.#desk)?.parts.trace('sent', traceHex(bytes, message));
    if (asked === undefined) return;
    this.#asked.delete(key);
    const business = businessOf(asked.message);
    if (business !== undefined) keepPair(asked.desk, business, asked.message, message);
  }

  /** From here on this direction of this connection is passed on unread: a stream is never searched for a new beginning. */
  #lose(side: Side, reason: string, byteCount: number): false {
    const { counters, io } = this.#port;
    this.#blind[side] = true;
    counters.noiseBytes += byteCount;
    io.log.log('warn', 'relayUnread', { line: counters.line, peer: this.#peer, side, reason });
    this.#desk?.failed({ kind: 'malformed', detail: `${side}: ${reason}`, frameHex: '' });
    return false;
  }
}

/** A reply belongs to the request of the same terminal and trace. */
const pairKey = (mti: string, { fields }: Message): string => `${mti} ${fields.get(41) ?? ''} ${fields.get(11) ?? ''}`;
