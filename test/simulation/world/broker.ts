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

export const noNetFaults = (): NetFaults => ({ loss: 0, duplicate: 0, slow: 0, slowMs: 0, cut: 0, refuse: 0, deaf: 0 });

/** Time after which a peer that fell silent is given up (keep-alive times 1.5). */
const silentMs = 45_000;

export interface UpMessage {
  readonly agent: string;
  readonly topic: string;
  readonly payload: Uint8Array;
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
  /** What was lost, repeated, cut: for the report. */
  readonly counts = { lost: 0, repeated: 0, cut: 0, takenOver: 0, delivered: 0 };
  readonly #loop: Loop;
  readonly #random: SeededRandom;
  /** Embedded: it lives and dies with the collector, and tells it of connections. External: it does neither. */
  readonly embedded: boolean;
  readonly #connections = new Map<string, Connection>();
  #collector: Subscriber | undefined;

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
    if (this.partitioned.has('collector')) return this.#lose();
    this.#spread(`down ${agent}`, payload, () => {
      const connection = this.#connections.get(agent);
      if (connection === undefined || !connection.open || connection.deaf || this.partitioned.has(agent)) return this.#lose();
      this.counts.delivered++;
      if (connection.life.alive) connection.onMessage(topic, payload);
    });
  }

  /** Ends an agent's connection, its process staying alive. */
  disconnect(agent: string, reason: string): void {
    const connection = this.#connections.get(agent);
    if (connection !== undefined) this.#close(connection, reason);
  }

  disconnectAll(reason: string): void {
    for (const connection of this.#connections.values()) this.#close(connection, reason);
  }

  async #connect(agent: string, willTopic: string, life: Life): Promise<Result<LinkConnection, LinkFailure>> {
    const answer = await life.call('connect', this.#latencyMs() * 3, nothing, (): Result<Connection, LinkFailure> => {
      if (this.partitioned.has(agent)) return err({ kind: 'timeout' });
      if (this.embedded && this.#collector === undefined) return err({ kind: 'unreachable', detail: 'broker down' });
      if (chance(this.#random, this.faults.refuse)) return err({ kind: 'unreachable', detail: 'simulated' });
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
    const silent = (): boolean => !connection.life.alive || this.partitioned.has(connection.agent);
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
        .call('puback', this.#latencyMs(), begin, () => connection.open && !this.partitioned.has(connection.agent))
        .then((answered) => {
          if (answered) resolve(ok(undefined));
          else if (!connection.open) resolve(err({ kind: 'closed' }));
          // In a partition a PUBACK never comes: the publish fails when the connection is given up.
          else connection.waiting.push(() => resolve(err({ kind: 'closed' })));
        });
    });
  }

  #toCollector(message: UpMessage): void {
    if (this.partitioned.has(message.agent)) return this.#lose();
    this.#spread(`up ${message.agent}`, message.payload, () => {
      const collector = this.#collector;
      if (collector === undefined || !collector.life.alive || this.partitioned.has('collector')) return this.#lose();
      this.counts.delivered++;
      collector.receive(message);
    });
  }

  /** Loses, repeats and delays. */
  #spread(label: string, payload: Uint8Array, deliver: () => void): void {
    const { faults } = this;
    if (chance(this.#random, faults.loss)) return this.#lose();
    const times = chance(this.#random, faults.duplicate) ? intBetween(this.#random, 2, 5) : 1;
    this.counts.repeated += times - 1;
    const size = payload.length;
    for (let i = 0; i < times; i++) {
      const slow = chance(this.#random, faults.slow) ? this.#random.next() * faults.slowMs : 0;
      this.#loop.clock.after(this.#latencyMs() + slow, () => {
        this.#loop.note(label, size);
        deliver();
      });
    }
  }

  #cutSoon(connection: Connection): void {
    this.counts.cut++;
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

  #lose(): void {
    this.counts.lost++;
    this.#loop.note('lost');
  }

  #latencyMs(): number {
    const draw = this.#random.next();
    return 0.5 + 60 * draw * draw * draw;
  }
}

const nothing = (): void => {};
