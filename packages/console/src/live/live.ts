import type { LiveEvent } from '@cardwatch/contracts/api';
import { type CancelTimer, type Clock, fullJitter, type Random } from '@cardwatch/kernel';
import type { Query, QueryClient } from '@tanstack/react-query';
import { apiPrefix } from '../api/client.ts';
import { hearAlarms, isToBeReadAgain, nothingHeard } from './alarms-again.core.ts';
import { applyLive } from './apply.core.ts';
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionEvent,
  connectionLimits,
  connectionStep,
  stopped,
} from './connection.step.ts';
import { emptySse, readSse, type SseMessage } from './sse.core.ts';

export interface LivePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: typeof globalThis.fetch;
  readonly cache: QueryClient;
  readonly signedOut: () => void;
}

const flushMs = 200;
/** What events of alarms do not carry is read again after this long at the latest, each console at a moment of its own. */
const alarmsAgainMs = 8_000;
/** Events that may wait for the next flush; beyond it everything is read again, as after a `resync`. */
const queueEvents = 5_000;

/** Owns the tab's live connection and lays its events over the query cache. `start`, `stop` and `hide` may be called at any time. */
export class Live {
  #state: Connection = stopped;
  #lastEventId = '';
  #abort: AbortController | undefined;
  #cancelWait: CancelTimer = () => {};
  #cancelTick: CancelTimer = () => {};
  #flushing = false;
  #queue: LiveEvent[] = [];
  #cancelAlarms: CancelTimer | undefined;
  #alarmsHeard = nothingHeard;
  readonly #watchers = new Set<() => void>();
  readonly #ports: LivePorts;

  constructor(ports: LivePorts) {
    this.#ports = ports;
  }

  /** Stable functions for `useSyncExternalStore`. */
  readonly state = (): Connection => this.#state;
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  start(): void {
    this.#take({ type: 'started' });
    this.#cancelTick();
    this.#tick();
  }

  stop(): void {
    this.#cancelTick();
    this.#cancelWait();
    this.#cancelAlarms?.();
    this.#cancelAlarms = undefined;
    this.#lastEventId = '';
    this.#take({ type: 'stopped' });
  }

  /** The tab is no longer looked at, or is looked at again. */
  seen(isVisible: boolean): void {
    this.#take({ type: isVisible ? 'cameBack' : 'wentHidden' });
  }

  #tick(): void {
    this.#cancelTick = this.#ports.clock.after(connectionLimits.tickMs, () => {
      this.#take({ type: 'ticked' });
      this.#tick();
    });
  }

  #take(event: ConnectionEvent): void {
    const [state, effects] = connectionStep(this.#state, event, this.#ports.clock.now());
    const changed = state !== this.#state;
    this.#state = state;
    for (const effect of effects) this.#act(effect);
    if (changed) for (const watcher of this.#watchers) watcher();
  }

  #act(effect: ConnectionEffect): void {
    if (effect.type === 'connect') void this.#connect();
    else if (effect.type === 'disconnect') this.#abort?.abort();
    else if (effect.type === 'signedOut') this.#ports.signedOut();
    else {
      this.#cancelWait();
      const delayMs = fullJitter(connectionLimits.backoff, effect.attempt, this.#ports.random);
      this.#cancelWait = this.#ports.clock.after(delayMs, () => this.#take({ type: 'waitOver' }));
    }
  }

  async #connect(): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const mine = (event: ConnectionEvent): void => {
      if (this.#abort === abort) this.#take(event);
    };
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (this.#lastEventId !== '') headers['last-event-id'] = this.#lastEventId;
      const response = await this.#ports.fetch(`${apiPrefix}/live`, {
        headers,
        credentials: 'same-origin',
        signal: abort.signal,
      });
      if (response.status === 401) return mine({ type: 'refused' });
      if (response.ok && response.body !== null) {
        mine({ type: 'opened' });
        if (this.#lastEventId === '') this.#readAgain();
        // what happened to alarms meanwhile is told to nobody again
        else this.#alarmsAgain([{ type: 'alarms', alarms: null }]);
        await this.#read(response.body, mine);
      }
    } catch {
      // the network went away or we let go of it: both end below
    }
    abort.abort();
    mine({ type: 'closed' });
  }

  /** What was read before the stream opened may have missed a change in between. */
  #readAgain(): void {
    const openedAt = this.#ports.clock.now();
    const isOlder = (query: Query): boolean => query.state.dataUpdatedAt > 0 && query.state.dataUpdatedAt <= openedAt;
    void this.#ports.cache.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' && isOlder(query) });
  }

  async #read(body: ReadableStream<Uint8Array>, mine: (event: ConnectionEvent) => void): Promise<void> {
    const decoder = new TextDecoder();
    const reader = body.getReader();
    let parser = emptySse(this.#lastEventId);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      mine({ type: 'heard' });
      const read = readSse(parser, decoder.decode(value, { stream: true }));
      parser = read.state;
      this.#lastEventId = parser.lastEventId;
      for (const message of read.messages) this.#queueMessage(message);
      if (read.overflow) return;
    }
  }

  #queueMessage(message: SseMessage): void {
    const event = liveEventOf(message);
    if (event === undefined) return;
    if (this.#queue.length >= queueEvents) this.#queue = [{ type: 'resync', reason: 'queue' }];
    else this.#queue.push(event);
    if (this.#flushing) return;
    this.#flushing = true;
    this.#ports.clock.after(flushMs, () => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const events = this.#queue;
    this.#queue = [];
    const { cache } = this.#ports;
    for (const query of cache.getQueryCache().getAll()) {
      const before: unknown = query.state.data;
      const after = events.reduce<unknown>((data, event) => applyLive(query.queryKey, data, event), before);
      if (after !== before) cache.setQueryData(query.queryKey, after);
    }
    if (events.some((event) => event.type === 'resync')) void cache.invalidateQueries();
    this.#alarmsAgain(events);
  }

  /** Once for all that comes in the meantime. */
  #alarmsAgain(events: readonly LiveEvent[]): void {
    this.#alarmsHeard = hearAlarms(this.#alarmsHeard, events);
    if (this.#alarmsHeard === nothingHeard) return;
    const { clock, random, cache } = this.#ports;
    this.#cancelAlarms ??= clock.after(alarmsAgainMs * (0.5 + 0.5 * random.next()), () => {
      const heard = this.#alarmsHeard;
      this.#cancelAlarms = undefined;
      this.#alarmsHeard = nothingHeard;
      void cache.invalidateQueries({ predicate: ({ queryKey }) => isToBeReadAgain(queryKey, heard) });
    });
  }
}

/** Events come from the collector that also serves this page; a message of an unknown type (a newer collector) is passed over. */
function liveEventOf(message: SseMessage): LiveEvent | undefined {
  try {
    const json: unknown = JSON.parse(message.data);
    if (typeof json === 'object' && json !== null && 'type' in json) return json as LiveEvent;
  } catch {
    return undefined;
  }
  return undefined;
}
