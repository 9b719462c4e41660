import { hash } from 'node:crypto';
import { type BatchHead, batchLimits } from '@cardwatch/contracts';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { BatchRefusal, OpenBatch } from './open-batch.ts';

/** A `lost` range up to this long is chained number by number; of a longer one the two ends are taken as told. */
export const lostChainedMax = 65_536;

const hashBytes = 32;
const numberBytes = 8;
const lineAt = hashBytes + numberBytes;

/**
 * Checks that the lines lead from `prevHash` to `endHash` (contracts/batch.ts) and gives all chain hashes, h(firstSeq - 1) to h(lastSeq), 32 bytes
 * each. The hash input is put together in one scratch buffer: one call into OpenSSL a line is what this costs.
 */
export class ChainCheck {
  readonly #scratch = Buffer.alloc(lineAt + batchLimits.lineBytes);

  check({ cut, body }: OpenBatch): Result<Uint8Array, BatchRefusal> {
    const { head, starts, ends } = cut;
    const count = head.lastSeq - head.firstSeq + 1;
    if (head.lost !== undefined && count > lostChainedMax) return ok(twoEnds(head));
    const lines = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    const chain = Buffer.from(new ArrayBuffer(hashBytes * (count + 1)));
    const scratch = this.#scratch;
    chain.write(head.prevHash, 0, 'hex');
    scratch.write(head.prevHash, 0, 'hex');
    for (let at = 0; at < count; at++) {
      const start = starts[at] ?? 0;
      const length = lines.copy(scratch, lineAt, start, ends[at] ?? start);
      const digest = this.#digest(head.firstSeq + at, length);
      scratch.write(digest, 0, hashBytes, 'latin1');
      chain.write(digest, hashBytes * (at + 1), hashBytes, 'latin1');
    }
    if (chain.toString('hex', hashBytes * count) !== head.endHash) return err({ kind: 'chain', detail: 'endHash' });
    return ok(chain);
  }

  /** SHA-256 of the scratch buffer: previous hash, number, line of `length` bytes. */
  #digest(seq: number, length: number): string {
    this.#scratch.writeUInt32LE(seq >>> 0, hashBytes);
    this.#scratch.writeUInt32LE(Math.floor(seq / 0x1_0000_0000), hashBytes + 4);
    return hash('sha256', this.#scratch.subarray(0, lineAt + length), 'binary');
  }
}

function twoEnds({ prevHash, endHash }: BatchHead): Uint8Array {
  const chain = Buffer.from(new ArrayBuffer(2 * hashBytes));
  chain.write(prevHash, 0, 'hex');
  chain.write(endHash, hashBytes, 'hex');
  return chain;
}
