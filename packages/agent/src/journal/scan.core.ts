/** Walks the bytes of one segment by the recovery rule: torn tail, damage in the middle, footer. Pure. */
import type { Chain } from './chain.ts';
import { bodyCrcBytes, frameHeadBytes, frameType, segmentHeaderBytes } from './format.ts';
import {
  decodeFooter,
  type FrameHead,
  type FrameSource,
  frameSource,
  isFlippedHead,
  readBody,
  readHead,
  type SegmentFooter,
} from './frame.core.ts';
import { journalBounds } from './limits.ts';

/** A place from which reading may start: the frame of `seq` begins at `offset`. */
export interface Point {
  readonly seq: number;
  readonly offset: number;
  /** Chain hash of seq - 1. */
  readonly prevHash: Uint8Array;
  readonly wallMs: number;
}

/** Bytes `from..to` that are no good frames; the numbers `first..last` stood there (none when last < first). */
export interface Damage {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
  readonly prevHash: Uint8Array;
}

export interface SegmentScan {
  /** Good records. */
  readonly count: number;
  /** Last number accounted for, good or damaged; base - 1 when there is none. */
  readonly lastSeq: number;
  readonly endHash: Uint8Array;
  /** End of the last frame, footer left out. */
  readonly end: number;
  readonly points: readonly Point[];
  readonly damages: readonly Damage[];
  readonly footer: SegmentFooter | undefined;
  /** `torn`: bytes behind `end` are an unfinished write and nothing else. */
  readonly tail: 'clean' | 'torn';
}

export interface ScanInput {
  /** The whole file, header included. */
  readonly bytes: Uint8Array;
  readonly base: number;
  readonly salt: number;
  readonly prevHash: Uint8Array;
  /** Numbers from here on are another segment's. */
  readonly nextBase?: number | undefined;
  readonly onRecord?: ((seq: number, line: Uint8Array) => void) | undefined;
}

const sectorBytes = 512;
const frameStep = 8;

export function scanSegment(input: ScanInput, chain: Chain): SegmentScan {
  const walk = new Walk(input, chain);
  walk.run();
  return walk.result();
}

class Walk {
  readonly #source: FrameSource;
  readonly #chain: Chain;
  readonly #limit: number;
  readonly #base: number;
  readonly #onRecord: ScanInput['onRecord'];
  readonly #points: Point[] = [];
  readonly #damages: Damage[] = [];
  #at = segmentHeaderBytes;
  #end = segmentHeaderBytes;
  #next: number;
  #hash: Uint8Array;
  #count = 0;
  #sincePoint = 0;
  #footer: SegmentFooter | undefined;
  #torn = false;

  constructor(input: ScanInput, chain: Chain) {
    this.#source = frameSource(input.bytes, input.salt);
    this.#chain = chain;
    this.#limit = input.nextBase ?? Number.MAX_SAFE_INTEGER;
    this.#base = input.base;
    this.#next = input.base;
    this.#hash = input.prevHash;
    this.#onRecord = input.onRecord;
  }

  run(): void {
    while (this.#at < this.#source.bytes.length && !this.#torn) {
      const head = readHead(this.#source, this.#at);
      const body = head === undefined ? undefined : readBody(this.#source, this.#at, head);
      const good = head !== undefined && body !== undefined && this.#fits(head);
      if (this.#next >= this.#limit && !(good && head.type === frameType.footer)) return;
      if (good) this.#accept(head, body);
      else this.#stepOver(head);
      if (this.#footer !== undefined) return;
    }
  }

  result(): SegmentScan {
    return {
      count: this.#count,
      lastSeq: this.#next - 1,
      endHash: this.#hash,
      end: this.#end,
      points: this.#points,
      damages: this.#damages,
      footer: this.#footer,
      tail: this.#torn ? 'torn' : 'clean',
    };
  }

  /** Not one whose number no file of this base can reach, however right its checksums are: its hole would be hashed for years. */
  #fits(head: FrameHead): boolean {
    if (head.seq - this.#base >= journalBounds.segmentNumbers) return false;
    if (head.type === frameType.footer) return head.seq >= this.#next - 1;
    return head.type === frameType.record && head.seq >= this.#next;
  }

  #accept(head: FrameHead, body: Uint8Array): void {
    const footer = head.type === frameType.footer;
    const first = footer ? head.seq + 1 : head.seq;
    if (first > this.#next) this.#lose(this.#at, this.#at, Math.min(first, this.#limit) - 1);
    if (footer) {
      this.#footer = decodeFooter(head, body);
      this.#torn = this.#footer === undefined;
      return;
    }
    if (head.seq >= this.#limit) return;
    if (this.#sincePoint === 0) this.#point(head);
    this.#sincePoint = (this.#sincePoint + 1) % journalBounds.pointSpacing;
    this.#hash = this.#chain.next(this.#hash, head.seq, body);
    this.#next = head.seq + 1;
    this.#count++;
    this.#at += head.total;
    this.#end = this.#at;
    this.#onRecord?.(head.seq, body);
  }

  #point(head: FrameHead): void {
    this.#points.push({ seq: head.seq, offset: this.#at, prevHash: this.#hash, wallMs: head.wallMs });
  }

  /** Numbers up to `last` are lost with the bytes `from..to`. */
  #lose(from: number, to: number, last: number): void {
    this.#damages.push({ from, to, first: this.#next, last, prevHash: this.#hash });
    this.#hash = this.#chain.overHole(this.#hash, this.#next, last);
    this.#next = Math.max(this.#next, last + 1);
    this.#at = to;
    this.#end = Math.max(this.#end, to);
    this.#sincePoint = 0;
  }

  #stepOver(head: FrameHead | undefined): void {
    const from = this.#at;
    const good = this.#searchFrom(from + (head?.total ?? frameStep));
    if (good !== undefined) {
      const first = good.head.type === frameType.footer ? good.head.seq + 1 : good.head.seq;
      this.#lose(from, good.at, Math.min(first, this.#limit) - 1);
      return;
    }
    const written = head === undefined ? this.#flippedAt(from) : this.#writtenInFull(from, head);
    if (written?.type !== frameType.record || !this.#fits(written)) this.#torn = true;
    else this.#lose(from, Math.min(from + written.total, this.#source.bytes.length), Math.min(written.seq, this.#limit - 1));
  }

  #searchFrom(start: number): { readonly at: number; readonly head: FrameHead } | undefined {
    for (let at = start; at + frameHeadBytes <= this.#source.bytes.length; at += frameStep) {
      const head = readHead(this.#source, at);
      if (head !== undefined && this.#fits(head) && readBody(this.#source, at, head) !== undefined) return { at, head };
    }
    return undefined;
  }

  /** A head with a right CRC and a bad body: damage when all of it was written, torn when it is cut off or a sector of it is still zero. */
  #writtenInFull(at: number, head: FrameHead): FrameHead | undefined {
    const end = at + frameHeadBytes + head.length + bodyCrcBytes;
    if (end > this.#source.bytes.length || this.#hasZeroSector(at, end)) return undefined;
    return head;
  }

  #hasZeroSector(from: number, to: number): boolean {
    for (let at = from; at < to; ) {
      const end = Math.min(to, (Math.floor(at / sectorBytes) + 1) * sectorBytes);
      if (end - at >= frameStep && this.#source.bytes.subarray(at, end).every((byte) => byte === 0)) return true;
      at = end;
    }
    return false;
  }

  #flippedAt(at: number): FrameHead | undefined {
    const repaired = isFlippedHead(this.#source, at);
    return repaired !== undefined && at + repaired.total <= this.#source.bytes.length ? repaired : undefined;
  }
}
