/** An agent reduced to its wire: hello, batches with a true chain, and no journal. It lets a test decide exactly what the console has to show. */
import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import {
  AckMessage,
  type AgentAddress,
  AgentId,
  BatchHead,
  chainInput,
  Command,
  type DeviceDeclaration,
  downTopic,
  encodeBatch,
  type EventLine,
  type HealthLine,
  type MoneyLine,
  SiteId,
  type Stream,
  upTopic,
} from '@cardwatch/contracts';
import { connectAsync, type MqttClient } from 'mqtt';

export interface LittleAgentOptions {
  readonly mqttPort: number;
  readonly site: string;
  readonly agent: string;
  readonly secret: string;
  readonly devices: readonly DeviceDeclaration[];
  /** How long the collector may take to answer; a bench on a busy machine gives it longer. */
  readonly answerMs?: number;
}

type LineOf = { readonly money: MoneyLine; readonly event: EventLine; readonly health: HealthLine };

const usualAnswerMs = 10_000;
const text = new TextEncoder();

export class LittleAgent {
  readonly #client: MqttClient;
  readonly #address: AgentAddress;
  readonly #answerMs: number;
  readonly #instance = randomBytes(16).toString('hex');
  readonly #waiting: ((message: AckMessage) => boolean)[] = [];
  readonly #chain: Record<Stream, { seq: number; hash: Uint8Array }> = { money: start(), event: start(), health: start() };
  #epoch = 0;

  private constructor(client: MqttClient, address: AgentAddress, answerMs: number) {
    this.#client = client;
    this.#answerMs = answerMs;
    this.#address = address;
    client.on('message', (topic, payload) => {
      if (topic === downTopic(address, 'command')) return this.#obey(payload);
      const parsed = AckMessage.safeParse(JSON.parse(payload.toString('utf8')));
      if (!parsed.success) return;
      const at = this.#waiting.findIndex((take) => take(parsed.data));
      if (at >= 0) this.#waiting.splice(at, 1);
    });
  }

  /** Resolves once the collector has granted an epoch. */
  static async connect(options: LittleAgentOptions): Promise<LittleAgent> {
    const address = { site: SiteId.parse(options.site), agent: AgentId.parse(options.agent) };
    const client = await connectAsync(`mqtt://127.0.0.1:${options.mqttPort}`, {
      clientId: options.agent,
      username: `${options.site}/${options.agent}`,
      password: options.secret,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: options.answerMs ?? usualAnswerMs,
      // The collector holds an agent for lost after 45 s without a word.
      keepalive: 10,
    });
    const made = new LittleAgent(client, address, options.answerMs ?? usualAnswerMs);
    await client.subscribeAsync([downTopic(address, 'ack'), downTopic(address, 'command')], { qos: 1 });
    await made.#hello(options.devices);
    return made;
  }

  /** One batch; resolves when the collector says that it is committed. */
  async send<S extends Stream>(stream: S, lines: readonly LineOf[S][]): Promise<void> {
    const link = this.#chain[stream];
    const firstSeq = link.seq + 1;
    const prevHash = hex(link.hash);
    const bytes = lines.map((line) => text.encode(JSON.stringify(line)));
    for (const line of bytes) {
      link.seq += 1;
      link.hash = createHash('sha256')
        .update(chainInput(link.hash, link.seq, line))
        .digest();
    }
    const { agent } = this.#address;
    const head = { v: 1, agent, epoch: this.#epoch, stream, firstSeq, lastSeq: link.seq, instance: this.#instance, lane: 'live' };
    const batch = encodeBatch(BatchHead.parse({ ...head, prevHash, endHash: hex(link.hash) }), bytes);
    const committed = this.#until(
      (message) => message.type === 'ack' && message.stream === stream && message.contiguousUpto >= link.seq,
    );
    await this.#client.publishAsync(upTopic(this.#address, stream), Buffer.from(batch), { qos: 1 });
    await committed;
  }

  /** Says that all was done that is ordered. */
  #obey(payload: Uint8Array): void {
    const command = Command.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
    const reply = { v: 1, id: command.id, outcome: 'done', detail: 'the valve is shut', sentAt: Date.now() };
    this.#client.publish(upTopic(this.#address, 'reply'), JSON.stringify(reply), { qos: 1 });
  }

  async close(): Promise<void> {
    await this.#client.endAsync();
  }

  async #hello(devices: readonly DeviceDeclaration[]): Promise<void> {
    const none = { first: 0, last: 0, acked: 0 };
    const welcomed = this.#until((message) => {
      if (message.type === 'refused') throw new Error(`refused: ${message.reason}`);
      if (message.type === 'welcome') this.#epoch = message.epoch.no;
      return message.type === 'welcome';
    });
    const now = Date.now();
    const hello = {
      v: 1,
      instance: this.#instance,
      epoch: null,
      streams: { money: none, event: none, health: none },
      part: 1,
      parts: 1,
      devices,
      versions: { agent: '0.1.0', node: process.versions.node },
      bootedAt: now,
      sentAt: now,
    };
    await this.#client.publishAsync(upTopic(this.#address, 'hello'), JSON.stringify(hello), { qos: 1 });
    await welcomed;
  }

  #until(isIt: (message: AckMessage) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the collector did not answer')), this.#answerMs);
      this.#waiting.push((message) => {
        if (!isIt(message)) return false;
        clearTimeout(timer);
        resolve();
        return true;
      });
    });
  }
}

const start = (): { seq: number; hash: Uint8Array } => ({ seq: 0, hash: new Uint8Array(32) });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** First 128 bits of HMAC-SHA-256, as the pseudonyms and content hashes of records are made. */
export const hmac128 = (siteKey: string, value: string): string =>
  createHmac('sha256', Buffer.from(siteKey, 'hex')).update(value, 'ascii').digest('hex').slice(0, 32);

/** A field as an agent seals it for one device: `<keyId>.<base64url(nonce | ciphertext | tag)>`, AES-256-GCM, the device's id beside it. */
export function sealed(
  { dataKeyId, dataKey }: { readonly dataKeyId: string; readonly dataKey: string },
  bytes: Uint8Array,
  deviceId: string,
): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(dataKey, 'hex'), nonce).setAAD(Buffer.from(deviceId, 'utf8'));
  const body = Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  return `${dataKeyId}.${body.toString('base64url')}`;
}
