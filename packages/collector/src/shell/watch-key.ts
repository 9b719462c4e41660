/** The keys of acknowledgement links, `watch-links.json` in the data folder: mode 0600, made at first use, a new key each year. One process writes it. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { epochMs, type EpochMs, err, ok, type Result } from '@cardwatch/kernel';
import { z } from 'zod';
import type { AckCheck, AckKey } from '../core/notify/ack-link.core.ts';
import { type LinkKey, linkLimits, type LinkRing, ringAt } from '../core/notify/link-ring.core.ts';

export const linkKeysFileOf = (folder: string): string => join(folder, 'watch-links.json');

const LinkKeysFile = z.strictObject({
  v: z.literal(1),
  keys: z
    .array(
      z.strictObject({
        keyId: z.string().regex(/^[0-9a-f]{8}$/),
        secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
        madeAt: z.int().min(0),
      }),
    )
    .max(linkLimits.keysMax),
});

/** damaged: not a file of ours. open: others than its owner may read it. unwritable: the disk refused. */
export type LinkKeysFailure = { readonly kind: 'damaged' | 'open' | 'unwritable'; readonly file: string };

export type LinkProof = Pick<AckCheck, 'keys' | 'equal'>;

/** Proves links: also for the thread that shows the page, which never writes. Without a file there are no keys. */
export interface LinkReader {
  proof(): Result<LinkProof, LinkKeysFailure>;
}

/** Signs as well; makes the file and its next key when they are due. */
export interface LinkKeys extends LinkReader {
  signing(now: EpochMs): Result<AckKey, LinkKeysFailure>;
}

export const linkReader = (folder: string): LinkReader => new LinkKeysOnDisk(linkKeysFileOf(folder));
export const linkKeys = (folder: string): LinkKeys => new LinkKeysOnDisk(linkKeysFileOf(folder));

/** Where there are no links. */
export const noLinks: LinkReader = { proof: () => ok({ keys: [], equal: sameText }) };

class LinkKeysOnDisk implements LinkKeys {
  readonly #file: string;
  #kept: { readonly changedAt: number; readonly ring: LinkRing } | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  proof(): Result<LinkProof, LinkKeysFailure> {
    const ring = this.#ring();
    return ring.ok ? ok({ keys: ring.value.map(keyOf), equal: sameText }) : ring;
  }

  signing(now: EpochMs): Result<AckKey, LinkKeysFailure> {
    const ring = this.#ring();
    if (!ring.ok) return ring;
    const due = ringAt(ring.value, freshKey, now);
    if (due !== ring.value) {
      const written = this.#write(due);
      if (!written.ok) return written;
    }
    const [newest] = due;
    return newest === undefined ? err({ kind: 'damaged', file: this.#file }) : ok(keyOf(newest));
  }

  #ring(): Result<LinkRing, LinkKeysFailure> {
    if (!existsSync(this.#file)) return ok([]);
    const { mtimeMs, mode } = statSync(this.#file);
    if ((mode & 0o077) !== 0) return err({ kind: 'open', file: this.#file });
    if (this.#kept?.changedAt === mtimeMs) return ok(this.#kept.ring);
    const read = readRing(this.#file);
    if (read.ok) this.#kept = { changedAt: mtimeMs, ring: read.value };
    return read;
  }

  #write(ring: LinkRing): Result<null, LinkKeysFailure> {
    const fresh = `${this.#file}.new`;
    try {
      const handle = openSync(fresh, 'w', 0o600);
      try {
        writeSync(handle, `${JSON.stringify({ v: 1, keys: ring }, null, 2)}\n`);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(fresh, this.#file);
    } catch {
      return err({ kind: 'unwritable', file: this.#file });
    }
    this.#kept = undefined;
    return ok(null);
  }
}

function readRing(file: string): Result<LinkRing, LinkKeysFailure> {
  try {
    const parsed = LinkKeysFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (!parsed.success) return err({ kind: 'damaged', file });
    return ok(parsed.data.keys.map((key) => ({ ...key, madeAt: epochMs(key.madeAt) })));
  } catch {
    return err({ kind: 'damaged', file });
  }
}

const freshKey = (): Omit<LinkKey, 'madeAt'> => ({
  keyId: randomBytes(4).toString('hex'),
  secret: randomBytes(32).toString('base64url'),
});

const keyOf = ({ keyId, secret }: LinkKey): AckKey => ({
  keyId,
  sign: (text) => createHmac('sha256', Buffer.from(secret, 'base64url')).update(text).digest('base64url'),
});

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
