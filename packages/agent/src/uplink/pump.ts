import {
  type Ack,
  type AgentAddress,
  type EpochNo,
  type InstanceId,
  type Stream,
  streams,
  upTopic,
  type Welcome,
} from '@cardwatch/contracts';
import type { Clock, Logger, Random } from '@cardwatch/kernel';
import type { Journal } from '../journal/journal.ts';
import type { Compress, LinkConnection } from '../ports.ts';
import { Sleeper } from '../sleeper.ts';
import { buildBatch, readLimitBytes } from './batch.ts';
import {
  acknowledged,
  type Choice,
  choose,
  expired,
  freshFrom,
  grown,
  type Life,
  openWindow,
  sent,
  wakeMs,
  type Window,
  windowLimits,
} from './window.core.ts';

export const pumpLimits = { lookMs: 5_000, readRetryMs: 5_000, silentMs: 45_000 } as const;

export interface PumpParts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly compress: Compress;
  readonly address: AgentAddress;
  readonly instance: InstanceId;
}

/** Why the pump of a connection ended. */
export type PumpEnd = 'aborted' | 'silent' | 'publishFailed';

/** Sends what the journal holds over one connection, money before event before health, and releases it by acknowledgements alone. */
export class Pump {
  readonly #parts: PumpParts;
  readonly #connection: LinkConnection;
  readonly #sleeper: Sleeper;
  readonly #windows: Map<Stream, Window>;
  readonly #blockedUntil = new Map<Stream, number>();
  #heardMs: number;
  #waitingSinceMs: number | undefined;
  #publishFailed = false;

  /** `helloLast`: last number of each stream when the hello was sent; what comes after it is live. */
  constructor(
    parts: PumpParts,
    connection: LinkConnection,
    welcome: Welcome,
    helloLast: (stream: Stream, epoch: EpochNo) => number,
  ) {
    this.#parts = parts;
    this.#connection = connection;
    this.#sleeper = new Sleeper(parts.clock);
    this.#heardMs = parts.clock.mono();
    const lives = (stream: Stream): Life[] =>
      parts.journal.states(stream).map((state) => {
        const current = state.epoch === parts.journal.epoch()?.no;
        const life = { epoch: state.epoch, last: state.last, sparse: [] };
        // Below our own mark the collector may have lost what it had (restored backup): it gets again what the journal still holds.
        const liveFrom = current ? freshFrom(helloLast(stream, state.epoch)) : Number.POSITIVE_INFINITY;
        return { ...life, acked: current && state.epoch === welcome.epoch.no ? 0 : state.acked, liveFrom };
      });
    this.#windows = new Map(streams.map((stream) => [stream, openWindow(stream, lives(stream), welcome.credit)]));
    for (const stream of streams) this.#update(stream, welcome.epoch.no, { ...welcome.streams[stream], credit: welcome.credit });
  }

  /** Where each stream stands, for the status page. */
  flights(stream: Stream): { readonly inFlight: number; readonly credit: number } {
    const window = this.#windows.get(stream);
    return { inFlight: window?.flights.length ?? 0, credit: window?.credit ?? 0 };
  }

  heard(): void {
    this.#heardMs = this.#parts.clock.mono();
  }

  wake(stream: Stream): void {
    this.#blockedUntil.delete(stream);
    this.#sleeper.wake();
  }

  acked(ack: Ack): void {
    if (ack.reject.length > 0)
      this.#parts.log.log('warn', 'deadLetters', { stream: ack.stream, epoch: ack.epoch, count: ack.reject.length });
    this.#update(ack.stream, ack.epoch, ack);
    this.#sleeper.wake();
  }

  /** Runs until aborted or until the connection is of no more use. */
  async run(signal: AbortSignal): Promise<PumpEnd> {
    const { clock } = this.#parts;
    for (;;) {
      if (signal.aborted) return 'aborted';
      if (this.#publishFailed) return 'publishFailed';
      if (this.#isSilent()) return 'silent';
      for (const stream of streams) this.#refresh(stream);
      const next = this.#next();
      if (next !== undefined) await this.#send(next.stream, next.choice);
      else await this.#sleeper.sleep(this.#idleMs(clock.mono()), signal);
    }
  }

  #update(stream: Stream, epoch: EpochNo, progress: Parameters<typeof acknowledged>[2]): void {
    const window = this.#windows.get(stream);
    if (window === undefined) return;
    const next = acknowledged(window, epoch, progress, this.#parts.clock.mono());
    this.#windows.set(stream, next);
    const life = next.lives.find((each) => each.epoch === epoch);
    if (life !== undefined && life.acked > 0) this.#keep(this.#parts.journal.acknowledge(stream, epoch, life.acked));
  }

  #keep(done: Promise<void>): void {
    done.catch((error: unknown) => this.#parts.log.log('error', 'acknowledgeFailed', { detail: String(error) }));
  }

  #refresh(stream: Stream): void {
    const window = this.#windows.get(stream);
    if (window === undefined) return;
    const states = this.#parts.journal.states(stream);
    const current = states.reduce((next, state) => grown(next, state.epoch, state.last), window);
    const next = expired(current, this.#parts.clock.mono());
    if (next !== window) this.#windows.set(stream, next);
  }

  #next(): { readonly stream: Stream; readonly choice: Choice } | undefined {
    const now = this.#parts.clock.mono();
    for (const stream of streams) {
      const window = this.#windows.get(stream);
      if (window === undefined || now < (this.#blockedUntil.get(stream) ?? 0)) continue;
      const choice = choose(window, now);
      if (choice !== undefined) return { stream, choice };
    }
    return undefined;
  }

  async #send(stream: Stream, choice: Choice): Promise<void> {
    const { journal, clock, random, compress, log, address, instance } = this.#parts;
    const limits = { records: Math.min(windowLimits.records, choice.to - choice.from + 1), bytes: readLimitBytes };
    const slice = await journal.read(stream, choice.epoch, choice.from, limits);
    if (!slice.ok || slice.value === undefined) {
      if (!slice.ok) log.log('warn', 'journalReadFailed', { stream, kind: slice.error.kind });
      this.#blockedUntil.set(stream, clock.mono() + pumpLimits.readRetryMs);
      return;
    }
    const { head, wire } = buildBatch(slice.value, { agent: address.agent, stream, instance, lane: choice.lane }, compress);
    const window = this.#windows.get(stream);
    const still = window === undefined ? undefined : choose(window, clock.mono());
    // An acknowledgement may have come in while the journal was read: then the choice is made anew.
    if (window === undefined || still?.epoch !== choice.epoch || still.from !== choice.from || still.to < choice.to) return;
    this.#windows.set(stream, sent(window, { ...choice, from: head.firstSeq }, head.lastSeq, clock.mono(), random.next()));
    this.#publish(upTopic(address, stream), wire);
  }

  #publish(topic: string, wire: Uint8Array): void {
    this.#connection.publish(topic, wire).then(
      (published) => {
        if (!published.ok) this.#fail();
      },
      () => this.#fail(),
    );
  }

  #fail(): void {
    this.#publishFailed = true;
    this.#sleeper.wake();
  }

  /** Batches are in the air without a break, and for too long no word came from the collector. */
  #isSilent(): boolean {
    const now = this.#parts.clock.mono();
    let waiting = false;
    for (const { flights } of this.#windows.values()) waiting ||= flights.length > 0;
    this.#waitingSinceMs = waiting ? (this.#waitingSinceMs ?? now) : undefined;
    return this.#waitingSinceMs !== undefined && now - Math.max(this.#heardMs, this.#waitingSinceMs) >= pumpLimits.silentMs;
  }

  #idleMs(now: number): number {
    let wake = now + pumpLimits.lookMs;
    for (const window of this.#windows.values()) wake = Math.min(wake, wakeMs(window, now));
    for (const until of this.#blockedUntil.values()) if (until > now) wake = Math.min(wake, until);
    return wake - now;
  }
}
