import type { PeerStream } from '../contract.ts';
import type { Desk } from './desk.ts';
import { FrameWatch } from './frame-watch.ts';
import { type Frame, Framer, openEnvelope } from './frame.core.ts';
import { type Request, serve } from './front-end.ts';
import type { LinePort } from './hub.ts';
import { parseBody, upperHex } from './message.core.ts';
import { traceHex } from './trace.core.ts';

/** Requests of one connection that wait for their turn; at the limit nothing more is read until half of them are answered. */
export const frontLimits = { waiting: 64 } as const;

/** Serves one connection of a front end until it ends: one message after the other, in the order in which they came. */
export function attendFrontEnd(stream: PeerStream, port: LinePort): void {
  const line = new FrontLine(stream, port);
  stream.onData((bytes) => line.heard(bytes));
  stream.onEnd?.(() => line.ended());
  stream.onClose(() => line.closed());
}

class FrontLine {
  readonly #stream: PeerStream;
  readonly #port: LinePort;
  readonly #framer = new Framer();
  readonly #watch: FrameWatch;
  readonly #waiting: Frame[] = [];
  #desk: Desk | undefined;
  #busy = false;
  #paused = false;
  #ended = false;
  #over = false;

  constructor(stream: PeerStream, port: LinePort) {
    this.#stream = stream;
    this.#port = port;
    this.#watch = new FrameWatch(port.io.clock, port.link, (what) => this.#late(what));
  }

  heard(bytes: Uint8Array): void {
    if (this.#over) return;
    const frames = this.#framer.feed(bytes);
    this.#watch.heard(this.#framer.pendingBytes > 0);
    this.#waiting.push(...frames.filter((frame) => frame.bytes.length > 0));
    if (this.#waiting.length >= frontLimits.waiting && !this.#paused) {
      this.#paused = true;
      this.#stream.pause?.();
    }
    void this.#work();
  }

  /** The terminal has said all: what it asked is answered, then the connection ends. */
  ended(): void {
    this.#ended = true;
    void this.#work();
  }

  closed(): void {
    if (this.#framer.pendingBytes > 0 && !this.#over)
      this.#malformed('connection lost within a frame', this.#framer.pendingBytes);
    this.#end();
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let frame = this.#waiting.shift(); frame !== undefined && !this.#over; frame = this.#waiting.shift()) {
      await this.#take(frame);
      this.#goOn();
    }
    this.#busy = false;
    if (this.#framer.broken !== undefined && !this.#over) this.#refuse(this.#framer.broken.reason, 2);
    if (this.#ended && !this.#over) this.#finish();
  }

  #goOn(): void {
    if (!this.#paused || this.#waiting.length > frontLimits.waiting / 2) return;
    this.#paused = false;
    this.#stream.resume?.();
  }

  async #take({ bytes }: Frame): Promise<void> {
    const { counters, io } = this.#port;
    counters.requests++;
    const envelope = openEnvelope(bytes);
    if (!envelope.ok) return this.#refuse(envelope.error.reason, bytes.length);
    const message = parseBody(envelope.value.body, this.#port.coding());
    if (!message.ok) return this.#refuse(message.error.reason, bytes.length);
    const desk = this.#port.deskOf(message.value, this.#stream.peer);
    if (desk === undefined) return this.#end();
    this.#desk = desk;
    const request: Request = { envelope: envelope.value, message: message.value };
    desk.parts.trace('received', traceHex(bytes, message.value));
    const before = desk.macFailures;
    const answer = await desk.inTurn(() => serve(desk, request));
    counters.crcErrors += desk.macFailures - before;
    if (answer === undefined || this.#over) return;
    desk.parts.trace('sent', upperHex(answer));
    const sent = await this.#stream.write(answer);
    if (sent.ok) counters.replies++;
    else io.log.log('debug', 'answerNotSent', { terminal: desk.parts.terminal, kind: sent.error.kind });
  }

  /** A stream that made no sense once is not searched for a new beginning: it is closed, and the terminal dials again. */
  #refuse(reason: string, byteCount: number): void {
    this.#malformed(reason, byteCount);
    this.#end();
  }

  #malformed(reason: string, byteCount: number): void {
    const { counters, io, link } = this.#port;
    counters.noiseBytes += byteCount;
    io.log.log('warn', 'malformedMessage', { line: counters.line, peer: this.#stream.peer, reason, mode: link.mode });
    // The bytes themselves are not told: they may hold a track.
    this.#desk?.failed({ kind: 'malformed', detail: reason, frameHex: '' });
  }

  #late(what: 'frame' | 'idle'): void {
    if (what === 'frame') {
      this.#port.counters.timeouts++;
      this.#desk?.failed({ kind: 'timeout', afterMs: this.#port.link.frameTimeoutMs });
    }
    this.#end();
  }

  #finish(): void {
    this.#over = true;
    this.#watch.stop();
    if (this.#stream.end === undefined) this.#stream.close();
    else this.#stream.end();
  }

  #end(): void {
    this.#over = true;
    this.#waiting.length = 0;
    this.#watch.stop();
    this.#stream.close();
  }
}
