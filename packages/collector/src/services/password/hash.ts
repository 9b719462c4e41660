/**
 * Passwords: argon2id, m = 46 MiB, t = 1, p = 1 (OWASP and ASVS appendix C), encoded as a PHC string, so that stronger settings later still
 * check older hashes. Two at a time: each takes 46 MiB and a thread.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { ok, type Result } from '@cardwatch/kernel';
import { Gate } from './gate.ts';

const now = { memory: 47_104, passes: 1, parallelism: 1, tagLength: 32 } as const;
export const passwordLimits = { running: 2, waiting: 16, memoryKibMax: 262_144 } as const;

interface Encoded {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

export type Busy = { readonly kind: 'full' };

export class Passwords {
  readonly #gate = new Gate(passwordLimits);

  /** A PHC string. */
  hash(password: string): Promise<Result<string, Busy>> {
    return this.#gate.run(async () => {
      const salt = randomBytes(16);
      const tag = await derive(password, { ...now, salt, tag: Buffer.alloc(now.tagLength) });
      return `$argon2id$v=19$m=${now.memory},t=${now.passes},p=${now.parallelism}$${bare(salt)}$${bare(tag)}`;
    });
  }

  /** With `encoded` undefined (nobody of that name) it takes the same time and says no. */
  async verify(password: string, encoded: string | undefined): Promise<Result<boolean, Busy>> {
    const known = encoded === undefined ? undefined : decode(encoded);
    const against = known ?? { ...now, salt: Buffer.alloc(16), tag: Buffer.alloc(now.tagLength) };
    const derived = await this.#gate.run(() => derive(password, against));
    return derived.ok ? ok(known !== undefined && timingSafeEqual(derived.value, known.tag)) : derived;
  }
}

function derive(password: string, { memory, passes, parallelism, salt, tag }: Encoded): Promise<Buffer> {
  const parameters = { message: password.normalize('NFC'), nonce: salt, memory, passes, parallelism, tagLength: tag.length };
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function decode(encoded: string): Encoded | undefined {
  const match = /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/.exec(encoded);
  if (match === null) return undefined;
  const [, memory, passes, parallelism, salt = '', tag = ''] = match;
  if (Number(memory) > passwordLimits.memoryKibMax) return undefined;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

const bare = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
