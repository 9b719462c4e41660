/**
 * A TCP proxy with faults, between agents and broker. Each direction has a weather of its own: silent (bytes wait and nothing is closed, so that both
 * ends think the other is there), late, slow, or cut off at a byte. A close is told in order, behind the bytes before it, and waits with them.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';

/** `up` is from the agent to the broker. */
export type Way = 'up' | 'down';

export interface Weather {
  readonly silent?: boolean;
  readonly delayMs?: number;
  readonly bytesPerSecond?: number;
}

export const proxyLimits = {
  /** Bytes that wait in one direction of one connection. */
  waitingBytes: 256 * 1024,
  /** A slow line hands on its bytes so often. */
  sliceMs: 100,
} as const;

export interface ProxyOptions {
  readonly targetHost?: string;
  readonly targetPort: number;
  /** Sees what the broker sent, before any fault; one for each connection. */
  readonly witness?: () => (chunk: Uint8Array) => void;
}

export class Proxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #options: ProxyOptions;
  #weather: Readonly<Record<Way, Weather>> = { up: {}, down: {} };

  private constructor(options: ProxyOptions) {
    this.#options = options;
    this.#server = createServer((inner) => this.#accept(inner));
  }

  /** On a free port of loopback. */
  static async start(options: ProxyOptions): Promise<Proxy> {
    const proxy = new Proxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Resets every connection. */
  cut(): void {
    for (const pair of this.#pairs) pair.reset();
  }

  /** Every connection that stands hands on so many bytes more in this direction and is reset in the middle of whatever it carries. */
  cutAfter(way: Way, bytes: number): void {
    for (const pair of this.#pairs) pair[way].cutAfter = bytes;
  }

  /** From now on, for connections that stand and those to come. `{}` is fair weather. */
  set(way: Way, weather: Weather): void {
    this.#weather = { ...this.#weather, [way]: weather };
    for (const pair of this.#pairs) pair[way].wake();
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) pair.reset();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(inner: Socket): void {
    const { targetHost = '127.0.0.1', targetPort, witness } = this.#options;
    const outer = connect({ port: targetPort, host: targetHost, noDelay: true });
    inner.setNoDelay(true);
    const saw = witness?.();
    if (saw !== undefined) outer.on('data', saw);
    const pair = new Pair(inner, outer, (way) => this.#weather[way]);
    this.#pairs.add(pair);
    inner.once('close', () => this.#pairs.delete(pair));
  }
}

class Pair {
  readonly up: Direction;
  readonly down: Direction;
  readonly #sockets: readonly Socket[];

  constructor(inner: Socket, outer: Socket, weather: (way: Way) => Weather) {
    this.#sockets = [inner, outer];
    const reset = (): void => this.reset();
    this.up = new Direction({ from: inner, to: outer, weather: () => weather('up'), reset });
    this.down = new Direction({ from: outer, to: inner, weather: () => weather('down'), reset });
  }

  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
}

interface DirectionParts {
  readonly from: Socket;
  readonly to: Socket;
  readonly weather: () => Weather;
  readonly reset: () => void;
}

/** One direction of one connection. */
class Direction {
  cutAfter: number | undefined;
  readonly #parts: DirectionParts;
  /** `undefined`: the end. */
  readonly #queue: { chunk: Buffer | undefined; readonly at: number }[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #blocked = false;
  #ended = false;

  constructor(parts: DirectionParts) {
    this.#parts = parts;
    const { from, to } = parts;
    from.on('data', (chunk: Buffer) => this.#take(chunk));
    from.on('error', () => undefined);
    from.once('close', () => this.#end());
    from.once('end', () => this.#end());
    to.on('drain', () => {
      this.#blocked = false;
      this.wake();
    });
    to.once('close', () => clearTimeout(this.#timer));
  }

  /** Looks again what may pass. */
  wake(): void {
    clearTimeout(this.#timer);
    this.#pass();
  }

  #take(chunk: Buffer): void {
    this.#queue.push({ chunk, at: performance.now() });
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > proxyLimits.waitingBytes) this.#parts.from.pause();
    if (this.#queue.length === 1) this.wake();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#queue.push({ chunk: undefined, at: performance.now() });
    if (this.#queue.length === 1) this.wake();
  }

  #pass(): void {
    const { to, weather } = this.#parts;
    for (let head = this.#queue[0]; head !== undefined && !this.#blocked && !to.destroyed; head = this.#queue[0]) {
      const { silent = false, delayMs = 0, bytesPerSecond } = weather();
      if (silent) return;
      const waitMs = head.at + delayMs - performance.now();
      if (waitMs > 0) return this.#later(waitMs);
      if (head.chunk === undefined) return void to.destroy();
      const most = bytesPerSecond === undefined ? head.chunk.length : Math.ceil((bytesPerSecond * proxyLimits.sliceMs) / 1_000);
      this.#write(head.chunk.subarray(0, most));
      if (head.chunk.length > most) head.chunk = head.chunk.subarray(most);
      else this.#queue.shift();
      if (bytesPerSecond !== undefined) return this.#later(proxyLimits.sliceMs);
    }
  }

  #write(bytes: Buffer): void {
    const { from, to, reset } = this.#parts;
    this.#waitingBytes -= bytes.length;
    if (this.#waitingBytes <= proxyLimits.waitingBytes) from.resume();
    const left = this.cutAfter ?? Number.POSITIVE_INFINITY;
    if (bytes.length < left) {
      if (this.cutAfter !== undefined) this.cutAfter -= bytes.length;
      this.#blocked = !to.write(bytes);
      return;
    }
    // what was written is to reach the other end before the reset does
    this.#blocked = true;
    to.write(bytes.subarray(0, left), () => setImmediate(reset));
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#pass(), ms);
  }
}
