/**
 * Finds the reply of a protocol whose frames carry a start byte, their length and a checksum: CJ/T 188 and DL/T 645. A start byte inside address or data
 * is no start: only length, checksum and end byte delimit a frame, so each start is tried and the longest sound reading from the front wins.
 */
import { type FrameMatcher, type Match, type Sightings, nothingSeen } from './transaction.ts';

/**
 * What stands at the front of the bytes. `damaged`: whole by its length, wrong by its checksum or end byte. `length`: bytes that the frame would have;
 * `why`: in plain words, where there is more to say than that no frame begins here.
 */
export type FrameRead<F> =
  | { readonly kind: 'frame'; readonly length: number; readonly frame: F }
  | { readonly kind: 'more'; readonly length?: number }
  | { readonly kind: 'damaged'; readonly length: number; readonly why: string }
  | { readonly kind: 'no'; readonly why?: string };

export type Judgement = 'reply' | 'echo' | 'wrongSlave' | 'late';

export interface Wanted<F> {
  read(rest: Uint8Array): FrameRead<F>;
  judge(frame: F): Judgement;
  /** Whether the unfinished frame at the front can become the reply: then nothing behind it is looked at. */
  mayBeReply(rest: Uint8Array): boolean;
}

/** Bytes that precede a frame to wake the receiver: no noise. */
const preambleByte = 0xfe;

type Tally = { -readonly [K in keyof Sightings]: Sightings[K] };

export function frameMatcher<F>(wanted: Wanted<F>): FrameMatcher<F> {
  return (buffer, { last }): Match<F> => {
    const tally: Tally = { ...nothingSeen };
    let kept: { readonly used: number; readonly seen: Sightings } | undefined;
    let at = 0;
    while (at < buffer.length) {
      const rest = buffer.subarray(at);
      const met = wanted.read(rest);
      if (met.kind === 'frame') {
        const judged = wanted.judge(met.frame);
        at += met.length;
        if (judged === 'reply') return { kind: 'reply', used: at, seen: tally, value: met.frame };
        countFrame(tally, judged);
        continue;
      }
      if (met.kind === 'more' && !last) {
        if (wanted.mayBeReply(rest)) return { kind: 'wait', ...(kept ?? { used: at, seen: tally }) };
        kept ??= { used: at, seen: { ...tally } };
      }
      if (met.kind === 'damaged' && wanted.mayBeReply(rest)) tally.crcErrors++;
      if (buffer[at] !== preambleByte) tally.noiseBytes++;
      at++;
    }
    return { kind: 'wait', ...(kept ?? { used: at, seen: tally }) };
  };
}

function countFrame(tally: Tally, judged: Exclude<Judgement, 'reply'>): void {
  if (judged === 'echo') tally.echoes++;
  else if (judged === 'wrongSlave') tally.wrongSlave++;
  else tally.lateFrames++;
}

/** Reads checksum and end byte at the end of a frame that is all there; undefined when both are right. */
export function tailProblem(frame: Uint8Array): string | undefined {
  const [met = 0, end = 0] = frame.subarray(-2);
  const sum = sum8(frame.subarray(0, -2));
  if (end !== 0x16) return `end byte ${hexByte(end)}, it should be 16${met === sum ? '' : ': the length may be wrong'}`;
  return met === sum ? undefined : `wrong checksum: ${hexByte(met)}, it should be ${hexByte(sum)}`;
}

const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0').toUpperCase();

/** Sum of all bytes modulo 256: the checksum of both standards. */
export function sum8(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xff;
  return sum;
}
