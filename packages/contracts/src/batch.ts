/**
 * Batch: what an agent publishes on `up/money`, `up/event`, `up/health`.
 *
 *   body   = head LF (line LF)*          NDJSON, UTF-8; `line` is byte for byte what stands in the journal for one sequence number
 *   on the wire either the body itself or its zstd frame (magic 28 B5 2F FD tells)
 *
 * A batch holds the consecutive numbers firstSeq..lastSeq of one (agent, epoch, stream). With `lost` set it has no lines and declares that
 * these numbers will never come (journal damage, dropped health): only this moves a watermark over a hole.
 *
 * Chain: h(0) = 32 zero bytes; h(n) = SHA-256(h(n-1) | n as u64 little-endian | line n). A number that was lost is chained with an empty line.
 * `prevHash` = h(firstSeq - 1), `endHash` = h(lastSeq), so a batch proves itself however the stream was cut into batches.
 */
import { err, ok, type Result } from '@cardwatch/kernel';
import { z } from 'zod';
import { AgentId, EpochNo, Hash256, InstanceId, Seq, Stream } from './ids.ts';
import { readShape } from './shape.ts';

export const batchLimits = {
  records: 256,
  /** Uncompressed body; also the bound on decompression. */
  bodyBytes: 512 * 1024,
  /** On the wire, after compression; the frame guard allows this much in one packet. */
  wireBytes: 256 * 1024,
  lineBytes: 8 * 1024,
  headBytes: 1024,
} as const;

export const LostCause = z.enum(['journalDamage', 'dropped', 'declared']);

export const BatchHead = z.strictObject({
  v: z.literal(1),
  agent: AgentId,
  epoch: EpochNo,
  stream: Stream,
  firstSeq: Seq,
  lastSeq: Seq,
  instance: InstanceId,
  prevHash: Hash256,
  endHash: Hash256,
  /** `backlog` when the records were journaled before this connection; the collector keeps room for `live`. */
  lane: z.enum(['live', 'backlog']),
  lost: LostCause.optional(),
});
export type BatchHead = z.infer<typeof BatchHead>;

export type BatchFailure =
  | { readonly kind: 'tooLarge'; readonly bytes: number; readonly limit: number }
  | { readonly kind: 'head'; readonly detail: string }
  | { readonly kind: 'lineCount'; readonly expected: number; readonly found: number }
  | { readonly kind: 'lineTooLong'; readonly seq: number; readonly bytes: number };

const newline = 10;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const isZstd = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;

/** What is hashed for number `seq`: previous hash (32 bytes), the number, the line. */
export function chainInput(previous: Uint8Array, seq: number, line: Uint8Array): Uint8Array {
  const input = new Uint8Array(40 + line.length);
  input.set(previous, 0);
  new DataView(input.buffer).setBigUint64(32, BigInt(seq), true);
  input.set(line, 40);
  return input;
}

export function encodeBatch(head: BatchHead, lines: readonly Uint8Array[]): Uint8Array {
  const headBytes = encoder.encode(JSON.stringify(head));
  const body = new Uint8Array(lines.reduce((sum, line) => sum + line.length + 1, headBytes.length + 1));
  let at = 0;
  for (const part of [headBytes, ...lines]) {
    body.set(part, at);
    at += part.length;
    body[at++] = newline;
  }
  return body;
}

export interface CutBatch {
  readonly head: BatchHead;
  /** Line `n` is `body.subarray(starts[n], ends[n])`, one a sequence number; none when `head.lost` is set. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

export interface SplitBatch {
  readonly head: BatchHead;
  /** Views into the body, one a sequence number; empty when `head.lost` is set. */
  readonly lines: readonly Uint8Array[];
}

/** Takes an uncompressed body apart and checks its shape. Lines are not parsed here: a bad line is a dead letter, never a bad batch. */
export function splitBatch(body: Uint8Array): Result<SplitBatch, BatchFailure> {
  const cut = cutBatch(body);
  if (!cut.ok) return cut;
  const { head, starts, ends } = cut.value;
  return ok({ head, lines: Array.from(starts, (start, at) => body.subarray(start, ends[at])) });
}

/** `splitBatch` without making a view of every line. */
export function cutBatch(body: Uint8Array): Result<CutBatch, BatchFailure> {
  if (body.length > batchLimits.bodyBytes) return err({ kind: 'tooLarge', bytes: body.length, limit: batchLimits.bodyBytes });
  const headEnd = body.indexOf(newline);
  if (headEnd < 0 || headEnd > batchLimits.headBytes) return err({ kind: 'head', detail: 'no head line' });
  const head = parseHead(body.subarray(0, headEnd));
  if (!head.ok) return head;
  const { firstSeq, lastSeq, lost } = head.value;
  if (lastSeq < firstSeq) return err({ kind: 'head', detail: 'lastSeq before firstSeq' });
  const expected = lost === undefined ? lastSeq - firstSeq + 1 : 0;
  if (expected > batchLimits.records) return err({ kind: 'lineCount', expected, found: batchLimits.records });
  return cutLines(body, headEnd + 1, { head: head.value, expected });
}

function parseHead(bytes: Uint8Array): Result<BatchHead, BatchFailure> {
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(bytes));
  } catch {
    return err({ kind: 'head', detail: 'not JSON' });
  }
  const parsed = readShape(BatchHead, json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return err({ kind: 'head', detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}` });
  }
  return ok(parsed.data);
}

function cutLines(
  body: Uint8Array,
  from: number,
  { head, expected }: { readonly head: BatchHead; readonly expected: number },
): Result<CutBatch, BatchFailure> {
  const starts = new Uint32Array(expected);
  const ends = new Uint32Array(expected);
  let start = from;
  let found = 0;
  for (; start < body.length && found < expected; found++) {
    const newlineAt = body.indexOf(newline, start);
    const end = newlineAt < 0 ? body.length : newlineAt;
    if (end - start > batchLimits.lineBytes) return err({ kind: 'lineTooLong', seq: head.firstSeq + found, bytes: end - start });
    starts[found] = start;
    ends[found] = end;
    start = end + 1;
  }
  if (found < expected || start < body.length)
    return err({ kind: 'lineCount', expected, found: found + Number(start < body.length) });
  return ok({ head, starts, ends });
}
