import type { MqttClient, Packet } from 'mqtt';
import { generate } from 'mqtt-packet';

type Publish = Extract<Packet, { readonly cmd: 'publish' }>;

interface LateAckParts {
  readonly receive: (topic: string, payload: Uint8Array, settled: () => void) => void;
  readonly now: () => number;
}

/**
 * Acknowledges QoS 1 messages when they are settled, in any order. The library itself sends PUBACK as soon as its listener returns and reads nothing
 * else meanwhile; so each message is taken where it comes in, and what is left for the library has nothing to acknowledge.
 */
export class LateAck {
  readonly #client: MqttClient;
  readonly #parts: LateAckParts;
  /** When each message came that is not settled yet, the oldest first. */
  readonly #open = new Map<number, number>();

  constructor(client: MqttClient, parts: LateAckParts) {
    this.#client = client;
    this.#parts = parts;
    client.on('packetreceive', (packet) => {
      if (packet.cmd === 'publish') this.#take(packet);
    });
  }

  /** How long the oldest message has waited; 0: none waits. */
  waitedMs(): number {
    const [oldest] = this.#open.values();
    return oldest === undefined ? 0 : this.#parts.now() - oldest;
  }

  get open(): number {
    return this.#open.size;
  }

  #take(packet: Publish): void {
    const { topic, payload, qos, messageId } = packet;
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    if (qos !== 1 || messageId === undefined) return this.#parts.receive(topic, bytes, () => {});
    packet.qos = 0;
    // A broker sends again what it was not told of: what is under way is not taken twice on one connection.
    if (this.#open.has(messageId)) return;
    this.#open.set(messageId, this.#parts.now());
    this.#parts.receive(topic, bytes, () => this.#settled(messageId));
  }

  #settled(messageId: number): void {
    if (!this.#open.delete(messageId) || !this.#client.connected) return;
    this.#client.stream.write(generate({ cmd: 'puback', messageId, reasonCode: 0 }, { protocolVersion: 5 }));
  }
}
