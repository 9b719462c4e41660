import { type BatchHead, batchLimits, encodeBatch } from '@cardwatch/contracts';
import { assert, toHex } from '@cardwatch/kernel';
import type { JournalSlice } from '../journal/journal.ts';
import type { Compress } from '../ports.ts';

/** A body below this is not worth compressing. */
export const compressFromBytes = 512;
/** What is read from the journal for one batch: well below the wire limit even when it does not compress. */
export const readLimitBytes = 192 * 1024;

export type HeadStart = Pick<BatchHead, 'agent' | 'stream' | 'instance' | 'lane'>;

export interface BuiltBatch {
  readonly head: BatchHead;
  readonly wire: Uint8Array;
}

/** The batch of one journal slice: its lines byte for byte, or the declaration that a hole will never come. */
export function buildBatch(slice: JournalSlice, start: HeadStart, compress: Compress): BuiltBatch {
  const first = slice.hole?.first ?? slice.entries[0]?.seq;
  const last = slice.hole?.last ?? slice.entries.at(-1)?.seq;
  assert(first !== undefined && last !== undefined, 'a slice has entries or a hole');
  const head = {
    v: 1,
    agent: start.agent,
    epoch: slice.epoch,
    stream: start.stream,
    firstSeq: first,
    lastSeq: last,
    instance: start.instance,
    prevHash: toHex(slice.prevHash),
    endHash: toHex(slice.endHash),
    lane: start.lane,
    ...(slice.hole === undefined ? {} : { lost: slice.hole.cause }),
  } as BatchHead;
  const body = encodeBatch(head, slice.hole === undefined ? slice.entries.map(({ line }) => line) : []);
  assert(body.length <= batchLimits.bodyBytes, 'a batch keeps within its body limit');
  const packed = body.length > compressFromBytes ? compress(body) : body;
  const wire = packed.length < body.length ? packed : body;
  assert(wire.length <= batchLimits.wireBytes, 'a batch keeps within its wire limit');
  return { head, wire };
}
