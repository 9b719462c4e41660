/** One listening port and the terminals behind it. */
import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo, LineCounters, Listening, PeerStream } from '../contract.ts';
import type { Iso8583Connection } from './connection.ts';
import type { Desk } from './desk.ts';
import type { Coding } from './elements.core.ts';
import { attendFrontEnd } from './front-line.ts';
import type { Message } from './message.core.ts';
import { attendRelay } from './relay-line.ts';

export const hubLimits = { strangers: 64, strangerPeriodMs: 3_600_000 } as const;

/** What a connection needs of its port. */
export interface LinePort {
  readonly link: Iso8583Connection;
  readonly io: DriverIo;
  readonly counters: LineCounters;
  /** Of the terminals of this port: one cluster speaks one dialect. */
  coding(): Coding;
  /** undefined: a terminal that is not configured; it was counted and told. */
  deskOf(message: Message, peer: string): Desk | undefined;
}

export class Hub implements LinePort {
  readonly link: Iso8583Connection;
  readonly io: DriverIo;
  readonly counters: LineCounters;
  readonly #desks = new Map<string, Desk>();
  readonly #strangers = new Map<string, number>();
  #listening: Promise<Result<Listening, DriverFailure>> | undefined;

  constructor(key: string, link: Iso8583Connection, io: DriverIo) {
    this.link = link;
    this.io = io;
    this.counters = {
      line: key,
      requests: 0,
      replies: 0,
      timeouts: 0,
      crcErrors: 0,
      noiseBytes: 0,
      lateFrames: 0,
      wrongSlave: 0,
      busyMs: 0,
    };
  }

  /** Opens the port once; a port that could not be had is tried again with the next terminal. */
  async listen(): Promise<Result<Listening, DriverFailure>> {
    const { listen, connectionsMax, mode } = this.link;
    const attend = mode === 'relay' ? attendRelay : attendFrontEnd;
    this.#listening ??= this.io.listenTcp({ ...listen, connectionsMax, halfOpen: true }, (stream: PeerStream) =>
      attend(stream, this),
    );
    const opened = await this.#listening;
    if (!opened.ok) this.#listening = undefined;
    return opened;
  }

  attach(desk: Desk): Result<void, DriverFailure> {
    const { terminal } = desk.parts;
    if (this.#desks.has(terminal))
      return err({ kind: 'unsupported', detail: `terminal ${terminal} is configured twice on this link` });
    this.#desks.set(terminal, desk);
    return ok(undefined);
  }

  detach(desk: Desk): void {
    if (this.#desks.get(desk.parts.terminal) === desk) this.#desks.delete(desk.parts.terminal);
  }

  coding(): Coding {
    const [first] = this.#desks.values();
    return first?.parts.coding ?? { elements: {}, oddPad: 0 };
  }

  deskOf({ fields }: Message, peer: string): Desk | undefined {
    const terminal = fields.get(41);
    const desk = terminal === undefined ? undefined : this.#desks.get(terminal);
    if (desk === undefined) this.#stranger(terminal ?? '', peer);
    return desk;
  }

  async close(): Promise<void> {
    const opened = await this.#listening;
    if (opened?.ok === true) await opened.value.close();
  }

  // Told once an hour for each, so that a stranger that dials without end does not fill the log.
  #stranger(terminal: string, peer: string): void {
    this.counters.wrongSlave++;
    const now = this.io.clock.mono();
    const told = this.#strangers.get(terminal);
    if (told !== undefined && now - told < hubLimits.strangerPeriodMs) return;
    const oldest = this.#strangers.keys().next().value;
    if (this.#strangers.size >= hubLimits.strangers && oldest !== undefined) this.#strangers.delete(oldest);
    this.#strangers.set(terminal, now);
    this.io.log.log('warn', 'unknownTerminal', {
      line: this.counters.line,
      terminal: terminal.replace(/[^\x20-\x7e]/g, '?'),
      peer,
    });
  }
}

/** A share in a port. `release` may be called twice; the last release closes the port. */
export interface HubShare {
  readonly hub: Hub;
  release(): Promise<void>;
}

/** The ports of a program by key: the terminals of a link share one. */
export class HubPool {
  readonly #hubs = new Map<string, { readonly hub: Hub; shares: number }>();

  share(key: string, link: Iso8583Connection, io: DriverIo): HubShare {
    const held = this.#hubs.get(key) ?? { hub: new Hub(key, link, io), shares: 0 };
    this.#hubs.set(key, held);
    held.shares++;
    let released = false;
    return {
      hub: held.hub,
      release: async () => {
        if (released) return;
        released = true;
        held.shares--;
        if (held.shares > 0) return;
        this.#hubs.delete(key);
        await held.hub.close();
      },
    };
  }
}
