import { createHash } from 'node:crypto';
import type { SimulatedRequest } from './soap-text.ts';
import { fieldOf } from './soap-text.ts';

/** The account of every simulated door. */
export const onvifAccount = { user: 'cardwatch', password: 'gate-Pass1' } as const;

const createdWithinMs = 60_000;
const realm = 'simulated door';
const nonceMax = 1_000;

/** WS-UsernameToken with digest (profile 1.0): the age is judged by the device's own clock, a nonce is taken once. */
export class Account {
  password: string = onvifAccount.password;
  readonly #nonces = new Set<string>();
  /** Logins that were refused. */
  refused = 0;

  admits(request: SimulatedRequest, nowMs: number): boolean {
    const good = this.#tokenIsGood(request, nowMs);
    if (!good) this.refused++;
    return good;
  }

  #tokenIsGood(request: SimulatedRequest, nowMs: number): boolean {
    const [user, password, nonce, created] = ['Username', 'Password', 'Nonce', 'Created'].map(
      (name) => fieldOf(request, name) ?? '',
    );
    if (user !== onvifAccount.user || nonce === undefined || created === undefined || this.#nonces.has(nonce)) return false;
    const age = Math.abs(Date.parse(created) - nowMs);
    if (!(age <= createdWithinMs)) return false;
    const digest = createHash('sha1').update(Buffer.from(nonce, 'base64')).update(created).update(this.password).digest('base64');
    if (digest !== password) return false;
    this.#nonces.add(nonce);
    if (this.#nonces.size > nonceMax) this.#nonces.clear();
    return true;
  }

  /** HTTP digest (RFC 7616, MD5, qop auth) instead, for devices that are set to it. */
  admitsHttp(authorization: string | undefined, method: string, uri: string): boolean {
    if (authorization === undefined) return false;
    const part = (name: string): string => new RegExp(`\\b${name}="?([^",]+)"?`).exec(authorization)?.[1] ?? '';
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const first = md5(`${onvifAccount.user}:${realm}:${this.password}`);
    const wanted = md5([first, part('nonce'), part('nc'), part('cnonce'), 'auth', md5(`${method}:${uri}`)].join(':'));
    const good = part('response') === wanted && part('username') === onvifAccount.user;
    if (!good) this.refused++;
    return good;
  }

  readonly challenge = `Digest realm="${realm}", qop="auth", nonce="5d41402abc4b2a76b9719d911017c592", algorithm=MD5`;
}
