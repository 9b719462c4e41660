/** The writing end of one stream: the open segment, what of it is durable, and the second chance after a failed write or sync. */
import { err, ok, type Result } from '@cardwatch/kernel';
import type { DiskFailure } from '../ports.ts';
import { writeAll } from './disk-io.ts';
import { type Encoded, FrameEncoder, linesBytes } from './encoder.ts';
import { frameBytes } from './format.ts';
import { type Life, learnPoint, type Segment, thinPoints } from './life.ts';
import { journalBounds } from './limits.ts';
import type { JournalParts } from './parts.ts';
import { createSegment, type OpenSegment, sealSegment } from './segment-file.ts';

/** Where room comes from when the disk says that it is full. */
export interface Pressure {
  /** Gives up what may be given up for this stream, one step of the order; false when nothing is left. */
  pressed(): Promise<boolean>;
}

export class Tail {
  readonly life: Life;
  readonly #parts: JournalParts;
  readonly #segmentBytes: number;
  readonly #pressure: Pressure;
  readonly #onSync: (tookMs: number) => void;
  #open: OpenSegment | undefined;
  /** The file is new: its folder is synced with the first commit. */
  #fresh = false;
  #lastSeq: number;
  /** Chain hash of the first `#chained` pending lines, which end at `#chainedEnd`. */
  #hash: Uint8Array;
  #chained = 0;
  #chainedEnd = 0;
  /** Written bytes that the file hash has not seen. */
  #unhashed: Encoded | undefined;
  /** The next `put`, put together while the present one is with the kernel. */
  #prepared: Encoded | undefined;
  readonly #encoder: FrameEncoder;
  #sealing: Promise<void> = Promise.resolve();
  /** End of what is durable in the open segment. */
  #durableEnd = 0;
  /** Lines that are not durable, kept until they are; the first `#written` of them stand in the open segment. */
  #pending: Uint8Array[] = [];
  #written = 0;

  constructor(
    parts: JournalParts,
    life: Life,
    options: {
      readonly open: OpenSegment | undefined;
      readonly segmentBytes: number;
      readonly pressure: Pressure;
      readonly onSync: (tookMs: number) => void;
    },
  ) {
    this.#parts = parts;
    this.life = life;
    this.#encoder = new FrameEncoder(parts.clock);
    this.#open = options.open;
    this.#segmentBytes = options.segmentBytes;
    this.#pressure = options.pressure;
    this.#onSync = options.onSync;
    this.#lastSeq = life.durable;
    this.#hash = life.durableHash;
    this.#durableEnd = options.open?.segment.end ?? 0;
    this.#chainedEnd = this.#durableEnd;
  }

  /** Bytes written and not yet durable. */
  get unsyncedBytes(): number {
    return this.#open === undefined ? 0 : this.#open.segment.end - this.#durableEnd;
  }

  /** Last number written, durable or not. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * Writes lines as the next numbers and, when `sync` is set, makes everything written durable. On failure all that was not durable is
   * written again into a new segment; when that fails too the position goes back to the last durable number and the failure is returned.
   */
  async put(lines: readonly Uint8Array[], sync: boolean): Promise<Result<void, DiskFailure>> {
    if (this.#prepared?.lines !== lines) this.#prepared = undefined;
    for (const line of lines) this.#pending.push(line);
    const first = await this.#attempt(sync);
    return first.ok ? first : this.#again(first.error);
  }

  /** Encodes the lines of the next `put` ahead. Of no use, and no harm, when the present one fails, the segment ends or other lines come. */
  prepare(lines: readonly Uint8Array[]): void {
    const open = this.#open;
    if (open !== undefined) this.#prepared = this.#encoder.encode(open, lines, this.life.durable + this.#pending.length);
  }

  async sync(): Promise<Result<void, DiskFailure>> {
    if (this.#pending.length === 0) return ok(undefined);
    const synced = await this.#sync();
    return synced.ok ? synced : this.#again(synced.error);
  }

  /** Proves with a new segment that the disk is well again. */
  async probe(): Promise<Result<void, DiskFailure>> {
    await this.#giveUp();
    const opened = await this.#openNew();
    const synced = opened.ok ? await this.#sync() : opened;
    if (!synced.ok) await this.#giveUp();
    return synced;
  }

  isWriting(segment: Segment): boolean {
    return this.#open?.segment === segment;
  }

  /** Seals the open segment: nothing more will come into it. */
  async retire(): Promise<void> {
    await this.sync();
    if (this.#open !== undefined) this.#seal(this.#open);
    await this.#sealing;
  }

  async close(): Promise<void> {
    await this.#open?.file.close();
    this.#open = undefined;
    await this.#sealing;
  }

  async #attempt(sync: boolean): Promise<Result<void, DiskFailure>> {
    const lines = this.#written === 0 ? this.#pending : this.#pending.slice(this.#written);
    if (this.#open !== undefined && this.#isFull(this.#open.segment, lines)) {
      const synced = this.#written > 0 ? await this.#sync() : ok(undefined);
      if (!synced.ok) return synced;
      this.#seal(this.#open);
    }
    if (this.#open === undefined) {
      const opened = await this.#openNew();
      if (!opened.ok) return opened;
    }
    const written = await this.#write(lines);
    return written.ok && sync ? this.#sync() : written;
  }

  #isFull(segment: Segment, lines: readonly Uint8Array[]): boolean {
    if (segment.lastSeq < segment.key.base) return false;
    const age = this.#parts.clock.now() - segment.createdMs;
    return segment.end + linesBytes(lines) > this.#segmentBytes || age > this.#parts.limits.segmentAgeMs;
  }

  /** The footer is written in the background: all that it closes is durable already, and without it the segment is walked at the next start. */
  #seal(open: OpenSegment): void {
    this.#open = undefined;
    const endHash = this.life.durableHash;
    thinPoints(open.segment);
    this.#sealing = this.#sealing.then(async () => {
      const sealed = await sealSegment(this.#parts, open, endHash);
      if (!sealed.ok) this.#parts.log.log('warn', 'journal.notSealed', { path: open.segment.path, kind: sealed.error.kind });
      await open.file.close();
    });
  }

  async #openNew(): Promise<Result<void, DiskFailure>> {
    const key = { stream: this.life.stream, epoch: this.life.epoch, base: this.#lastSeq + 1 };
    const opened = await createSegment(this.#parts, key, this.#hash);
    if (!opened.ok) return opened;
    const leftover = this.life.segments.at(-1);
    if (leftover?.key.base === key.base) this.life.segments.pop();
    this.#open = opened.value;
    this.#fresh = true;
    this.#durableEnd = opened.value.segment.end;
    this.#chainedEnd = this.#durableEnd;
    this.life.segments.push(opened.value.segment);
    return ok(undefined);
  }

  async #write(lines: readonly Uint8Array[]): Promise<Result<void, DiskFailure>> {
    const open = this.#open;
    if (open === undefined) return err({ kind: 'io', detail: 'no open segment' });
    this.#chainWritten();
    const { segment } = open;
    const encoded = this.#takePrepared(segment, lines.length) ?? this.#encoder.encode(open, lines, this.#lastSeq);
    const written = await writeAll(open.file, encoded.frames, segment.end);
    if (!written.ok) return written;
    this.#lastSeq += lines.length;
    this.#written += lines.length;
    segment.lastSeq = this.#lastSeq;
    segment.end += encoded.frames.length;
    segment.bytes = segment.end;
    this.#unhashed = encoded;
    return written;
  }

  #takePrepared(segment: Segment, count: number): Encoded | undefined {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    const fits = prepared?.segment === segment && prepared.afterSeq === this.#lastSeq && prepared.lines.length === count;
    return fits ? prepared : undefined;
  }

  /** Chain and known places of what was written since the last call; put where the kernel is busy with a sync. */
  #chainWritten(): void {
    const segment = this.#open?.segment;
    if (segment === undefined) return;
    for (; this.#chained < this.#written; this.#chained++) {
      const line = this.#pending[this.#chained];
      if (line === undefined) return;
      const seq = this.life.durable + this.#chained + 1;
      const point = { seq, offset: this.#chainedEnd, prevHash: this.#hash, wallMs: this.#unhashed?.wallMs ?? segment.createdMs };
      learnPoint(segment, point, journalBounds.pointSpacing);
      this.#hash = this.#parts.chain.next(this.#hash, seq, line);
      this.#chainedEnd += frameBytes(line.length);
    }
    if (this.#unhashed === undefined) return;
    this.#open?.fileHash?.update(this.#unhashed.frames);
    this.#encoder.release(this.#unhashed);
    this.#unhashed = undefined;
  }

  async #sync(): Promise<Result<void, DiskFailure>> {
    const open = this.#open;
    if (open === undefined) return err({ kind: 'io', detail: 'no open segment' });
    const startedAt = this.#parts.clock.mono();
    const syncing = open.file.sync();
    this.#chainWritten();
    const synced = await syncing;
    const folder = synced.ok && this.#fresh ? await this.#parts.disk.syncFolder(this.life.stream) : synced;
    if (!folder.ok) return folder;
    this.#onSync(this.#parts.clock.mono() - startedAt);
    this.#fresh = false;
    this.#becomeDurable();
    return ok(undefined);
  }

  #becomeDurable(): void {
    this.#chainWritten();
    this.#chained = 0;
    this.#durableEnd = this.#open?.segment.end ?? 0;
    this.#pending = this.#pending.slice(this.#written);
    this.#written = 0;
    this.life.durable = this.#lastSeq;
    this.life.durableHash = this.#hash;
  }

  async #again(failure: DiskFailure): Promise<Result<void, DiskFailure>> {
    let last = failure;
    for (let attempt = 0; attempt === 0 || last.kind === 'noSpace'; attempt++) {
      this.#parts.log.log('error', 'journal.writeFailed', { stream: this.life.stream, kind: last.kind, attempt });
      await this.#giveUp();
      if (last.kind === 'noSpace' && !(await this.#pressure.pressed())) break;
      const result = await this.#attempt(true);
      if (result.ok) return result;
      last = result.error;
    }
    await this.#giveUp();
    this.#pending = [];
    return err(last);
  }

  /** Closes a file that may not be trusted and goes back to the last durable number. A file in which nothing is durable is removed. */
  async #giveUp(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    this.#lastSeq = this.life.durable;
    this.#hash = this.life.durableHash;
    this.#written = 0;
    this.#chained = 0;
    this.#unhashed = undefined;
    if (open === undefined) return;
    await open.file.close();
    const { segment } = open;
    if (segment.key.base <= this.life.durable) {
      segment.end = this.#durableEnd;
      segment.lastSeq = this.life.durable;
      segment.points = segment.points.filter((point) => point.seq <= this.life.durable);
      return;
    }
    const index = this.life.segments.indexOf(segment);
    if (index >= 0) this.life.segments.splice(index, 1);
    await this.#parts.disk.remove(segment.path);
  }
}
