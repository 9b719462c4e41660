import type { Clock } from '@cardwatch/kernel';
import { frameType } from './format.ts';
import { type FrameTarget, frameTarget, putFrame } from './frame.core.ts';
import type { Segment } from './life.ts';
import { journalBounds } from './limits.ts';
import { stampOf } from './parts.ts';
import { type OpenSegment, recordBytes } from './segment-file.ts';

/** Frames of the numbers behind `afterSeq`, ready for one segment. */
export interface Encoded {
  readonly segment: Segment;
  readonly lines: readonly Uint8Array[];
  readonly afterSeq: number;
  readonly frames: Uint8Array;
  readonly wallMs: number;
  readonly target: FrameTarget;
}

/** Puts frames together in few buffers; `release` gives one back when the kernel has its bytes and nobody looks at them any more. */
export class FrameEncoder {
  readonly #clock: Clock;
  readonly #free: FrameTarget[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  encode(open: OpenSegment, lines: readonly Uint8Array[], afterSeq: number): Encoded {
    const bytes = linesBytes(lines);
    const target = frameTarget(Math.max(bytes, journalBounds.writeBufferBytes), open.salt, this.#free.pop());
    const stamp = stampOf(this.#clock);
    let at = 0;
    let seq = afterSeq;
    for (const payload of lines) at = putFrame(target, at, { type: frameType.record, seq: ++seq, payload }, stamp);
    return { segment: open.segment, lines, afterSeq, frames: target.bytes.subarray(0, at), wallMs: stamp.wallMs, target };
  }

  release(encoded: Encoded): void {
    if (encoded.target.bytes.length === journalBounds.writeBufferBytes && this.#free.length < 2) this.#free.push(encoded.target);
  }
}

/** Bytes that lines take in a segment. */
export const linesBytes = (lines: readonly Uint8Array[]): number => lines.reduce((sum, line) => sum + recordBytes(line), 0);
