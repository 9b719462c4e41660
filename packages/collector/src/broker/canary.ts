import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { CancelTimer, Clock, Logger } from '@cardwatch/kernel';
import { connect, type MqttClient } from 'mqtt';
import type { ConnectFacts } from './access.core.ts';
import type { TlsFiles } from './listener.ts';

/** Who the broker is when it visits itself. Its secret is made anew with each start and never leaves the process. */
export class CanaryIdentity {
  readonly name = '$canary';
  readonly topic = 'cw/canary';
  readonly secret = randomBytes(32).toString('base64url');

  matches(facts: ConnectFacts, password: Uint8Array | undefined): boolean {
    const given = Buffer.from(password ?? []);
    const wanted = Buffer.from(this.secret);
    if (facts.username !== this.name || facts.clientId !== this.name || !facts.clean || facts.will !== undefined) return false;
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}

interface CanaryParts {
  /** Visits once: whether what was published was heard. */
  readonly visit: () => Promise<boolean>;
  readonly restart: () => Promise<void>;
  readonly everyMs: number;
  readonly misses: number;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Logger;
}

export interface CanaryStats {
  readonly heardTotal: number;
  readonly missedTotal: number;
  readonly restartsTotal: number;
}

/** Visits the listener for as long as it is open. So many misses in a row and the listener begins anew; connections that stand are not touched. */
export class Canary {
  readonly #parts: CanaryParts;
  #cancel: CancelTimer = () => {};
  #visiting: Promise<void> = Promise.resolve();
  #missed = 0;
  #closed = false;
  #stats: CanaryStats = { heardTotal: 0, missedTotal: 0, restartsTotal: 0 };

  constructor(parts: CanaryParts) {
    this.#parts = parts;
    this.#next();
  }

  /** False from the miss on that makes the listener begin anew, until it is heard again. */
  get up(): boolean {
    return this.#missed < this.#parts.misses;
  }

  get stats(): CanaryStats {
    return this.#stats;
  }

  /** Resolves when no visit is under way. May be called twice. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#visiting;
  }

  #next(): void {
    if (this.#closed) return;
    this.#cancel = this.#parts.clock.after(this.#parts.everyMs, () => {
      this.#visiting = this.#visit().finally(() => this.#next());
    });
  }

  async #visit(): Promise<void> {
    const { visit, restart, misses, log } = this.#parts;
    const heard = await visit();
    if (this.#closed) return;
    const { heardTotal, missedTotal, restartsTotal } = this.#stats;
    if (heard) {
      this.#missed = 0;
      this.#stats = { ...this.#stats, heardTotal: heardTotal + 1 };
      return;
    }
    this.#missed++;
    this.#stats = { ...this.#stats, missedTotal: missedTotal + 1 };
    if (this.#missed % misses !== 0) return;
    log.log('error', 'broker does not answer itself, listens anew', { missed: this.#missed });
    this.#stats = { ...this.#stats, restartsTotal: restartsTotal + 1 };
    await restart().catch((cause: unknown) => log.log('error', 'broker cannot listen anew', { cause: String(cause) }));
  }
}

interface VisitParts {
  readonly identity: CanaryIdentity;
  readonly host: string;
  readonly port: number;
  readonly tls: TlsFiles | undefined;
  readonly deadlineMs: number;
  readonly clock: Pick<Clock, 'after'>;
}

/** A whole round: connect, subscribe, publish, hear it again. Never rejects. */
export function visitListener({ identity, host, port, tls, deadlineMs, clock }: VisitParts): Promise<boolean> {
  const client = connect(`${tls === undefined ? 'mqtt' : 'mqtts'}://${reachable(host)}:${port}`, {
    clientId: identity.name,
    username: identity.name,
    password: identity.secret,
    clean: true,
    keepalive: 30,
    reconnectPeriod: 0,
    connectTimeout: deadlineMs,
    // its own certificate, whoever signed it and for whatever name
    ...(tls === undefined ? {} : { ca: tls.cert, allowPartialTrustChain: true, checkServerIdentity: () => undefined }),
  });
  return new Promise((resolve) => {
    const ended = (heard: boolean): void => {
      cancel();
      client.end(true);
      resolve(heard);
    };
    const cancel = clock.after(deadlineMs, () => ended(false));
    client.on('error', () => ended(false));
    client.once('close', () => ended(false));
    client.once('message', () => ended(true));
    client.once('connect', () => speak(client, identity.topic));
  });
}

function speak(client: MqttClient, topic: string): void {
  client.subscribe(topic, { qos: 1 }, (error) => {
    if (error === null) client.publish(topic, 'here', { qos: 1 });
    else client.end(true);
  });
}

/** Where a listener on every address is found from here. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
