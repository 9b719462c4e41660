/** Reads slices of one stream; proves every frame by its CRCs and hands out the chain hash on both sides. One read at a time. */
import { err, ok, type Result } from '@cardwatch/kernel';
import type { DiskFailure, DiskFile } from '../ports.ts';
import { chainStart } from './chain.ts';
import { segmentHeaderBytes } from './format.ts';
import type { StoredHole } from './frame.core.ts';
import type { JournalFailure, JournalSlice } from './journal.ts';
import { holeAt, type Life, nextHoleAfter, pointFor, type Segment, segmentIndex, segmentUpto, thinPoints } from './life.ts';
import { journalBounds } from './limits.ts';
import type { JournalParts } from './parts.ts';
import { examineSegment, loseNumbers } from './repair.ts';
import type { Point } from './scan.core.ts';
import { readUpTo } from './segment-file.ts';
import { type ReadLimits, SliceWalk, type WalkedSlice } from './slice-walk.ts';

type Slice = Result<JournalSlice | undefined, JournalFailure>;

type SegmentRead = WalkedSlice | { readonly kind: 'damaged' } | { readonly kind: 'failed'; readonly cause: DiskFailure };

const attemptsMax = 3;
/** A place that cannot be read this often over this time, on a disk that works, is treated as damaged: the stream goes on without it. */
const readFailuresMax = 3;
const readFailureMs = 60_000;

export interface ReaderOptions {
  /** Ends the writing of a segment that must be examined. */
  readonly release: (segment: Segment) => Promise<void>;
  /** Syncs that succeeded so far; undefined while a stream cannot be written. A disk that cannot be written is not judged by its reads. */
  readonly syncs: () => number | undefined;
}

export class StreamReader {
  readonly #parts: JournalParts;
  readonly #options: ReaderOptions;
  #open: { readonly segment: Segment; readonly file: DiskFile } | undefined;
  /** Where the last slice ended. */
  #cursor: { readonly segment: Segment; readonly point: Point } | undefined;
  /** Where the last slice of a hole ended: a hole of a million numbers is hashed once, not once more with each of its slices. */
  #holePoint: { readonly hole: StoredHole; readonly seq: number; readonly prevHash: Uint8Array } | undefined;
  #turn: Promise<unknown> | undefined;

  constructor(parts: JournalParts, options: ReaderOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  async read(life: Life, fromSeq: number, limits: ReadLimits): Promise<Slice> {
    while (this.#turn !== undefined) await this.#turn;
    const reading = this.#read(life, fromSeq, limits);
    this.#turn = reading;
    const slice = await reading;
    this.#turn = undefined;
    return slice;
  }

  async close(): Promise<void> {
    while (this.#turn !== undefined) await this.#turn;
    await this.#drop();
  }

  async #read(life: Life, fromSeq: number, limits: ReadLimits): Promise<Slice> {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      if (fromSeq > life.durable) return ok(undefined);
      const hole = holeAt(life, fromSeq) ?? this.#gone(life, fromSeq);
      if (hole !== undefined) return ok(this.#holeSlice(life, hole, fromSeq));
      const index = segmentIndex(life, fromSeq);
      const segment = life.segments[index];
      if (segment === undefined) continue;
      const upto = Math.min(
        segmentUpto(life, index),
        life.durable,
        (nextHoleAfter(life, fromSeq)?.first ?? Number.MAX_SAFE_INTEGER) - 1,
      );
      const result = await this.#readSegment(segment, { fromSeq, upto, limits });
      if (result.kind === 'read') return ok(this.#entrySlice(life, segment, result));
      await this.#drop();
      const failure = await this.#ill(life, segment, result);
      if (failure !== undefined) return err({ kind: 'storageFailed', cause: failure });
    }
    return err({ kind: 'storageFailed', cause: { kind: 'io', detail: 'reads of one place differ' } });
  }

  /** A number that no file holds: reclaimed after its acknowledgement. */
  #gone(life: Life, seq: number): StoredHole | undefined {
    const index = segmentIndex(life, seq);
    if (index >= 0 && segmentUpto(life, index) >= seq) return undefined;
    const next = life.segments[index + 1]?.key.base ?? life.durable + 1;
    const last = Math.min(next, nextHoleAfter(life, seq)?.first ?? next) - 1;
    return { first: seq, last, cause: 'dropped', prevHash: chainStart() };
  }

  #holeSlice(life: Life, hole: StoredHole, fromSeq: number): JournalSlice {
    const { chain } = this.#parts;
    const last = Math.min(hole.last, fromSeq + journalBounds.holeNumbers - 1);
    const known = this.#holePoint;
    const start = known?.hole === hole && known.seq <= fromSeq ? known : { seq: hole.first, prevHash: hole.prevHash };
    const prevHash = chain.overHole(start.prevHash, start.seq, fromSeq - 1);
    const endHash = chain.overHole(prevHash, fromSeq, last);
    this.#holePoint = { hole, seq: last + 1, prevHash: endHash };
    return { epoch: life.epoch, entries: [], hole: { first: fromSeq, last, cause: hole.cause }, prevHash, endHash };
  }

  #entrySlice(life: Life, segment: Segment, read: WalkedSlice): JournalSlice {
    segment.readFailed = undefined;
    this.#cursor = { segment, point: read.end };
    return { epoch: life.epoch, entries: read.entries, hole: undefined, prevHash: read.prevHash, endHash: read.end.prevHash };
  }

  #startFor(segment: Segment, fromSeq: number): Point {
    const start = { seq: segment.key.base, offset: segmentHeaderBytes, prevHash: segment.prevHash, wallMs: segment.createdMs };
    const known = pointFor(segment, fromSeq) ?? start;
    const cursor = this.#cursor?.segment === segment ? this.#cursor.point : undefined;
    return cursor !== undefined && cursor.seq <= fromSeq && cursor.seq > known.seq ? cursor : known;
  }

  async #readSegment(
    segment: Segment,
    want: { readonly fromSeq: number; readonly upto: number; readonly limits: ReadLimits },
  ): Promise<SegmentRead> {
    const file = await this.#fileOf(segment);
    if (!file.ok) return { kind: 'failed', cause: file.error };
    const walk = new SliceWalk(this.#parts, segment, this.#startFor(segment, want.fromSeq), want);
    while (!walk.done) {
      const { bytes, failure } = await readUpTo(file.value, walk.offset, walk.wantedBytes);
      if (walk.feed(bytes)) continue;
      if (failure !== undefined) return { kind: 'failed', cause: failure };
      if (!walk.skip()) return { kind: 'damaged' };
    }
    return walk.result();
  }

  async #fileOf(segment: Segment): Promise<Result<DiskFile, DiskFailure>> {
    if (this.#open?.segment === segment) return ok(this.#open.file);
    if (this.#open?.segment.sealed === true) thinPoints(this.#open.segment);
    await this.#drop();
    const file = await this.#parts.disk.open(segment.path, 'read');
    if (file.ok) this.#open = { segment, file: file.value };
    return file;
  }

  async #drop(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    this.#cursor = undefined;
    await open?.file.close();
  }

  /** Finds out what is wrong with a segment so that the next attempt meets a known hole; the failure when that must wait. */
  async #ill(life: Life, segment: Segment, result: Exclude<SegmentRead, { kind: 'read' }>): Promise<DiskFailure | undefined> {
    if (!life.segments.includes(segment)) return undefined;
    let givesUp = result.kind === 'failed' && this.#givesUpOn(segment);
    if (result.kind === 'failed' && !givesUp) return result.cause;
    await this.#options.release(segment);
    let examined = await examineSegment(this.#parts, life, segment, givesUp);
    if (!examined.ok && !givesUp) {
      givesUp = this.#givesUpOn(segment);
      if (!givesUp) return examined.error;
      examined = await examineSegment(this.#parts, life, segment, true);
    }
    if (examined.ok || !life.segments.includes(segment)) return undefined;
    const upto = segmentUpto(life, segmentIndex(life, segment.key.base));
    await loseNumbers(this.#parts, life, {
      first: segment.key.base,
      last: Math.min(upto, life.durable),
      prevHash: segment.prevHash,
    });
    return undefined;
  }

  #givesUpOn(segment: Segment): boolean {
    const now = this.#parts.clock.mono();
    const syncs = this.#options.syncs();
    if (syncs === undefined || segment.readFailed === undefined) {
      segment.readFailed = { count: 1, since: now, syncs: syncs ?? Number.MAX_SAFE_INTEGER };
      return false;
    }
    segment.readFailed.count++;
    const { count, since } = segment.readFailed;
    return count >= readFailuresMax && now - since >= readFailureMs && syncs > segment.readFailed.syncs;
  }
}
