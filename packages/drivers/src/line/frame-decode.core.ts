/** Takes a byte stream apart into frames of one protocol, for decoders: what is no frame is told with a reason, bounded by `decodeLimits`. */
import { type Decoded, type Rejection, decodeLimits } from '../decode.ts';
import type { FrameRead } from './frame-scan.core.ts';

export interface FrameNotes {
  /** Bytes FE right before the frame. */
  readonly preamble: number;
  readonly checksum: number;
  /** Printable text in front of it, as some gateways send. */
  readonly asciiPrefix: string | undefined;
}

export interface FrameForm<F> {
  readonly protocol: string;
  read(rest: Uint8Array): FrameRead<F>;
  readonly preambleMax: number;
  keys(frame: F, notes: FrameNotes): Readonly<Record<string, unknown>>;
}

/** All chunks as one run, cut at the largest input. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const total = Math.min(
    decodeLimits.inputBytes,
    chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  );
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, total - at);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function decodeFrames<F>(bytes: Uint8Array, form: FrameForm<F>): Decoded {
  const frames: Readonly<Record<string, unknown>>[] = [];
  const rejected: Rejection[] = [];
  const reject = (atByte: number, reason: string): void => {
    if (rejected.length < decodeLimits.rejected) rejected.push({ atByte, reason });
  };
  let skippedFrom = 0;
  let at = 0;
  while (at < bytes.length && frames.length < decodeLimits.frames) {
    const read = form.read(bytes.subarray(at));
    if (read.kind !== 'frame') {
      if (read.kind === 'damaged') reject(at, 'wrong checksum or end byte');
      if (read.kind === 'more') reject(at, 'the frame does not end');
      at++;
      continue;
    }
    const skipped = bytes.subarray(skippedFrom, at);
    const preamble = trailingPreamble(skipped, form.preambleMax);
    const noise = skipped.subarray(0, skipped.length - preamble);
    if (noise.length > 0) reject(skippedFrom, `${noise.length} bytes that are no frame`);
    const checksum = bytes[at + read.length - 2] ?? 0;
    frames.push(form.keys(read.frame, { preamble, checksum, asciiPrefix: asciiOf(noise) }));
    at += read.length;
    skippedFrom = at;
  }
  if (skippedFrom < bytes.length) reject(skippedFrom, `${bytes.length - skippedFrom} bytes that are no ${form.protocol} frame`);
  return { frames, observations: [], rejected };
}

function trailingPreamble(skipped: Uint8Array, max: number): number {
  let count = 0;
  while (count < max && skipped[skipped.length - 1 - count] === 0xfe) count++;
  return count;
}

function asciiOf(noise: Uint8Array): string | undefined {
  if (noise.length === 0 || noise.length > 64 || !noise.every((byte) => byte >= 0x20 && byte < 0x7f)) return undefined;
  return String.fromCharCode(...noise);
}
