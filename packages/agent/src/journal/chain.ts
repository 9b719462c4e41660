import type { Hasher, RunningHash } from '../ports.ts';
import { hashBytes } from './format.ts';
import { putU64, viewOf } from './frame.core.ts';
import { journalBounds } from './limits.ts';

const noLine = new Uint8Array(0);

/** h(0). */
export const chainStart = (): Uint8Array => new Uint8Array(hashBytes);

/** The hash chain of contracts/batch.ts, without an allocation for its input. One per owner: it holds a scratch buffer. */
export class Chain {
  readonly #hasher: Hasher;
  readonly #scratch = new Uint8Array(hashBytes + 8 + journalBounds.lineBytes);
  readonly #view = viewOf(this.#scratch);

  constructor(hasher: Hasher) {
    this.#hasher = hasher;
  }

  next(previous: Uint8Array, seq: number, line: Uint8Array): Uint8Array {
    this.#scratch.set(previous, 0);
    putU64(this.#view, hashBytes, seq);
    this.#scratch.set(line, hashBytes + 8);
    return this.#hasher.sha256(this.#scratch.subarray(0, hashBytes + 8 + line.length));
  }

  /** Numbers `first..last` that are lost: chained with empty lines. */
  overHole(previous: Uint8Array, first: number, last: number): Uint8Array {
    let hash = previous;
    for (let seq = first; seq <= last; seq++) hash = this.next(hash, seq, noLine);
    return hash;
  }

  /** Undefined when the hasher cannot hash in pieces. */
  startSha256(): RunningHash | undefined {
    return this.#hasher.startSha256?.();
  }

  sha256(bytes: Uint8Array): Uint8Array {
    return this.#hasher.sha256(bytes);
  }
}
