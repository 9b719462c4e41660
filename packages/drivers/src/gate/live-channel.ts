/** Keeps one live stream of a device open: reads back what was missed, passes on what comes, and begins again when it breaks. */
import type { CancelTimer, Random, Result } from '@cardwatch/kernel';
import type { DeviceSink, DriverFailure, DriverIo, HttpStream } from '../contract.ts';
import type { GateEvent, Intake, IntakeFailure } from './intake.ts';

export const channelLimits = {
  /** Events that wait while the log is read back; beyond, the stream is closed and the log tells them all. */
  waiting: 1_000,
  eventsPerTurn: 128,
} as const;

/** Waiting times after an interruption, and their spread. */
const backoffMs = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000] as const;
const spread = 0.2;

export interface LiveItem {
  readonly events: readonly GateEvent[];
  readonly discardedParts: number;
  /** What could not be made sense of. */
  readonly broken?: string;
}

export interface LiveDecoder {
  feed(bytes: Uint8Array): readonly LiveItem[];
  end(): readonly LiveItem[];
}

export interface LiveTimes {
  /** No whole part for this long: the stream is dead, whether bytes trickle or not. */
  readonly silentAfterMs: number;
  /** First waiting time after an interruption; the others follow in proportion. */
  readonly reconnectMs: number;
  /** A stream that lived this long begins with the first waiting time again. */
  readonly healthyMs: number;
  /** How often the log is read where there is no stream. */
  readonly pollMs: number;
}

export interface LiveParts {
  readonly open: () => Promise<Result<HttpStream, DriverFailure>>;
  readonly decoder: (contentType: string) => LiveDecoder;
  /** Milliseconds for which nothing may be sent. */
  readonly pausedForMs: () => number;
  readonly intake: Intake;
  readonly sink: DeviceSink;
  readonly io: DriverIo;
  readonly random: Random;
  readonly times: LiveTimes;
}

export class LiveChannel {
  readonly #parts: LiveParts;
  readonly #closing = new AbortController();
  readonly #done: Promise<void>;
  #stream: HttpStream | undefined;
  #attempt = 0;
  /** Monotonic time of the last whole part. */
  lastSignMs: number | undefined;
  /** Streams opened so far. */
  opened = 0;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.#done = this.#run();
  }

  close(): Promise<void> {
    this.#closing.abort();
    this.#stream?.close();
    return this.#done;
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const startedMs = this.#parts.io.clock.mono();
      const failure = await this.#once();
      if (this.#closed) return;
      if (failure !== undefined && failure.kind !== 'notTaken') this.#parts.sink.failed(failure);
      if (this.#parts.io.clock.mono() - startedMs >= this.#parts.times.healthyMs) this.#attempt = 0;
      await this.#wait(Math.max(this.#backoff(), this.#parts.pausedForMs()));
    }
  }

  #backoff(): number {
    const ms = backoffMs[Math.min(this.#attempt++, backoffMs.length - 1)] ?? backoffMs[0];
    const jitter = 1 + spread * (2 * this.#parts.random.next() - 1);
    return (ms / backoffMs[0]) * this.#parts.times.reconnectMs * jitter;
  }

  /** One stream from its opening to its end; the failure that a person should know of, if any. */
  async #once(): Promise<IntakeFailure | undefined> {
    const opened = await this.#parts.open();
    if (!opened.ok && opened.error.kind === 'unsupported') return this.#withoutStream();
    if (!opened.ok) return opened.error;
    if (this.#closed) {
      opened.value.close();
      return undefined;
    }
    this.opened++;
    return this.#live(opened.value);
  }

  /** No stream in this firmware: the log is all there is. */
  async #withoutStream(): Promise<IntakeFailure | undefined> {
    while (!this.#closed) {
      if (!this.#parts.intake.hasLog) return { kind: 'unsupported', detail: 'the device offers neither a stream nor its log' };
      const caught = await this.#parts.intake.catchUp();
      if (!caught.ok) return caught.error;
      this.lastSignMs = this.#parts.io.clock.mono();
      await this.#wait(this.#parts.times.pollMs);
    }
    return undefined;
  }

  async #live(stream: HttpStream): Promise<IntakeFailure | undefined> {
    const { intake, times, io } = this.#parts;
    this.#stream = stream;
    const waiting = new Waiting();
    const decoder = this.#parts.decoder(headerOf(stream, 'content-type'));
    let silent = false;
    let cancel: CancelTimer = () => {};
    const heard = (): void => {
      cancel();
      this.lastSignMs = io.clock.mono();
      cancel = io.clock.after(times.silentAfterMs, () => {
        silent = true;
        stream.close();
      });
    };
    const put = (items: readonly LiveItem[]): void => {
      if (items.length > 0) heard();
      if (!waiting.put(items)) stream.close();
    };
    heard();
    stream.onData((bytes) => put(decoder.feed(bytes)));
    stream.onClose(() => {
      cancel();
      put(decoder.end());
      cancel();
      waiting.end();
    });
    const caught = await intake.catchUp();
    const failed = caught.ok ? await this.#pump(waiting) : caught.error;
    stream.close();
    this.#stream = undefined;
    return silent ? { kind: 'timeout', afterMs: times.silentAfterMs } : failed;
  }

  async #pump(waiting: Waiting): Promise<IntakeFailure | undefined> {
    let broken: string | undefined;
    for (;;) {
      const batch = await waiting.next();
      if (batch === undefined) break;
      broken = batch.broken ?? broken;
      const taken = await this.#parts.intake.take(batch.events, batch.discardedParts);
      if (!taken.ok) return taken.error;
    }
    return broken === undefined ? undefined : { kind: 'malformed', detail: broken, frameHex: '' };
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed) return resolve();
      const cancel = this.#parts.io.clock.after(ms, resolve);
      this.#closing.signal.addEventListener(
        'abort',
        () => {
          cancel();
          resolve();
        },
        { once: true },
      );
    });
  }
}

function headerOf(stream: HttpStream, name: string): string {
  const value = stream.headers[name];
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

/** Between the socket, which cannot wait, and custody, which may. */
class Waiting {
  #items: LiveItem[] = [];
  #room: number = channelLimits.waiting;
  #ended = false;
  #wake: (() => void) | undefined;

  /** False when there is no more room: these items were not kept. */
  put(items: readonly LiveItem[]): boolean {
    const more = items.reduce((sum, { events }) => sum + Math.max(1, events.length), 0);
    if (this.#ended || more > this.#room) return false;
    this.#room -= more;
    this.#items.push(...items);
    this.#wake?.();
    return true;
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** What waits, together, at most `eventsPerTurn` events or one item; undefined at the end. */
  async next(): Promise<LiveItem | undefined> {
    while (this.#items.length === 0) {
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    let count = 0;
    let used = 0;
    for (const { events } of this.#items) {
      if (used > 0 && count + events.length > channelLimits.eventsPerTurn) break;
      count += events.length;
      used++;
    }
    const taken = this.#items.splice(0, used);
    this.#room += taken.reduce((sum, { events }) => sum + Math.max(1, events.length), 0);
    const broken = taken.find((item) => item.broken !== undefined)?.broken;
    return {
      events: taken.flatMap(({ events }) => events),
      discardedParts: taken.reduce((sum, item) => sum + item.discardedParts, 0),
      ...(broken === undefined ? {} : { broken }),
    };
  }
}
