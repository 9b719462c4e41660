/** From bytes to a batch whose shape and sender are right. What does not get through here is not acknowledged. */
import { constants, zstdDecompressSync } from 'node:zlib';
import { type AgentAddress, batchLimits, type CutBatch, cutBatch, isZstd, type Stream } from '@cardwatch/contracts';
import { err, ok, type Result } from '@cardwatch/kernel';

export type BatchRefusal =
  | { readonly kind: 'tooLarge'; readonly detail: string }
  | { readonly kind: 'zstd'; readonly detail: string }
  | { readonly kind: 'shape'; readonly detail: string }
  | { readonly kind: 'otherAgent'; readonly detail: string }
  | { readonly kind: 'otherStream'; readonly detail: string }
  | { readonly kind: 'chain'; readonly detail: string }
  | { readonly kind: 'fault'; readonly detail: string };

export interface OpenBatch {
  readonly from: AgentAddress;
  readonly cut: CutBatch;
  /** Ours alone: it may be handed to another thread. */
  readonly body: Uint8Array;
}

/** Bounds what a frame may make the decoder allocate: a window of 4 MiB, eight times the largest body. */
const windowLogMax = 22;
const zstdOptions = {
  maxOutputLength: batchLimits.bodyBytes,
  chunkSize: 256 * 1024,
  params: { [constants.ZSTD_d_windowLogMax]: windowLogMax },
};

export function openBatch(from: AgentAddress, stream: Stream, payload: Uint8Array): Result<OpenBatch, BatchRefusal> {
  if (payload.length > batchLimits.wireBytes) return err({ kind: 'tooLarge', detail: `${payload.length} bytes on the wire` });
  const body = isZstd(payload) ? decompress(payload) : ok(new Uint8Array(payload));
  if (!body.ok) return body;
  const cut = cutBatch(body.value);
  if (!cut.ok) return err({ kind: 'shape', detail: cut.error.kind });
  const { head } = cut.value;
  if (head.agent !== from.agent) return err({ kind: 'otherAgent', detail: `head says ${head.agent}` });
  if (head.stream !== stream) return err({ kind: 'otherStream', detail: `${head.stream} on the topic of ${stream}` });
  return ok({ from, cut: cut.value, body: body.value });
}

function decompress(payload: Uint8Array): Result<Uint8Array, BatchRefusal> {
  try {
    const body = zstdDecompressSync(payload, zstdOptions);
    // A small body must not keep the decoder's whole chunk alive while it waits.
    return ok(body.length < body.buffer.byteLength / 2 ? new Uint8Array(body) : body);
  } catch (cause) {
    const tooLarge = (cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
    return err({ kind: tooLarge ? 'tooLarge' : 'zstd', detail: tooLarge ? 'uncompressed body' : 'not a zstd frame' });
  }
}
