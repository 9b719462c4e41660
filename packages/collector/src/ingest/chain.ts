import { hash } from 'node:crypto';
import { type BatchHead, batchLimits } from '@cardwatch/contracts';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { BatchRefusal } from './open-batch.ts';

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

  check(head: BatchHead, lines: readonly Uint8Array[]): Result<Uint8Array, BatchRefusal> {
    const count = head.lastSeq - head.firstSeq + 1;
    if (head.lost !== undefined && count > lostChainedMax) return ok(ends(head));
    const chain = Buffer.from(new ArrayBuffer(hashBytes * (count + 1)));
    chain.write(head.prevHash, 0, 'hex');
    this.#scratch.write(head.prevHash, 0, 'hex');
    for (let at = 0; at < count; at++) this.#step(head.firstSeq + at, lines[at], chain, at + 1);
    if (chain.toString('hex', hashBytes * count) !== head.endHash) return err({ kind: 'chain', detail: 'endHash' });
    return ok(chain);
  }

  #step(seq: number, line: Uint8Array | undefined, chain: Buffer, at: number): void {
    const scratch = this.#scratch;
    const length = line?.length ?? 0;
    scratch.writeUInt32LE(seq >>> 0, hashBytes);
    scratch.writeUInt32LE(Math.floor(seq / 0x1_0000_0000), hashBytes + 4);
    if (line !== undefined) scratch.set(line, lineAt);
    const digest = hash('sha256', scratch.subarray(0, lineAt + length), 'binary');
    scratch.write(digest, 0, hashBytes, 'latin1');
    chain.write(digest, hashBytes * at, hashBytes, 'latin1');
  }
}

function ends({ prevHash, endHash }: BatchHead): Uint8Array {
  const chain = Buffer.from(new ArrayBuffer(2 * hashBytes));
  chain.write(prevHash, 0, 'hex');
  chain.write(endHash, hashBytes, 'hex');
  return chain;
}
