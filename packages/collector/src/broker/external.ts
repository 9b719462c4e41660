/**
 * Ingest over a broker that is not ours: a shared subscription, so that several collectors share the batches. The broker authenticates agents and
 * keeps each to its own topics (its ACL must say so); who sent a message is read from its topic. From the bytes on everything is as with our own broker.
 */
import { parseTopic, sharedUpFilter } from '@cardwatch/contracts';
import { type CancelTimer, type Clock, fullJitter, type Logger, type Random } from '@cardwatch/kernel';
import { connect, type MqttClient } from 'mqtt';
import type { BrokerEvents } from './events.ts';

export const externalLimits = {
  connectMs: 15_000,
  keepaliveS: 30,
  backoff: { baseMs: 1_000, capMs: 60_000 },
  /** A connection that stood this long starts the back-off anew. */
  stableMs: 60_000,
} as const;

export interface ExternalOptions {
  /** `mqtt://` or `mqtts://` */
  readonly url: string;
  /** PEM of the authority that signed the broker's certificate. */
  readonly ca?: string;
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  /** Default: the shared subscription `$share/collector/cw/1/+/+/up/#`. */
  readonly filter?: string;
  readonly events: BrokerEvents;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface ExternalLink {
  publish(topic: string, payload: Uint8Array): void;
  connected(): boolean;
  /** May be called twice. */
  close(): Promise<void>;
}

/** Connects and keeps connecting until closed; never rejects. */
export function connectExternal(options: ExternalOptions): ExternalLink {
  return new Supervisor(options);
}

/** A fresh client an attempt: MQTT.js neither jitters its own reconnects nor survives every way in which a broker restarts. */
class Supervisor implements ExternalLink {
  readonly #options: ExternalOptions;
  #client: MqttClient | undefined;
  #attempt = 0;
  #connectedAt: number | undefined;
  #cancelRetry: CancelTimer | undefined;
  #closed = false;

  constructor(options: ExternalOptions) {
    this.#options = options;
    this.#connect();
  }

  publish(topic: string, payload: Uint8Array): void {
    const client = this.#client;
    if (client?.connected !== true || this.#connectedAt === undefined) return;
    client.publish(topic, Buffer.from(payload), { qos: 1 }, () => {});
  }

  connected(): boolean {
    return this.#connectedAt !== undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry?.();
    const client = this.#client;
    this.#client = undefined;
    this.#connectedAt = undefined;
    if (client !== undefined) await client.endAsync(true);
  }

  #connect(): void {
    const { url, ca, username, password, clientId, log } = this.#options;
    const client = connect(url, {
      clientId,
      username,
      password,
      clean: true,
      reconnectPeriod: 0,
      queueQoSZero: false,
      connectTimeout: externalLimits.connectMs,
      keepalive: externalLimits.keepaliveS,
      ...(ca === undefined ? {} : { ca }),
    });
    this.#client = client;
    client.on('connect', () => this.#subscribe(client));
    client.on('message', (topic, payload) => this.#receive(topic, payload));
    client.on('error', (error) => log.log('warn', 'external broker', { detail: error.message }));
    client.once('close', () => this.#ended(client));
  }

  #subscribe(client: MqttClient): void {
    const { filter = sharedUpFilter, log } = this.#options;
    client.subscribe(filter, { qos: 1 }, (error) => {
      if (this.#client !== client) return;
      if (error === null) {
        this.#connectedAt = this.#options.clock.mono();
        log.log('info', 'external broker connected');
      } else client.end(true);
    });
  }

  #receive(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic);
    if (parsed.ok && parsed.value.way === 'up') this.#options.events.receive(parsed.value.address, parsed.value.kind, payload);
  }

  #ended(client: MqttClient): void {
    client.end(true);
    if (this.#closed || this.#client !== client) return;
    const { clock, random } = this.#options;
    const stood = this.#connectedAt === undefined ? 0 : clock.mono() - this.#connectedAt;
    this.#attempt = stood >= externalLimits.stableMs ? 0 : this.#attempt + 1;
    this.#client = undefined;
    this.#connectedAt = undefined;
    this.#cancelRetry = clock.after(fullJitter(externalLimits.backoff, this.#attempt, random), () => this.#connect());
  }
}
