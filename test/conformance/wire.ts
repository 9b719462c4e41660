/** MQTT 3.1.1 by hand, from its specification: nothing of a library, so that a library's mistake is not made twice. */
import net from 'node:net';

/** Control packet types, MQTT-2.2.1. */
export const type = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
} as const;

export interface Packet {
  readonly type: number;
  readonly flags: number;
  readonly body: Buffer;
}

/** Length-prefixed bytes, MQTT-1.5.3. */
export const field = (content: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([u16(bytes.length), bytes]);
};

export function u16(value: number): Buffer {
  const out = Buffer.alloc(2);
  out.writeUInt16BE(value);
  return out;
}

/** Fixed header and body, MQTT-2.2. */
export function packet(kind: number, flags: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  let left = body.length;
  do {
    length.push((left % 128) | (left > 127 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.concat([Buffer.from([(kind << 4) | flags, ...length]), body]);
}

export interface Connect {
  readonly name: string;
  readonly level: number;
  /** MQTT-3.1.2.3, without the flags of the will. */
  readonly flags: number;
  readonly keepaliveS: number;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  readonly will: { readonly topic: string; readonly payload: string; readonly qos: number; readonly retain: boolean };
}

/** Username, password, clean session. */
const usualFlags = 0xc2;

export function connect(wish: Partial<Connect> & Pick<Connect, 'clientId'>): Buffer {
  const { will, clientId, name = 'MQTT', level = 4, flags = usualFlags, keepaliveS = 30, username, password } = wish;
  const willFlags = will === undefined ? 0 : 0x04 | (will.qos << 3) | (will.retain ? 0x20 : 0);
  const head = [field(name), Buffer.from([level, flags | willFlags]), u16(keepaliveS), field(clientId)];
  const willParts = will === undefined ? [] : [field(will.topic), field(will.payload)];
  const user = (flags & 0x80) === 0 ? [] : [field(username ?? '')];
  const secret = (flags & 0x40) === 0 ? [] : [field(password ?? '')];
  return packet(type.connect, 0, ...head, ...willParts, ...user, ...secret);
}

export interface Publish {
  readonly topic: string | Uint8Array;
  readonly payload: string;
  readonly qos: number;
  readonly id: number;
  readonly dup: boolean;
  readonly retain: boolean;
}

export function publish({
  topic,
  payload = 'x',
  qos = 0,
  id = 1,
  dup = false,
  retain = false,
}: Partial<Publish> & Pick<Publish, 'topic'>): Buffer {
  const flags = (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  return packet(type.publish, flags, field(topic), ...(qos > 0 ? [u16(id)] : []), Buffer.from(payload));
}

export const subscribe = (id: number, ...filters: readonly (readonly [filter: string, qos: number])[]): Buffer =>
  packet(type.subscribe, 2, u16(id), ...filters.flatMap(([filter, qos]) => [field(filter), Buffer.from([qos])]));

export const unsubscribe = (id: number, ...filters: readonly string[]): Buffer =>
  packet(type.unsubscribe, 2, u16(id), ...filters.map(field));

export const puback = (id: number): Buffer => packet(type.puback, 0, u16(id));
export const pingreq = packet(type.pingreq, 0);
export const disconnect = packet(type.disconnect, 0);

/** What a PUBLISH says. */
export function published({ flags, body }: Packet): Required<Publish> {
  const qos = (flags >> 1) & 3;
  const topicEnd = 2 + body.readUInt16BE(0);
  const id = qos > 0 ? body.readUInt16BE(topicEnd) : 0;
  return {
    topic: body.toString('utf8', 2, topicEnd),
    payload: body.toString('utf8', topicEnd + (qos > 0 ? 2 : 0)),
    qos,
    id,
    dup: (flags & 8) !== 0,
    retain: (flags & 1) !== 0,
  };
}

const waitMs = 20_000;

/** One connection that speaks bytes. */
export class Talk {
  readonly #socket: net.Socket;
  readonly #packets: Packet[] = [];
  #bytes = Buffer.alloc(0);
  #isOver = false;
  #changed: () => void = () => {};

  constructor(port: number) {
    this.#socket = net.connect(port, '127.0.0.1');
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#isOver = true;
      this.#changed();
    });
  }

  send(...bytes: readonly Uint8Array[]): void {
    this.#socket.write(Buffer.concat(bytes));
  }

  /** Without a word. */
  drop(): void {
    this.#socket.destroy();
  }

  /** The next packet, or undefined when the connection has ended. */
  async next(): Promise<Packet | undefined> {
    const deadline = performance.now() + waitMs;
    while (this.#packets.length === 0 && !this.#isOver) await this.#change(deadline);
    return this.#packets.shift();
  }

  async expect(wanted: number): Promise<Packet> {
    const got = await this.next();
    if (got?.type !== wanted) throw new Error(`expected packet ${wanted}, got ${got === undefined ? 'the end' : got.type}`);
    return got;
  }

  /** Everything up to the end of the connection, which must come. */
  async rest(): Promise<readonly Packet[]> {
    const all: Packet[] = [];
    for (let got = await this.next(); got !== undefined; got = await this.next()) all.push(got);
    return all;
  }

  /** Everything that the other side had to say before it answered a ping. */
  async untilPong(): Promise<readonly Packet[]> {
    this.send(pingreq);
    const all: Packet[] = [];
    for (let got = await this.next(); got?.type !== type.pingresp; got = await this.next()) {
      if (got === undefined) throw new Error('the connection ended');
      all.push(got);
    }
    return all;
  }

  #change(deadline: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error('neither a packet nor the end came')),
        Math.max(0, deadline - performance.now()),
      );
      this.#changed = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (;;) {
      let [length, at, shift] = [0, 1, 1];
      for (; at < this.#bytes.length; at++, shift *= 128) {
        const byte = this.#bytes[at] ?? 0;
        length += (byte & 0x7f) * shift;
        if (byte < 0x80) break;
      }
      const end = at + 1 + length;
      if (at >= this.#bytes.length || end > this.#bytes.length) break;
      const first = this.#bytes[0] ?? 0;
      this.#packets.push({ type: first >> 4, flags: first & 0x0f, body: this.#bytes.subarray(at + 1, end) });
      this.#bytes = this.#bytes.subarray(end);
    }
    this.#changed();
  }
}
