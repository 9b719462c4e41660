/** The agent's small doors: cheap and deterministic stand-ins where the real thing is neither under test nor repeatable. */
import { hash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import {
  type CursorDocument,
  type CursorFailure,
  type CursorStore,
  emptyCursors,
  type Hasher,
  type RecordCrypto,
} from '@cardwatch/agent';
import { InstanceId } from '@cardwatch/contracts';
import { err, ok, type Random, type Result } from '@cardwatch/kernel';
import { contentHash } from './content-hash.ts';
import type { VirtualDisk } from './disk.ts';
import type { Life } from './life.ts';

/** As the agent's own: a string of characters 0 to 255 comes out of OpenSSL in half the time of a buffer. */
export const hasher: Hasher = {
  sha256: (bytes) => {
    const characters = hash('sha256', bytes, 'binary');
    const digest = new Uint8Array(32);
    for (let at = 0; at < digest.length; at++) digest[at] = characters.charCodeAt(at);
    return digest;
  },
};

/** Hashes are real; sealing only has the shape of sealing, with a counter for a nonce. */
export function simulatedCrypto(): RecordCrypto {
  let nonce = 0;
  const refs = new Map<string, string>();
  return {
    contentHash,
    cardRef: (digits) => {
      const known = refs.get(digits) ?? contentHash(digits);
      refs.set(digits, known);
      return known;
    },
    seal: (_deviceId, plain) => {
      const box = Buffer.alloc(28 + plain.length);
      box.writeUInt32BE(nonce++, 0);
      box.set(plain, 12);
      return `k1.${box.toString('base64url')}`;
    },
  };
}

/** zstd for a few batches, so that both forms are met; plain for the rest, because it is cheaper. */
export const compressSome =
  (random: Random) =>
  (body: Uint8Array): Uint8Array =>
    random.next() < 0.1 ? zstdCompressSync(body) : body;

const hexOf = (random: Random, digits: number): string =>
  Array.from({ length: digits }, () => Math.floor(random.next() * 16).toString(16)).join('');

export const instanceIdOf = (random: Random): InstanceId => InstanceId.parse(hexOf(random, 32));

export function uuidOf(random: Random): string {
  const hex = hexOf(random, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** The cursor document on the same card as the journal: replaced as a whole; a power cut in the middle leaves the old one or the new one. */
export class CursorShelf {
  /** Documents are never changed once they are handed over. */
  #durable: CursorDocument | undefined;
  #written: CursorDocument | undefined;
  damaged = false;

  /** What is on the card, to be copied with it. */
  copy(): CursorShelf {
    const twin = new CursorShelf();
    twin.#durable = this.#durable;
    return twin;
  }

  /** Whether the document tells that a number of this terminal is missing, in whatever generation. */
  misses(device: string, number: number): boolean {
    return this.#durable?.devices[device]?.gaps.some(({ from, to }) => from <= number && number <= to) === true;
  }

  wipe(): void {
    this.#durable = undefined;
    this.#written = undefined;
    this.damaged = false;
  }

  /** The process or the machine died: a save that was under way is there or not. */
  crash(random: Random): void {
    if (this.#written !== undefined && random.next() < 0.5) this.#durable = this.#written;
    this.#written = undefined;
  }

  forLife(life: Life, disk: VirtualDisk): CursorStore {
    return {
      load: () => life.call('cursors load', 1, nothing, () => this.#load()),
      save: (document) =>
        life.call(
          'cursors save',
          2 + life.random.next() * 10 + disk.stallMs(life.loop.clock.mono()),
          () => {
            this.#written = document;
          },
          () => this.#saved(disk),
        ),
    };
  }

  #load(): Result<CursorDocument, CursorFailure> {
    if (this.damaged) return err({ kind: 'damaged', detail: 'simulated' });
    // The store's promise: what it gives is what `save` was given, as far as JSON carries it.
    return ok(this.#durable === undefined ? emptyCursors : (JSON.parse(JSON.stringify(this.#durable)) as CursorDocument));
  }

  #saved(disk: VirtualDisk): Result<void, CursorFailure> {
    const { readOnly, syncBroken, takenBytes } = disk.faults;
    if (readOnly || syncBroken || takenBytes > disk.totalBytes) {
      this.#written = undefined;
      return err({ kind: 'io', detail: 'simulated' });
    }
    this.#durable = this.#written ?? this.#durable;
    this.#written = undefined;
    this.damaged = false;
    return ok(undefined);
  }
}

const nothing = (): void => {};
