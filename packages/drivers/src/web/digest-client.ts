import { type Random, type Result, err } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo, HttpHeaders, HttpReply, HttpRequest, HttpStream } from '../contract.ts';
import {
  type DigestChallenge,
  type DigestCredentials,
  type HashHex,
  authorization,
  challengesOf,
  strongest,
} from './digest.core.ts';
import type { DigestGuard } from './digest-guard.ts';

export interface DigestClientParts {
  readonly io: DriverIo;
  readonly hash: HashHex;
  readonly random: Random;
  readonly guard: DigestGuard;
  readonly credentials: DigestCredentials;
  /** The device: failures of all its sessions are counted together. */
  readonly device: string;
  /** How long the account is locked, as the body of a 401 tells it, ms. */
  readonly lockedForMs?: (body: Uint8Array) => number;
}

interface Status {
  readonly status: number;
  readonly headers: HttpHeaders;
}

/**
 * Requests of one device with digest login. Heads are asked for one at a time: a terminal has few workers, and two wrong passwords at once would be
 * counted too late. Fails with `unauthorised` when the login was refused, and without sending anything while the account rests.
 */
export class DigestClient {
  readonly #parts: DigestClientParts;
  readonly #key: string;
  #challenge: DigestChallenge | undefined;
  #count = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: DigestClientParts) {
    this.#parts = parts;
    const { user, password } = parts.credentials;
    this.#key = parts.hash('SHA-256', JSON.stringify([parts.device, user, password]));
  }

  get pausedForMs(): number {
    return this.#parts.guard.pausedForMs(this.#key, this.#parts.io.clock.mono());
  }

  request(request: HttpRequest): Promise<Result<HttpReply, DriverFailure>> {
    return this.#inTurn(() =>
      this.#login(
        request,
        (with_) => this.#parts.io.http(with_),
        ({ body }) => body,
      ),
    );
  }

  stream(request: HttpRequest & { readonly silentAfterMs: number }): Promise<Result<HttpStream, DriverFailure>> {
    return this.#inTurn(() =>
      this.#login(
        request,
        (with_) => this.#parts.io.httpStream({ ...with_, silentAfterMs: request.silentAfterMs }),
        (stream) => {
          stream.close();
          return new Uint8Array();
        },
      ),
    );
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run);
    this.#turn = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }

  async #login<T extends Status>(
    request: HttpRequest,
    send: (request: HttpRequest) => Promise<Result<T, DriverFailure>>,
    refused: (reply: T) => Uint8Array,
  ): Promise<Result<T, DriverFailure>> {
    // Without a login, with the one in use, and with a fresh nonce: three at most.
    for (let attempt = 0; attempt < 3; attempt++) {
      const pausedMs = this.pausedForMs;
      if (pausedMs > 0) return err(resting(pausedMs));
      const used = this.#challenge;
      const sent = await send(used === undefined ? request : this.#signed(request, used));
      if (!sent.ok) return sent;
      const reply = sent.value;
      if (reply.status !== 401) {
        if (used !== undefined && reply.status < 400) this.#parts.guard.succeeded(this.#key);
        return sent;
      }
      const offered = strongest(challengesOf(reply.headers['www-authenticate']));
      const lockedMs = this.#parts.lockedForMs?.(refused(reply)) ?? 0;
      if (used !== undefined && offered?.stale !== true)
        this.#parts.guard.failed(this.#key, lockedMs, this.#parts.io.clock.mono());
      this.#challenge = offered;
      const fresh = this.#count <= 1;
      this.#count = 0;
      if (offered === undefined)
        return err({ kind: 'unauthorised', detail: 'the device offers no digest login that is known here' });
      // A refused login with a nonce that was never used before is a wrong password, whatever else is said.
      if (used !== undefined && fresh && !offered.stale) return err({ kind: 'unauthorised', detail: wrongLogin(lockedMs) });
    }
    return err({ kind: 'unauthorised', detail: 'the device refuses every nonce of its own' });
  }

  #signed(request: HttpRequest, challenge: DigestChallenge): HttpRequest {
    this.#count++;
    const { pathname, search } = new URL(request.url);
    const use = {
      challenge,
      method: request.method,
      uri: pathname + search,
      count: this.#count,
      clientNonce: this.#clientNonce(),
    };
    const value = authorization(this.#parts.credentials, use, this.#parts.hash);
    return { ...request, headers: { ...request.headers, authorization: value } };
  }

  #clientNonce(): string {
    const word = (): string =>
      Math.floor(this.#parts.random.next() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0');
    return word() + word() + word() + word();
  }
}

const resting = (pausedMs: number): DriverFailure => ({
  kind: 'unauthorised',
  detail: `login refused before; nothing is sent for ${Math.ceil(pausedMs / 60_000)} min so that the account is not locked`,
});

const wrongLogin = (lockedMs: number): string =>
  lockedMs > 0
    ? `login refused, the account is locked for ${Math.ceil(lockedMs / 60_000)} min`
    : 'login refused: user or password';
