/** Takes a byte stream apart into frames of one protocol, for decoders: what is no frame is told with a reason, bounded by `decodeLimits`. */
import { type Decoded, type DecodedKeys, type DecodedObservation, type Rejection, decodeLimits } from '../decode.ts';
import type { FrameRead } from './frame-scan.core.ts';

export interface FrameNotes {
  /** Bytes FE right before the frame. */
  readonly preamble: number;
  readonly checksum: number;
  /** Printable text in front of it, as some gateways send. */
  readonly asciiPrefix: string | undefined;
}

/** What a sound frame says; `problem`: why it cannot be taken all the same, e.g. a unit that nobody knows. */
export type FrameTold =
  | { readonly keys: DecodedKeys; readonly observations: readonly DecodedObservation[] }
  | { readonly problem: string };

export interface FrameForm<F> {
  readonly protocol: string;
  read(rest: Uint8Array): FrameRead<F>;
  tell(frame: F, notes: FrameNotes): FrameTold;
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
  const frames: DecodedKeys[] = [];
  const observations: DecodedObservation[] = [];
  const rejected: Rejection[] = [];
  const say = (found: readonly Rejection[]): void => {
    rejected.push(...found.slice(0, decodeLimits.rejected - rejected.length));
  };
  if (bytes.length === 0) say([{ atByte: 0, reason: 'no bytes given' }]);
  let skipped = new Skipped(bytes, 0);
  let at = 0;
  while (at < bytes.length && frames.length < decodeLimits.frames) {
    const read = form.read(bytes.subarray(at));
    if (read.kind !== 'frame') {
      skipped.met(at, read);
      at++;
      continue;
    }
    const before = bytes.subarray(skipped.from, at);
    const preamble = trailingPreamble(before);
    const noise = before.subarray(0, before.length - preamble);
    const asciiPrefix = asciiOf(noise);
    if (asciiPrefix === undefined) say(skipped.rejections(skipped.from + noise.length, 'frame', form.protocol));
    const told = form.tell(read.frame, { preamble, checksum: bytes[at + read.length - 2] ?? 0, asciiPrefix });
    if ('problem' in told) say([{ atByte: at, reason: told.problem }]);
    else {
      frames.push(told.keys);
      observations.push(...told.observations);
    }
    at += read.length;
    skipped = new Skipped(bytes, at);
  }
  say(skipped.rejections(bytes.length, 'end', form.protocol));
  return { frames, observations, rejected };
}

interface Attempt {
  readonly at: number;
  readonly end: number;
  readonly reason: string;
}

/** Bytes between two frames, and what might have been a frame in them. */
class Skipped {
  readonly from: number;
  readonly #attempts: Attempt[] = [];
  #hint: { readonly at: number; readonly reason: string } | undefined;

  readonly #bytes: Uint8Array;

  /** `bytes`: the whole input. */
  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes;
    this.from = from;
  }

  /** A start byte inside of a frame that is broken is no beginning of its own. */
  met(at: number, read: Exclude<FrameRead<unknown>, { kind: 'frame' }>): void {
    const total = this.#bytes.length;
    if (read.kind === 'no') {
      if (read.why !== undefined) this.#hint ??= { at, reason: read.why };
      return;
    }
    if (at < (this.#attempts.at(-1)?.end ?? 0) || this.#attempts.length >= decodeLimits.rejected) return;
    const end = read.length === undefined ? total : at + read.length;
    const reason =
      read.kind === 'damaged'
        ? read.why
        : `truncated: ${read.length === undefined ? 'no length yet' : `the frame has ${read.length} bytes`}, ${total - at} are there`;
    this.#attempts.push({ at, end, reason });
  }

  /** One for each frame that is broken, one for each run of bytes that is none; `upto`: the end of what was skipped. */
  rejections(upto: number, then: 'frame' | 'end', protocol: string): readonly Rejection[] {
    const found: Rejection[] = [];
    let from = this.from;
    const noise = (to: number): void => {
      if (to > from) found.push(this.#noise(from, to, protocol));
    };
    for (const { at, end, reason } of this.#attempts.filter((attempt) => attempt.at < upto)) {
      noise(at - trailingPreamble(this.#bytes.subarray(from, at)));
      const cut = then === 'frame' && end > upto ? `cut short: the next frame begins after ${upto - at} bytes; ` : '';
      found.push({ atByte: at, reason: `${cut}${reason}` });
      from = Math.min(end, upto);
    }
    noise(upto);
    return found;
  }

  /** FE in front of it only wakes the receiver. */
  #noise(from: number, to: number, protocol: string): Rejection {
    let atByte = from;
    while (atByte < to && this.#bytes[atByte] === 0xfe) atByte++;
    if (atByte === to) atByte = from;
    const what = this.#hint?.at === atByte ? this.#hint.reason : 'no start byte of a frame';
    return { atByte, reason: `${what}: ${to - atByte} bytes that are no ${protocol} frame` };
  }
}

function trailingPreamble(skipped: Uint8Array): number {
  let count = 0;
  while (skipped[skipped.length - 1 - count] === 0xfe) count++;
  return count;
}

/** Text has a few characters: three start bytes 68 are printable as well. */
function asciiOf(noise: Uint8Array): string | undefined {
  if (noise.length < 4 || noise.length > 64 || !noise.every((byte) => byte >= 0x20 && byte < 0x7f)) return undefined;
  return String.fromCharCode(...noise);
}
