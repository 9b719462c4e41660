import type { Socket } from 'node:net';
import { type AgentId, parseTopic } from '@cardwatch/contracts';
import type { Clock, EpochMs, Logger } from '@cardwatch/kernel';
import { Aedes, type Client } from 'aedes';
import { anyKind } from './access.core.ts';
import { Admission } from './admission.ts';
import { CanaryIdentity, type CanaryStats } from './canary.ts';
import type { Credentials } from './credentials.ts';
import { Door } from './door.ts';
import { Doorkeeper } from './doorkeeper.ts';
import type { BrokerAudit, BrokerEvents, BrokerRefusal } from './events.ts';
import { guardFrames } from './frames.ts';
import { type BrokerLimits, brokerLimits } from './limits.ts';
import type { TlsFiles } from './listener.ts';
import type { Peer } from './peer.ts';

export interface BrokerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls?: TlsFiles;
  readonly credentials: Credentials;
  readonly events: BrokerEvents;
  readonly audit: (entry: BrokerAudit) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: Partial<BrokerLimits>;
}

export interface BrokerStats {
  /** Agents that are connected and authenticated. */
  readonly clients: number;
  readonly sockets: number;
  readonly connectsTotal: number;
  readonly refusedTotal: number;
  readonly refused: Readonly<Partial<Record<BrokerRefusal, number>>>;
  /** Answers not sent because their agent was gone or did not read. */
  readonly unsentTotal: number;
  /** When a connection was last read more slowly than it sent. */
  readonly lastThrottledAt: EpochMs | null;
  /** False while the listener does not answer the broker's own visits. */
  readonly up: boolean;
  readonly canary: CanaryStats;
}

export interface Broker {
  readonly host: string;
  readonly port: number;
  publish(topic: string, payload: Uint8Array): void;
  disconnect(agent: AgentId): void;
  stats(): BrokerStats;
  /** Ends all connections. May be called twice. */
  close(): Promise<void>;
}

/** Starts the embedded broker. Rejects when the port cannot be listened on. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const broker = new EmbeddedBroker(options);
  await broker.start();
  return broker;
}

const heardEveryMs = 1_000;

class EmbeddedBroker implements Broker {
  readonly host: string;
  readonly #options: BrokerOptions;
  readonly #limits: BrokerLimits;
  readonly #aedes: Aedes;
  readonly #door: Door;
  readonly #sockets = new Set<Socket>();
  /** Outlives the socket's place in the set: aedes tells the end of a connection later. */
  readonly #peers = new WeakMap<Socket, Peer>();
  readonly #clients = new Map<AgentId, Client>();
  readonly #refused: Partial<Record<BrokerRefusal, number>> = {};
  #connectsTotal = 0;
  #unsentTotal = 0;
  #lastThrottledAt: EpochMs | null = null;
  #closing: Promise<void> | undefined;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.host = options.host;
    this.#limits = { ...brokerLimits, ...options.limits };
    const { clock, log, host, port, tls } = options;
    const [doorkeeper, identity] = [new Doorkeeper(this.#limits), new CanaryIdentity()];
    const { connectTimeoutMs, drainTimeoutMs, queuedPackets, clientIdLength, topicLevels, inflightInbound } = this.#limits;
    const admission = new Admission({
      credentials: options.credentials,
      doorkeeper,
      identity,
      keepaliveS: this.#limits.keepaliveS,
      clock,
      peerOf: (client) => this.#peerOf(client),
      standing: (agent) => this.#clients.get(agent),
      refused: (refusal, peer, detail) => this.#refuse(refusal, peer, detail),
      events: options.events,
    });
    this.#aedes = new Aedes({
      concurrency: 1_000,
      connectTimeout: connectTimeoutMs,
      drainTimeout: drainTimeoutMs,
      queueLimit: queuedPackets,
      maxClientsIdLength: clientIdLength,
      maxTopicLevels: topicLevels,
      maxInflightInbound: inflightInbound,
      ...admission.hooks(),
    });
    admission.takeOutMessages(this.#aedes);
    this.#listenToAedes();
    this.#door = new Door({
      host,
      port,
      tls,
      limits: this.#limits,
      doorkeeper,
      identity,
      clock,
      log,
      accept: (socket, ip) => this.#accept(socket, ip),
      refused: (refusal, ip, detail) => this.#count({ refusal, ip, agent: undefined, detail }),
    });
  }

  get port(): number {
    return this.#door.port;
  }

  async start(): Promise<void> {
    await this.#options.credentials.load();
    await this.#aedes.listen();
    await this.#door.open();
  }

  #accept(socket: Socket, ip: string): void {
    const peer = newPeer(ip);
    socket.on('error', () => socket.destroy());
    this.#connectsTotal++;
    this.#sockets.add(socket);
    this.#peers.set(socket, peer);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#left(socket, peer);
    });
    socket.setNoDelay(true);
    guardFrames(socket, {
      limits: this.#limits,
      clock: this.#options.clock,
      refused: (violation) => this.#refuse('frame', peer, violation),
      throttled: () => this.#refuse('throttled', peer, ''),
      received: () => this.#received(peer),
    });
    this.#aedes.handle(socket);
  }

  #listenToAedes(): void {
    const { log, events } = this.#options;
    this.#aedes.on('client', (client) => {
      const address = this.#peerOf(client)?.address;
      if (address === undefined || client.closed || !this.#sockets.has(client.conn as Socket)) return;
      this.#clients.set(address.agent, client);
      events.connected(address);
    });
    this.#aedes.on('clientError', (client, error) => this.#ended(client, error));
    this.#aedes.on('connectionError', (client, error) => this.#ended(client, error));
    this.#aedes.on('unsubscribe', (filters, client) => {
      for (const filter of filters) this.#peerOf(client)?.granted.delete(filter);
    });
    this.#aedes.addListener('error', (error: Error) => log.log('error', 'broker error', { detail: error.message }));
  }

  /** A ping, a batch or a part of one: whoever sends is there. Told once a second. */
  #received(peer: Peer): void {
    const now = this.#options.clock.mono();
    if (peer.address === undefined || now - peer.heardMs < heardEveryMs) return;
    peer.heardMs = now;
    this.#options.events.heard(peer.address);
  }

  /** The socket tells the end of a connection: aedes tells it of the wrong one when two of one agent overlap, and sometimes not at all. */
  #left(socket: Socket, { address, takenOver }: Peer): void {
    if (address === undefined || this.#clients.get(address.agent)?.conn !== socket) return;
    this.#clients.delete(address.agent);
    this.#options.events.disconnected(address, takenOver ? 'takenOver' : 'closed');
  }

  /** Why aedes gave a connection up, unless it was told already or the network did it. */
  #ended(client: Client, error: Error): void {
    this.#options.log.log('debug', 'client error', { agent: client.id, detail: error.message });
    const peer = this.#peerOf(client);
    if (peer === undefined || peer.told || 'code' in error) return;
    this.#refuse(refusalOf(error.message), peer, error.message.slice(0, 128));
  }

  #peerOf(client: Client): Peer | undefined {
    return this.#peers.get(client.conn as Socket);
  }

  #refuse(refusal: BrokerRefusal, peer: Peer, detail: string): void {
    if (refusal === 'throttled') this.#lastThrottledAt = this.#options.clock.now();
    else if (refusal !== 'subscribe') peer.told = true;
    this.#count({ refusal, ip: peer.ip, agent: peer.address?.agent ?? peer.facts?.clientId.slice(0, 64), detail });
  }

  #count(entry: BrokerAudit): void {
    this.#refused[entry.refusal] = (this.#refused[entry.refusal] ?? 0) + 1;
    this.#options.audit(entry);
  }

  publish(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic);
    const client = parsed.ok ? this.#clients.get(parsed.value.address.agent) : undefined;
    const qos = client === undefined ? undefined : this.#grantedQos(client, topic);
    const room = (client?.conn as Socket | undefined)?.writableLength ?? 0;
    if (client === undefined || client.closed || qos === undefined || room > this.#limits.unsentBytes) {
      this.#unsentTotal++;
      return;
    }
    client.publish({ cmd: 'publish', topic, payload: Buffer.from(payload), qos, retain: false, dup: false }, () => {});
  }

  /** Once however many filters overlap; undefined: it does not want it. */
  #grantedQos(client: Client, topic: string): 0 | 1 | undefined {
    const granted = this.#peerOf(client)?.granted;
    return granted?.get(topic) ?? granted?.get(anyKind(topic));
  }

  disconnect(agent: AgentId): void {
    this.#clients.get(agent)?.close();
  }

  stats(): BrokerStats {
    return {
      clients: this.#clients.size,
      sockets: this.#sockets.size,
      connectsTotal: this.#connectsTotal,
      refusedTotal: Object.values(this.#refused).reduce((sum, count) => sum + count, 0),
      refused: { ...this.#refused },
      unsentTotal: this.#unsentTotal,
      lastThrottledAt: this.#lastThrottledAt,
      up: this.#door.up,
      canary: this.#door.canary,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const doorClosed = this.#door.close();
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await doorClosed;
  }
}

const newPeer = (ip: string): Peer => ({
  ip,
  facts: undefined,
  address: undefined,
  takenOver: false,
  granted: new Map(),
  told: false,
  canary: false,
  heardMs: Number.NEGATIVE_INFINITY,
});

/** By the words of aedes (lib/client.js). */
function refusalOf(message: string): BrokerRefusal {
  if (message === 'drain timeout') return 'slowReader';
  return message === 'keep alive timeout' ? 'silent' : 'protocol';
}
