/**
 * The messages of a broker that is not ours: a shared subscription, so that several collectors share the batches. The broker authenticates agents and
 * keeps each to its own topics (its ACL must say so); who sent a message is read from its topic. From the bytes on everything is as with our own broker.
 */
import { type AgentAddress, parseTopic, sharedUpFilter, type UpKind } from '@cardwatch/contracts';
import { type CancelTimer, type Clock, fullJitter, type Logger, type Random } from '@cardwatch/kernel';
import { connect, type MqttClient } from 'mqtt';
import { LateAck } from './late-ack.ts';
import { brokerLimits } from './limits.ts';

export const externalLimits = {
  connectMs: 15_000,
  keepaliveS: 30,
  backoff: { baseMs: 1_000, capMs: 60_000 },
  /** A connection that stood this long starts the back-off anew. */
  stableMs: 60_000,
  /** The broker keeps the session, and what comes meanwhile, for so long. */
  sessionExpiryS: 3_600,
  /** Messages that the broker may hand over before the first of them is settled. */
  inflight: 256,
  /** A message that is not settled by then had its commit fail: a fresh connection, and the broker sends it again. */
  settleMs: 60_000,
  settleLookMs: 5_000,
  endMs: 500,
} as const;

export interface ExternalOptions {
  /** `mqtt://` or `mqtts://`, without a secret; MQTT 5. */
  readonly url: string;
  /** PEM of the authority that signed the broker's certificate; left out, the system's. Verified always. */
  readonly ca?: string;
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  /** Default: the shared subscription `$share/collector/cw/1/+/+/up/#`. */
  readonly filter?: string;
  /** `settled`: the broker may forget the message; it is acknowledged then and not before. */
  readonly receive: (from: AgentAddress, kind: UpKind, payload: Uint8Array, settled: () => void) => void;
  /** A message on a topic that is not ours. */
  readonly notOurs?: (topic: string) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface ExternalLink {
  /** Dropped, and false, while there is no connection: what is lost is asked for again. */
  publish(topic: string, payload: Uint8Array): boolean;
  connected(): boolean;
  /** Messages taken and not settled yet. */
  unsettled(): number;
  /** May be called twice. */
  close(): Promise<void>;
}

/** Connects and keeps connecting until closed; never rejects. */
export function connectExternal(options: ExternalOptions): ExternalLink {
  return new Supervisor(options);
}

/** A fresh client an attempt: MQTT.js neither jitters its own reconnects nor survives every way in which a broker restarts. The session is the broker's. */
class Supervisor implements ExternalLink {
  readonly #options: ExternalOptions;
  #client: MqttClient | undefined;
  #lateAck: LateAck | undefined;
  #attempt = 0;
  #connectedAt: number | undefined;
  #cancelTimer: CancelTimer | undefined;
  #closed = false;

  constructor(options: ExternalOptions) {
    this.#options = options;
    this.#connect();
  }

  publish(topic: string, payload: Uint8Array): boolean {
    const client = this.#client;
    if (client?.connected !== true || this.#connectedAt === undefined) return false;
    if (client.stream.writableLength > brokerLimits.unsentBytes) return false;
    client.publish(topic, Buffer.from(payload), { qos: 1 }, () => {});
    return true;
  }

  connected(): boolean {
    return this.#connectedAt !== undefined;
  }

  unsettled(): number {
    return this.#lateAck?.open ?? 0;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    const client = this.#client;
    this.#client = undefined;
    this.#connectedAt = undefined;
    if (client !== undefined) await this.#end(client);
  }

  /** In order, so that what was acknowledged last is on its way; a broker that is away is not waited for. */
  #end(client: MqttClient): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(externalLimits.endMs, () => {
        client.end(true);
        resolve();
      });
      client.end(!client.connected, () => {
        cancel();
        resolve();
      });
    });
  }

  #connect(): void {
    const client = connect(this.#options.url, this.#clientOptions());
    this.#client = client;
    this.#lateAck = new LateAck(client, {
      receive: (topic, payload, settled) => this.#receive(topic, payload, settled),
      now: () => this.#options.clock.mono(),
    });
    client.on('connect', () => this.#subscribe(client));
    client.on('error', (error) => this.#options.log.log('warn', 'external broker', { detail: error.message }));
    client.once('close', () => this.#ended(client));
  }

  #clientOptions(): Parameters<typeof connect>[1] & object {
    const { ca, username, password, clientId } = this.#options;
    return {
      clientId,
      username,
      password,
      protocolVersion: 5,
      clean: false,
      properties: {
        sessionExpiryInterval: externalLimits.sessionExpiryS,
        receiveMaximum: externalLimits.inflight,
        maximumPacketSize: brokerLimits.packetBytes,
      },
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      connectTimeout: externalLimits.connectMs,
      keepalive: externalLimits.keepaliveS,
      rejectUnauthorized: true,
      ...(ca === undefined ? {} : { ca }),
    };
  }

  #subscribe(client: MqttClient): void {
    const { filter = sharedUpFilter, log } = this.#options;
    client.subscribe(filter, { qos: 1 }, (error) => {
      if (this.#client !== client) return;
      if (error === null) {
        this.#connectedAt = this.#options.clock.mono();
        log.log('info', 'external broker connected');
        this.#watchSettling(client);
      } else client.end(true);
    });
  }

  #receive(topic: string, payload: Uint8Array, settled: () => void): void {
    const { receive, notOurs } = this.#options;
    const parsed = parseTopic(topic);
    if (parsed.ok && parsed.value.way === 'up') return receive(parsed.value.address, parsed.value.kind, payload, settled);
    notOurs?.(topic);
    settled();
  }

  #watchSettling(client: MqttClient): void {
    this.#cancelTimer = this.#options.clock.after(externalLimits.settleLookMs, () => {
      if (this.#client !== client) return;
      if ((this.#lateAck?.waitedMs() ?? 0) < externalLimits.settleMs) return this.#watchSettling(client);
      this.#options.log.log('warn', 'external broker: messages were not committed, they are asked for again', {
        open: this.unsettled(),
      });
      client.end(true);
    });
  }

  #ended(client: MqttClient): void {
    client.end(true);
    if (this.#closed || this.#client !== client) return;
    const { clock, random, log } = this.#options;
    this.#cancelTimer?.();
    if (this.#connectedAt !== undefined) log.log('warn', 'external broker lost');
    const stood = this.#connectedAt === undefined ? 0 : clock.mono() - this.#connectedAt;
    this.#attempt = stood >= externalLimits.stableMs ? 0 : this.#attempt + 1;
    this.#client = undefined;
    this.#lateAck = undefined;
    this.#connectedAt = undefined;
    this.#cancelTimer = clock.after(fullJitter(externalLimits.backoff, this.#attempt, random), () => this.#connect());
  }
}
