import type { Areas, LiveEvent } from '@cardwatch/contracts/api';
import type { Clock, Logger } from '@cardwatch/kernel';
import { type ReadRole, readLimits } from '../../store/read/roles.ts';
import { coalesce } from './coalesce.core.ts';
import { eventsOf, frames } from './messages.ts';
import { devicesNamed, type Homes, narrow } from './narrow.core.ts';

export const liveLimits = {
  /** Least time between two steps, however often ingest commits: what changes in between is told once. */
  stepMs: 250,
  /** Without a word from ingest the outbox is looked at all the same. */
  pollMs: 500,
  overviewMs: 2_000,
  /** Changes that a returning client is given one by one; beyond it is told to read its lists again. */
  catchUpRows: readLimits.outboxRows,
} as const;

/** One open stream. Both are called from the hub's loop. */
export interface LiveClient {
  /** Of whom it is; null: all areas. */
  readonly areas: Areas;
  readonly write: (text: string) => void;
  readonly end: () => void;
}

interface Newcomer {
  readonly client: LiveClient;
  /** `Last-Event-ID`; undefined for a client that has seen nothing. */
  readonly after: number | undefined;
}

export interface HubParts {
  readonly read: ReadRole;
  readonly clock: Clock;
  readonly log: Logger;
}

const noHomes: Homes = new Map();

/** Follows the outbox once for all streams, and only while there are any. Each step tells what changed, each thing once. */
export class LiveHub {
  readonly #parts: HubParts;
  readonly #clients = new Set<LiveClient>();
  readonly #newcomers: Newcomer[] = [];
  #running: Promise<void> | undefined;
  /** Told when something may have ended the pause. */
  #stirred: () => void = () => {};
  #committed = false;
  #closed = false;
  #position = 0;
  #figuresMoved = false;
  #overviewAt = Number.NEGATIVE_INFINITY;

  constructor(parts: HubParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#clients.size + this.#newcomers.length;
  }

  /** Joins at the next step. The returned function leaves, and may be called twice. */
  join(newcomer: Newcomer): () => void {
    if (this.#closed) newcomer.client.end();
    else {
      this.#newcomers.push(newcomer);
      this.#running ??= this.#run();
      this.#stirred();
    }
    return () => this.#leave(newcomer);
  }

  /** Something was committed: look as soon as the pace allows. */
  wake(): void {
    this.#committed = true;
    this.#stirred();
  }

  /** Something that no outbox keeps: said to whoever listens, told again to nobody. */
  tell(events: readonly LiveEvent[]): void {
    this.#broadcast(events, noHomes);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#endAll();
    this.#stirred();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      this.#position = (await this.#parts.read.outboxSpan()).last;
      while (!this.#closed && this.size > 0) {
        for (const newcomer of this.#newcomers.splice(0)) await this.#welcome(newcomer);
        const more = await this.#step();
        if (!more) await this.#pause();
      }
    } catch (error) {
      this.#parts.log.log('error', 'live.failed', { error: String(error) });
      this.#endAll();
    } finally {
      this.#running = undefined;
    }
  }

  async #welcome({ client, after }: Newcomer): Promise<void> {
    const { read, clock } = this.#parts;
    const missed = after === undefined ? undefined : await this.#missed(after);
    const overview: LiveEvent = { type: 'overview', overview: await read.overview(clock.now()) };
    const events = [...(missed ?? []), overview];
    const homes = client.areas === null ? noHomes : await this.#homesOf(events);
    client.write(frames(narrow(events, client.areas, homes), this.#position));
    this.#clients.add(client);
  }

  async #missed(after: number): Promise<LiveEvent[]> {
    const { read } = this.#parts;
    const span = await read.outboxSpan();
    if (after < span.first - 1 || after > span.last) return [{ type: 'resync', reason: 'notKept' }];
    const rows = await read.outboxAfter(after, liveLimits.catchUpRows);
    const last = rows.at(-1)?.position ?? after;
    if (last < this.#position) return [{ type: 'resync', reason: 'tooFarBehind' }];
    // what lies beyond comes to everybody with the next step
    return eventsOf(read, coalesce(rows.filter((row) => row.position <= this.#position)));
  }

  /** One look at the outbox; true when there is more to see at once. */
  async #step(): Promise<boolean> {
    const { read, clock } = this.#parts;
    const rows = await read.outboxAfter(this.#position, readLimits.outboxRows);
    const changes = coalesce(rows);
    const events = await eventsOf(read, changes);
    this.#figuresMoved ||= changes.figures;
    if (this.#figuresMoved && clock.mono() - this.#overviewAt >= liveLimits.overviewMs) {
      events.push({ type: 'overview', overview: await read.overview(clock.now()) });
      this.#figuresMoved = false;
      this.#overviewAt = clock.mono();
    }
    this.#position = rows.at(-1)?.position ?? this.#position;
    if (events.length > 0) this.#broadcast(events, this.#isNarrow() ? await this.#homesOf(events) : noHomes);
    return rows.length >= readLimits.outboxRows;
  }

  /** Written out once for each set of areas. */
  #broadcast(events: readonly LiveEvent[], homes: Homes): void {
    const texts = new Map<string, string>();
    for (const client of this.#clients) {
      const key = JSON.stringify(client.areas);
      const text = texts.get(key) ?? frames(narrow(events, client.areas, homes), this.#position);
      texts.set(key, text);
      if (text !== '') client.write(text);
    }
  }

  #isNarrow = (): boolean => [...this.#clients].some(({ areas }) => areas !== null);

  /** Where the devices are that events name. */
  async #homesOf(events: readonly LiveEvent[]): Promise<Homes> {
    const named = devicesNamed(events);
    if (named.length === 0) return noHomes;
    return new Map((await this.#parts.read.devicesById(named)).map((device) => [device.deviceId, device]));
  }

  /** Until something was committed, but not before `stepMs`; until `pollMs` at the latest; not at all for a newcomer or the end. */
  async #pause(): Promise<void> {
    this.#committed = false;
    await this.#sleep(liveLimits.stepMs, () => this.#urgent());
    if (!this.#committed) await this.#sleep(liveLimits.pollMs - liveLimits.stepMs, () => this.#committed || this.#urgent());
  }

  #urgent = (): boolean => this.#closed || this.#newcomers.length > 0 || this.size === 0;

  #sleep(ms: number, enough: () => boolean): Promise<void> {
    if (enough()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#stirred = () => {};
        resolve();
      };
      const cancel = this.#parts.clock.after(ms, done);
      this.#stirred = () => {
        if (enough()) done();
      };
    });
  }

  #leave(newcomer: Newcomer): void {
    this.#clients.delete(newcomer.client);
    const waiting = this.#newcomers.indexOf(newcomer);
    if (waiting >= 0) this.#newcomers.splice(waiting, 1);
    if (this.size === 0) this.#stirred();
  }

  #endAll(): void {
    const clients = [...this.#clients, ...this.#newcomers.map(({ client }) => client)];
    this.#clients.clear();
    this.#newcomers.length = 0;
    for (const client of clients) client.end();
  }
}
