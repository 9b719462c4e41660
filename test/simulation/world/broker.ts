/**
 * The broker as custody sees it: a pipe that loses, repeats, delays and reorders, and that says PUBACK before it has done anything. Partitions swallow
 * messages and end connections late; a second connection of one client id throws the first one out.
 */
import { crc32 } from 'node:zlib';
import type { Link, LinkConnection, LinkFailure } from '@cardwatch/agent';
import { chance, err, intBetween, ok, type Result, type SeededRandom } from '@cardwatch/kernel';
import type { Life } from './life.ts';
import type { Loop } from './loop.ts';

export interface NetFaults {
  loss: number;
  duplicate: number;
  /** Copies of a repeated message, at most. */
  copiesMax: number;
  /** Chance of a delay of up to `slowMs` on top of the usual one. */
  slow: number;
  slowMs: number;
  /** Chance that a publish ends the connection, after or before its PUBACK. */
  cut: number;
  /** Chance that a connection attempt fails. */
  refuse: number;
  /** Chance that the subscription of a new connection is lost: it hears nothing. */
  deaf: number;
}

export const noNetFaults = (): NetFaults => ({
  loss: 0,
  duplicate: 0,
  copiesMax: 5,
  slow: 0,
  slowMs: 0,
  cut: 0,
  refuse: 0,
  deaf: 0,
});

/** Messages that a replay may bring up again. */
const capturedMax = 64;

/** Time after which a peer that fell silent is given up (keep-alive times 1.5). */
const silentMs = 45_000;

export interface UpMessage {
  readonly agent: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Sent under a name that is not its sender's. */
  readonly forged?: true;
}

export interface Subscriber {
  readonly life: Life;
  receive(message: UpMessage): void;
  connected(agent: string): void;
  disconnected(agent: string, why: 'closed' | 'takenOver'): void;
}

interface Connection {
  readonly agent: string;
  readonly life: Life;
  readonly willTopic: string;
  readonly deaf: boolean;
  readonly waiting: (() => void)[];
  open: boolean;
  onMessage: (topic: string, payload: Uint8Array) => void;
  onClose: (reason: string) => void;
}

export class Broker {
  readonly faults: NetFaults = noNetFaults();
  /** Who is cut off from the broker now: agent ids, or `collector`. */
  readonly partitioned = new Set<string>();
  /** Agents whose messages do not arrive, though what is said to them does; and the other way round. */
  readonly mute = new Set<string>();
  readonly unhearing = new Set<string>();
  /** What was lost, repeated, cut: for the report. */
  readonly counts = { lost: 0, repeated: 0, cut: 0, takenOver: 0, delivered: 0, overtaken: 0 };
  readonly #loop: Loop;
  readonly #random: SeededRandom;
  /** Embedded: it lives and dies with the collector, and tells it of connections. External: it does neither. */
  readonly embedded: boolean;
  readonly #connections = new Map<string, Connection>();
  #collector: Subscriber | undefined;
  /** When the collector last got a message of an agent, monotonic. */
  lastUpMs = 0;
  readonly #captured: UpMessage[] = [];
  #sent = 0;
  #newestDelivered = 0;

  constructor(loop: Loop, random: SeededRandom, embedded: boolean) {
    this.#loop = loop;
    this.#random = random;
    this.embedded = embedded;
  }

  /** The collector subscribes. */
  serve(subscriber: Subscriber): void {
    this.#collector = subscriber;
  }

  /** The collector died, and an embedded broker with it. */
  collectorDied(): void {
    this.#collector = undefined;
    if (this.embedded) this.disconnectAll('broker died');
  }

  isConnected(agent: string): boolean {
    return this.#connections.get(agent)?.open === true;
  }

  link(agent: string, willTopic: string, life: Life): Link {
    return { connect: () => this.#connect(agent, willTopic, life) };
  }

  /** From the collector to an agent's `down/` topics. */
  publishDown(agent: string, topic: string, payload: Uint8Array): void {
    if (this.partitioned.has('collector')) return this.#lose('message into a partition');
    this.#spread(`down ${agent}`, payload, () => {
      const connection = this.#connections.get(agent);
      if (connection === undefined || !connection.open) return this.#lose();
      if (this.partitioned.has(agent) || this.unhearing.has(agent)) return this.#lose('message into a partition');
      if (connection.deaf) return this.#lose('message to a lost subscription');
      this.counts.delivered++;
      if (connection.life.alive) connection.onMessage(topic, payload);
    });
  }

  /** Ends an agent's connection, its process staying alive. */
  disconnect(agent: string, reason: string): boolean {
    const connection = this.#connections.get(agent);
    if (connection === undefined || !connection.open) return false;
    this.#close(connection, reason);
    return true;
  }

  /** Returns how many were connected. */
  disconnectAll(reason: string): number {
    return [...this.#connections.keys()].filter((agent) => this.disconnect(agent, reason)).length;
  }

  async #connect(agent: string, willTopic: string, life: Life): Promise<Result<LinkConnection, LinkFailure>> {
    const answer = await life.call('connect', this.#latencyMs() * 3, nothing, (): Result<Connection, LinkFailure> => {
      if (this.partitioned.has(agent)) return err({ kind: 'timeout' });
      if (this.embedded && this.#collector === undefined) return err({ kind: 'unreachable', detail: 'broker down' });
      if (chance(this.#random, this.faults.refuse)) {
        this.#loop.struck('connection refused');
        return err({ kind: 'unreachable', detail: 'simulated' });
      }
      return ok(this.#accept(agent, willTopic, life));
    });
    return answer.ok ? ok(this.#facade(answer.value)) : answer;
  }

  #accept(agent: string, willTopic: string, life: Life): Connection {
    const former = this.#connections.get(agent);
    if (former?.open === true) {
      this.counts.takenOver++;
      this.#close(former, 'takenOver');
    }
    const deaf = chance(this.#random, this.faults.deaf);
    if (deaf) this.#loop.struck('subscription lost');
    const connection: Connection = {
      agent,
      life,
      willTopic,
      deaf,
      waiting: [],
      open: true,
      onMessage: nothing,
      onClose: nothing,
    };
    this.#connections.set(agent, connection);
    if (this.embedded) this.#collector?.connected(agent);
    this.#watch(connection);
    return connection;
  }

  /** Keep-alive: a peer that is dead or cut off is given up after `silentMs`. */
  #watch(connection: Connection): void {
    const silent = (): boolean =>
      !connection.life.alive || this.partitioned.has(connection.agent) || this.mute.has(connection.agent);
    const look = (wasSilent: boolean): void => {
      this.#loop.clock.after(silentMs / 2, () => {
        if (!connection.open) return;
        if (silent() && wasSilent) this.#close(connection, 'keep-alive');
        else look(silent());
      });
    };
    look(false);
  }

  #facade(connection: Connection): LinkConnection {
    const { life } = connection;
    return {
      publish: (topic, payload) => this.#publish(connection, topic, payload),
      onMessage: (listener) => {
        connection.onMessage = listener;
      },
      onClose: (listener) => {
        connection.onClose = listener;
      },
      close: () =>
        life.call('link close', 1, nothing, () => {
          if (connection.open) this.#shut(connection, 'closed');
        }),
    };
  }

  #publish(connection: Connection, topic: string, payload: Uint8Array): Promise<Result<void, LinkFailure>> {
    const message = { agent: connection.agent, topic, payload: payload.slice() };
    this.#capture(message);
    const begin = (): void => {
      this.#loop.mark(crc32(payload));
      if (!connection.open) return;
      const cut = chance(this.#random, this.faults.cut);
      if (!(cut && chance(this.#random, 0.5))) this.#toCollector(message);
      if (cut) this.#cutSoon(connection);
    };
    return new Promise((resolve) => {
      if (!connection.open) {
        resolve(err({ kind: 'closed' }));
        return;
      }
      void connection.life
        .call('puback', this.#latencyMs(), begin, () => connection.open && !this.#isCutOff(connection.agent))
        .then((answered) => {
          if (answered) resolve(ok(undefined));
          else if (!connection.open) resolve(err({ kind: 'closed' }));
          // In a partition a PUBACK never comes: the publish fails when the connection is given up.
          else connection.waiting.push(() => resolve(err({ kind: 'closed' })));
        });
    });
  }

  /** A PUBACK comes through only where both ways do. */
  #isCutOff(agent: string): boolean {
    return this.partitioned.has(agent) || this.mute.has(agent) || this.unhearing.has(agent);
  }

  /** Brings messages of long ago up again, as a broker with a queue on disk does. Returns how many. */
  replay(count: number): number {
    const old = this.#captured.slice(0, count);
    for (const message of old) this.#toCollector(message);
    return old.length;
  }

  /** A batch of one agent under the name of another one, as a forger would send it; false when there is none. */
  forge(as: string): boolean {
    const stolen = this.#captured.findLast(({ agent, topic }) => agent !== as && topic.endsWith('/money'));
    if (stolen === undefined) return false;
    this.#toCollector({
      agent: as,
      topic: stolen.topic.replace(`/${stolen.agent}/`, `/${as}/`),
      payload: stolen.payload,
      forged: true,
    });
    return true;
  }

  #capture(message: UpMessage): void {
    if (this.#captured.length >= capturedMax) this.#captured.splice(intBetween(this.#random, 0, capturedMax - 1), 1);
    this.#captured.push(message);
  }

  #toCollector(message: UpMessage): void {
    if (this.partitioned.has(message.agent) || this.mute.has(message.agent)) return this.#lose('message into a partition');
    const sent = ++this.#sent;
    this.#spread(`up ${message.agent}`, message.payload, () => {
      const collector = this.#collector;
      if (this.partitioned.has('collector')) return this.#lose('message into a partition');
      if (collector === undefined || !collector.life.alive) return this.#lose();
      this.counts.delivered++;
      if (sent < this.#newestDelivered) this.counts.overtaken++;
      this.#newestDelivered = Math.max(this.#newestDelivered, sent);
      this.lastUpMs = this.#loop.clock.mono();
      collector.receive(message);
    });
  }

  /** Loses, repeats and delays. */
  #spread(label: string, payload: Uint8Array, deliver: () => void): void {
    const { faults } = this;
    if (chance(this.#random, faults.loss)) return this.#lose('message lost');
    const times = chance(this.#random, faults.duplicate) ? intBetween(this.#random, 2, faults.copiesMax) : 1;
    this.counts.repeated += times - 1;
    if (times > 1) this.#loop.struck('message repeated', times - 1);
    const size = payload.length;
    for (let i = 0; i < times; i++) {
      const slow = chance(this.#random, faults.slow) ? this.#random.next() * faults.slowMs : 0;
      if (slow > 0) this.#loop.struck('message delayed');
      this.#loop.clock.after(this.#latencyMs() + slow, () => {
        this.#loop.note(label, size);
        deliver();
      });
    }
  }

  #cutSoon(connection: Connection): void {
    this.counts.cut++;
    this.#loop.struck('connection cut in a publish');
    this.#loop.after(this.#latencyMs(), `cut ${connection.agent}`, () => this.#close(connection, 'cut'));
  }

  #close(connection: Connection, reason: string): void {
    if (!connection.open) return;
    const { agent, life } = connection;
    this.#loop.note(`closed ${agent}`);
    this.#shut(connection, reason);
    if (!life.alive) return;
    for (const answer of connection.waiting.splice(0)) answer();
    connection.onClose(reason);
  }

  /** The end of a connection as the broker and the collector see it. */
  #shut(connection: Connection, reason: string): void {
    connection.open = false;
    const { agent, willTopic } = connection;
    if (this.embedded) this.#collector?.disconnected(agent, reason === 'takenOver' ? 'takenOver' : 'closed');
    this.#toCollector({ agent, topic: willTopic, payload: new TextEncoder().encode('{}') });
  }

  /** `fault`: by what; undefined when there was nobody to receive it. */
  #lose(fault?: string): void {
    if (fault !== undefined) this.#loop.struck(fault);
    this.counts.lost++;
    this.#loop.note('lost');
  }

  #latencyMs(): number {
    const draw = this.#random.next();
    return 0.5 + 60 * draw * draw * draw;
  }
}

const nothing = (): void => {};
