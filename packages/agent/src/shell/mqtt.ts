/** The one file of the agent that knows an MQTT library. */
import { type AgentAddress, sessionLimits, upTopic } from '@cardwatch/contracts';
import { err, ok, type Result } from '@cardwatch/kernel';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { Link, LinkConnection, LinkFailure } from '../ports.ts';
import { PacketSizes } from '../uplink/packet-size.core.ts';

// The library keeps each length that it ever encoded, and with it the slab that the bytes were cut from: 64 KiB each by default, for good.
Buffer.poolSize = 1_024;

export const mqttLimits = {
  connectMs: 14_000,
  keepaliveS: 30,
  publishesInFlight: 256,
  pingMs: 4_000,
  /** Of a packet that comes, behind its fixed header: the longest message and its topic. */
  packetBytes: sessionLimits.messageBytes + 1_024,
} as const;

export interface MqttOptions {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  readonly url: string;
  readonly address: AgentAddress;
  readonly password: string;
  /** PEM; left out: the system's. */
  readonly ca: string | undefined;
}

/** A fresh client for each attempt: clean session, no reconnect and no queue of the library's own; the journal is the queue. */
export function mqttLink(options: MqttOptions): Link {
  return { connect: () => connect(options) };
}

function clientOptions({ address, password, ca, url }: MqttOptions): IClientOptions {
  return {
    clientId: address.agent,
    username: `${address.site}/${address.agent}`,
    password,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    writeCache: false,
    connectTimeout: mqttLimits.connectMs,
    keepalive: mqttLimits.keepaliveS,
    will: { topic: upTopic(address, 'bye'), payload: Buffer.alloc(0), qos: 1, retain: false },
    ...(url.startsWith('mqtts:') ? { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) } : {}),
  };
}

async function connect(options: MqttOptions): Promise<Result<LinkConnection, LinkFailure>> {
  const client = mqtt.connect(options.url, clientOptions(options));
  limitPackets(client);
  const connected = await opened(client);
  if (!connected.ok) {
    client.end(true);
    return connected;
  }
  const connection = new MqttConnection(client);
  const subscribed = await subscribe(client, `cw/1/${options.address.site}/${options.address.agent}/down/+`);
  if (subscribed.ok) return ok(connection);
  await connection.close();
  return subscribed;
}

/** Listens before the parser does; what is too long ends the connection when its header is read. The library tells of no error of its stream but the system's. */
function limitPackets(client: MqttClient): void {
  const { stream } = client;
  const sizes = new PacketSizes(mqttLimits.packetBytes);
  stream.prependListener('data', (piece: Uint8Array) => {
    const violation = sizes.inspect(piece);
    if (violation === undefined || stream.destroyed) return;
    client.emit('error', new Error(`the broker sent a packet that is not taken: ${violation}`));
    stream.destroy();
  });
}

function opened(client: MqttClient): Promise<Result<void, LinkFailure>> {
  return new Promise((resolve) => {
    client.once('connect', () => resolve(ok(undefined)));
    client.on('error', (error) => resolve(err(failureOf(error))));
    client.once('close', () => resolve(err({ kind: 'closed' })));
  });
}

/** CONNACK codes 1 to 5 are a refusal by the broker; anything else is the way to it. */
function failureOf(error: Error): LinkFailure {
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return { kind: 'refused', detail: error.message.slice(0, 200) };
  return { kind: 'unreachable', detail: error.message.slice(0, 200) };
}

async function subscribe(client: MqttClient, filter: string): Promise<Result<void, LinkFailure>> {
  try {
    const granted = await client.subscribeAsync(filter, { qos: 1 });
    if (granted.length > 0 && granted.every(({ qos }) => qos <= 1)) return ok(undefined);
    return err({ kind: 'refused', detail: 'the broker does not grant the subscription' });
  } catch (error) {
    return err({ kind: 'refused', detail: String(error).slice(0, 200) });
  }
}

class MqttConnection implements LinkConnection {
  readonly #client: MqttClient;
  #closed = false;
  #inFlight = 0;
  #onMessage: ((topic: string, payload: Uint8Array) => void) | undefined;
  #onClose: ((reason: string) => void) | undefined;
  #reason = 'the connection was closed';
  readonly #pinging: NodeJS.Timeout;

  constructor(client: MqttClient) {
    this.#client = client;
    // A sign of life between two batches, so that a link that broke without a word is known in seconds. The keep-alive of the protocol stays long: the
    // broker ends a connection by it, and a batch may take that long over a slow link.
    this.#pinging = setInterval(() => {
      if (client.connected && this.#inFlight === 0) client.sendPing();
    }, mqttLimits.pingMs);
    client.on('message', (topic, payload) => {
      if (payload.length <= sessionLimits.messageBytes) this.#onMessage?.(topic, payload);
    });
    client.on('error', (error) => {
      this.#reason = error.message.slice(0, 200);
    });
    client.on('close', () => {
      clearInterval(this.#pinging);
      this.#closed = true;
      this.#onClose?.(this.#reason);
    });
  }

  async publish(topic: string, payload: Uint8Array): Promise<Result<void, LinkFailure>> {
    if (this.#closed || !this.#client.connected) return err({ kind: 'closed' });
    if (this.#inFlight >= mqttLimits.publishesInFlight) return err({ kind: 'timeout' });
    this.#inFlight++;
    try {
      await this.#client.publishAsync(topic, Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength), { qos: 1 });
      return ok(undefined);
    } catch {
      return err({ kind: 'closed' });
    } finally {
      this.#inFlight--;
    }
  }

  onMessage(listener: (topic: string, payload: Uint8Array) => void): void {
    this.#onMessage = listener;
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose = listener;
    if (this.#closed) listener(this.#reason);
  }

  async close(): Promise<void> {
    const clean = !this.#closed && this.#client.connected;
    this.#closed = true;
    clearInterval(this.#pinging);
    await new Promise<void>((resolve) => {
      // An orderly DISCONNECT when the broker is there; it must not be waited for when it is not.
      const timer = setTimeout(() => {
        this.#client.end(true);
        resolve();
      }, 300);
      this.#client.end(!clean, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
