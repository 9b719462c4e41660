/**
 * Framing on TCP: length 2 bytes big endian (counts all behind itself), TPDU 5 bytes `60` + destination + source, header 6 bytes `60`/`61`,
 * version, state nibble, processing nibble, minor version; then the body. A stream is never searched for a new beginning.
 */
import { type Result, err, ok } from '@cardwatch/kernel';
import { type Problem, joined, upperHex } from './message.core.ts';

export const frameLimits = { lengthMax: 2_048 } as const;
const lengthBytes = 2;
const tpduBytes = 5;
const headerBytes = 6;

export interface Frame {
  /** Offset of its first byte over all that was fed. */
  readonly atByte: number;
  /** What stands behind the length; empty: keep-alive. */
  readonly bytes: Uint8Array;
}

/** Cuts a byte stream into frames. Once broken, it stays so: the connection is to be closed. */
export class Framer {
  #pending: Uint8Array = new Uint8Array(0);
  #consumed = 0;
  #broken: Problem | undefined;

  /** Bytes of a frame that has begun. */
  get pendingBytes(): number {
    return this.#pending.length;
  }

  get broken(): Problem | undefined {
    return this.#broken;
  }

  feed(bytes: Uint8Array): readonly Frame[] {
    if (this.#broken !== undefined) return [];
    // A copy in any case: `slice` of what a socket hands over would be a view of its buffer.
    const all = joined([this.#pending, bytes]);
    const frames: Frame[] = [];
    let at = 0;
    while (all.length - at >= lengthBytes) {
      const length = ((all[at] ?? 0) << 8) | (all[at + 1] ?? 0);
      if (length > frameLimits.lengthMax) {
        this.#broken = { atByte: this.#consumed + at, reason: `length ${length}, at most ${frameLimits.lengthMax}` };
        break;
      }
      if (all.length - at < lengthBytes + length) break;
      frames.push({ atByte: this.#consumed + at, bytes: all.slice(at + lengthBytes, at + lengthBytes + length) });
      at += lengthBytes + length;
    }
    this.#pending = this.#broken === undefined ? all.slice(at) : new Uint8Array(0);
    this.#consumed += at;
    return frames;
  }
}

export interface Envelope {
  /** Upper-case hex. */
  readonly tpdu: string;
  readonly header: string;
  readonly body: Uint8Array;
}

/** TPDU and header off. Offsets of a problem count from the first byte of the TPDU. */
export function openEnvelope(bytes: Uint8Array): Result<Envelope, Problem> {
  if (bytes.length < tpduBytes + headerBytes + 2)
    return err({
      atByte: 0,
      reason: `truncated: ${bytes.length} bytes, TPDU, header and message type are ${tpduBytes + headerBytes + 2}`,
    });
  if (bytes[0] !== 0x60)
    return err({ atByte: 0, reason: `the TPDU does not begin with 60 but with ${upperHex(bytes.subarray(0, 1))}` });
  const application = bytes[tpduBytes];
  if (application !== 0x60 && application !== 0x61)
    return err({ atByte: tpduBytes, reason: 'the header begins with neither 60 nor 61' });
  return ok({
    tpdu: upperHex(bytes.subarray(0, tpduBytes)),
    header: upperHex(bytes.subarray(tpduBytes, tpduBytes + headerBytes)),
    body: bytes.subarray(tpduBytes + headerBytes),
  });
}

export const bodyAt = tpduBytes + headerBytes;

/** What a host asks of the terminal along with its reply: the low nibble of the third header byte. */
export type Processing = 'none' | 'parameters' | 'state' | 'signOn';
const processingNibble: Readonly<Record<Processing, string>> = { none: '0', parameters: '1', state: '2', signOn: '3' };

/** A reply in its frame: addresses of the TPDU swapped, the header of the request with the processing nibble set. */
export function replyFrame(to: Pick<Envelope, 'tpdu' | 'header'>, body: Uint8Array, processing: Processing): Uint8Array {
  const tpdu = to.tpdu.slice(0, 2) + to.tpdu.slice(6, 10) + to.tpdu.slice(2, 6);
  const header = `${to.header.slice(0, 5)}${processingNibble[processing]}${to.header.slice(6)}`;
  const head = Uint8Array.from((tpdu + header).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const length = head.length + body.length;
  return joined([Uint8Array.of(length >> 8, length & 0xff), head, body]);
}
