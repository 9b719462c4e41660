import type { Server, Socket } from 'node:net';
import type { Clock, Logger } from '@cardwatch/kernel';
import { Canary, type CanaryIdentity, type CanaryStats, visitListener } from './canary.ts';
import type { Doorkeeper } from './doorkeeper.ts';
import type { BrokerRefusal } from './events.ts';
import type { BrokerLimits } from './limits.ts';
import { addressOf, closeListener, listen, type TlsFiles } from './listener.ts';

interface DoorParts {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsFiles | undefined;
  readonly limits: BrokerLimits;
  readonly doorkeeper: Doorkeeper;
  readonly identity: CanaryIdentity;
  readonly clock: Clock;
  readonly log: Logger;
  /** A connection that was let in, its handshake done. */
  readonly accept: (socket: Socket, ip: string) => void;
  readonly refused: (refusal: BrokerRefusal, ip: string, detail: string) => void;
}

/** The listener: who is let in at all, and whether it still answers. */
export class Door {
  readonly #parts: DoorParts;
  /** Let in, whatever became of them: also those in their handshake. */
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;
  #canary: Canary | undefined;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    this.#port = parts.port;
  }

  get port(): number {
    return this.#port;
  }

  /** False while it does not answer itself. */
  get up(): boolean {
    return this.#canary?.up ?? true;
  }

  get canary(): CanaryStats {
    return this.#canary?.stats ?? { heardTotal: 0, missedTotal: 0, restartsTotal: 0 };
  }

  /** Rejects with the system's error when the address cannot be listened on. */
  async open(): Promise<void> {
    await this.#listen();
    const { host, tls, limits, identity, clock, log } = this.#parts;
    const visit = (): Promise<boolean> =>
      visitListener({ identity, host, port: this.#port, tls, deadlineMs: limits.canaryDeadlineMs, clock });
    const restart = (): Promise<void> => this.#restart();
    this.#canary = new Canary({ visit, restart, everyMs: limits.canaryEveryMs, misses: limits.canaryMisses, clock, log });
  }

  async close(): Promise<void> {
    const { canary, server } = { canary: this.#canary, server: this.#server };
    const closed = server === undefined ? Promise.resolve() : closeListener(server);
    for (const socket of this.#sockets) socket.destroy();
    await canary?.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #listen(): Promise<void> {
    const { host, tls, limits, accept, refused } = this.#parts;
    this.#server = await listen({
      host,
      port: this.#port,
      tls,
      limits,
      admits: (socket) => this.#admits(socket),
      accept,
      handshakeFailed: (ip, detail) => refused('handshake', ip, detail),
      dropped: (ip) => refused('tooManyConnections', ip, 'all'),
    });
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  /** Only the listener begins anew: whoever is connected stays. */
  async #restart(): Promise<void> {
    this.#server?.close();
    this.#server = undefined;
    await this.#listen();
  }

  #admits(socket: Socket): boolean {
    const { doorkeeper, clock, refused } = this.#parts;
    const ip = addressOf(socket);
    socket.on('error', () => socket.destroy());
    const refusal = doorkeeper.arrives(ip, clock.now());
    if (refusal !== undefined) {
      refused(refusal, ip, '');
      return false;
    }
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      doorkeeper.left(ip);
    });
    return true;
  }
}
