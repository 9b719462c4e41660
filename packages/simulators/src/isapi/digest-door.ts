/** The server's side of HTTP digest (RFC 7616), as terminals do it: two challenges, an account that locks. */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '@cardwatch/kernel';

export interface DoorOptions {
  readonly realm: string;
  readonly user: string;
  readonly password: string;
  /** Wrong passwords in a row until the account is locked, and for how long. */
  readonly triesMax: number;
  readonly lockMs: number;
}

export class DigestDoor {
  readonly #options: DoorOptions;
  readonly #clock: Clock;
  readonly #nonces = new Map<string, number>();
  #wrong = 0;
  #lockedUntil = 0;
  password: string;
  /** Counts for tests: what reached the door. */
  readonly counts = { unsigned: 0, accepted: 0, wrong: 0, stale: 0, whileLocked: 0 };

  constructor(options: DoorOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.password = options.password;
  }

  get locked(): boolean {
    return this.#clock.mono() < this.#lockedUntil;
  }

  lock(): void {
    this.#lockedUntil = this.#clock.mono() + this.#options.lockMs;
  }

  unlock(): void {
    this.#lockedUntil = 0;
    this.#wrong = 0;
  }

  /** All nonces in use become stale. */
  forgetNonces(): void {
    this.#nonces.clear();
  }

  /** True when the request may go on; else it was answered with 401. */
  admits(request: IncomingMessage, response: ServerResponse): boolean {
    const said = request.headers.authorization;
    if (said === undefined) {
      this.counts.unsigned++;
      return this.#refuse(response, false);
    }
    if (this.locked) {
      this.counts.whileLocked++;
      return this.#refuse(response, false);
    }
    const words = wordsOf(said);
    const nonce = words.get('nonce') ?? '';
    const used = this.#nonces.get(nonce);
    const count = Number.parseInt(words.get('nc') ?? '', 16);
    if (used === undefined || !(count > used)) {
      this.counts.stale++;
      return this.#refuse(response, true);
    }
    this.#nonces.set(nonce, count);
    if (words.get('response') === this.#expected(words, request)) {
      this.#wrong = 0;
      this.counts.accepted++;
      return true;
    }
    this.counts.wrong++;
    if (++this.#wrong >= this.#options.triesMax) this.lock();
    return this.#refuse(response, false);
  }

  #expected(words: ReadonlyMap<string, string>, request: IncomingMessage): string {
    const algorithm = words.get('algorithm') === 'SHA-256' ? 'sha256' : 'md5';
    const hash = (text: string): string => createHash(algorithm).update(text).digest('hex');
    const a1 = hash(`${this.#options.user}:${this.#options.realm}:${this.password}`);
    const a2 = hash(`${request.method}:${request.url}`);
    const middle = `${words.get('nonce')}:${words.get('nc')}:${words.get('cnonce')}:${words.get('qop')}`;
    const sameUser = words.get('username') === this.#options.user && words.get('uri') === request.url;
    return sameUser ? hash(`${a1}:${middle}:${a2}`) : 'no';
  }

  #refuse(response: ServerResponse, stale: boolean): false {
    const { realm } = this.#options;
    const nonce = (): string => {
      const made = randomBytes(12).toString('hex');
      if (this.#nonces.size > 200) this.#nonces.delete(this.#nonces.keys().next().value ?? '');
      this.#nonces.set(made, 0);
      return made;
    };
    const flag = stale ? 'TRUE' : 'FALSE';
    const leftS = Math.max(0, Math.ceil((this.#lockedUntil - this.#clock.mono()) / 1_000));
    const body = `<userCheck version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema"><statusValue>401</statusValue><statusString>Unauthorized</statusString><lockStatus>${this.locked ? 'lock' : 'unlock'}</lockStatus><unlockTime>${leftS}</unlockTime><retryLoginTime>${this.#options.triesMax - this.#wrong}</retryLoginTime></userCheck>`;
    response.writeHead(401, {
      'content-type': 'application/xml',
      'content-length': Buffer.byteLength(body),
      'www-authenticate': [
        `Digest qop="auth", realm="${realm}", nonce="${nonce()}", stale="${flag}"`,
        `Digest qop="auth", realm="${realm}", nonce="${nonce()}", algorithm="SHA-256", stale="${flag}"`,
      ],
    });
    response.end(body);
    return false;
  }
}

function wordsOf(header: string): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const [, name = '', quoted, bare] of header.matchAll(/([a-zA-Z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g))
    words.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  return words;
}
