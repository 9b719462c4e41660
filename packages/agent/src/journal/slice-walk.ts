/** Decodes frames of one segment chunk by chunk until a slice is full. */
import { frameBytes, frameType } from './format.ts';
import { frameSource, readBody, readHead } from './frame.core.ts';
import type { JournalEntry } from './journal.ts';
import { learnPoint, type Segment } from './life.ts';
import { journalBounds } from './limits.ts';
import type { JournalParts } from './parts.ts';
import type { Point } from './scan.core.ts';
import { saltOf } from './segment-file.ts';

export interface ReadLimits {
  readonly records: number;
  readonly bytes: number;
}

export interface WalkedSlice {
  readonly kind: 'read';
  readonly entries: readonly JournalEntry[];
  readonly prevHash: Uint8Array;
  /** Where the next slice begins. */
  readonly end: Point;
}

const smallestChunkBytes = frameBytes(journalBounds.lineBytes);

export class SliceWalk {
  readonly #parts: JournalParts;
  readonly #segment: Segment;
  readonly #fromSeq: number;
  readonly #upto: number;
  readonly #limits: ReadLimits;
  readonly #salt: number;
  readonly #entries: JournalEntry[] = [];
  #bytes = 0;
  #seq: number;
  #hash: Uint8Array;
  #prevHash: Uint8Array;
  #wallMs: number;
  #full = false;
  offset: number;

  constructor(
    parts: JournalParts,
    segment: Segment,
    start: Point,
    want: { readonly fromSeq: number; readonly upto: number; readonly limits: ReadLimits },
  ) {
    this.#parts = parts;
    this.#segment = segment;
    this.#fromSeq = want.fromSeq;
    this.#upto = want.upto;
    this.#limits = want.limits;
    this.#salt = saltOf(segment.key);
    this.#seq = start.seq;
    this.#hash = start.prevHash;
    this.#prevHash = start.prevHash;
    this.#wallMs = start.wallMs;
    this.offset = start.offset;
  }

  get done(): boolean {
    return this.#full || this.#seq > this.#upto;
  }

  get wantedBytes(): number {
    const { records, bytes } = this.#limits;
    const guess = bytes - this.#bytes + frameBytes(0) * (records + journalBounds.pointSpacing);
    const wanted = Math.min(journalBounds.readChunkBytes, Math.max(smallestChunkBytes, guess));
    return Math.min(wanted, Math.max(0, this.#segment.end - this.offset));
  }

  result(): WalkedSlice {
    const end = { seq: this.#seq, offset: this.offset, prevHash: this.#hash, wallMs: this.#wallMs };
    return { kind: 'read', entries: this.#entries, prevHash: this.#prevHash, end };
  }

  /** False when what stands there is not the frame that should. */
  feed(bytes: Uint8Array): boolean {
    const source = frameSource(bytes, this.#salt);
    let at = 0;
    while (!this.done) {
      const head = readHead(source, at);
      if (head !== undefined && at + head.total > bytes.length && at > 0) break;
      const body = head === undefined ? undefined : readBody(source, at, head);
      if (head === undefined && at > 0 && bytes.length - at < frameBytes(0)) break;
      if (head?.type !== frameType.record || body === undefined || head.seq !== this.#seq) {
        if (at > 0) break;
        return false;
      }
      if (head.seq >= this.#fromSeq && !this.#collect(body)) break;
      learnPoint(
        this.#segment,
        { seq: head.seq, offset: this.offset + at, prevHash: this.#hash, wallMs: head.wallMs },
        journalBounds.pointSpacing,
      );
      this.#hash = this.#parts.chain.next(this.#hash, head.seq, body);
      this.#seq = head.seq + 1;
      this.#wallMs = head.wallMs;
      at += head.total;
    }
    this.offset += at;
    return at > 0 || this.done;
  }

  /** Bytes that hid no number stand before the frame that is due: on to where the last examination found it. False when it knows no such place. */
  skip(): boolean {
    const behind = this.#segment.points.find(({ seq, offset }) => seq === this.#seq && offset > this.offset);
    if (behind === undefined) return false;
    this.offset = behind.offset;
    return true;
  }

  #collect(line: Uint8Array): boolean {
    const { records, bytes } = this.#limits;
    const fits = this.#entries.length === 0 || (this.#entries.length < records && this.#bytes + line.length <= bytes);
    if (!fits) {
      this.#full = true;
      return false;
    }
    if (this.#entries.length === 0) this.#prevHash = this.#hash;
    this.#entries.push({ seq: this.#seq, line });
    this.#bytes += line.length;
    return true;
  }
}
