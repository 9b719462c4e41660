/** The writing end of one stream: the open segment, what of it is durable, and the second chance after a failed write or sync. */
import { err, ok, type Result } from '@cardwatch/kernel';
import type { DiskFailure } from '../ports.ts';
import { writeAll } from './disk-io.ts';
import { frameBytes, frameType } from './format.ts';
import { frameTarget, putFrame } from './frame.core.ts';
import { type Life, learnPoint, type Segment } from './life.ts';
import { journalBounds } from './limits.ts';
import { type JournalParts, stampOf } from './parts.ts';
import { createSegment, type OpenSegment, recordBytes, saltOf, sealSegment } from './segment-file.ts';

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
  #hash: Uint8Array;
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
    this.#open = options.open;
    this.#segmentBytes = options.segmentBytes;
    this.#pressure = options.pressure;
    this.#onSync = options.onSync;
    this.#lastSeq = life.durable;
    this.#hash = life.durableHash;
    this.#durableEnd = options.open?.segment.end ?? 0;
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
    for (const line of lines) this.#pending.push(line);
    const first = await this.#attempt(sync);
    return first.ok ? first : this.#again(first.error);
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

  /** Seals the open segment: nothing more will come in this epoch. */
  async retire(): Promise<void> {
    await this.sync();
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const sealed = await sealSegment(this.#parts, open, this.#hash);
    if (!sealed.ok) this.#parts.log.log('warn', 'journal.notSealed', { path: open.segment.path, kind: sealed.error.kind });
    await open.file.close();
  }

  async close(): Promise<void> {
    await this.#open?.file.close();
    this.#open = undefined;
  }

  async #attempt(sync: boolean): Promise<Result<void, DiskFailure>> {
    const bytes = this.#pending.slice(this.#written).reduce((sum, line) => sum + recordBytes(line), 0);
    if (this.#open !== undefined && this.#isFull(this.#open.segment, bytes)) {
      const rotated = await this.#rotate(this.#open);
      if (!rotated.ok) return rotated;
    }
    if (this.#open === undefined) {
      const opened = await this.#openNew();
      if (!opened.ok) return opened;
    }
    const written = await this.#write(this.#pending.slice(this.#written), bytes);
    return written.ok && sync ? this.#sync() : written;
  }

  #isFull(segment: Segment, bytes: number): boolean {
    if (segment.lastSeq < segment.key.base) return false;
    const age = this.#parts.clock.now() - segment.createdMs;
    return segment.end + bytes > this.#segmentBytes || age > this.#parts.limits.segmentAgeMs;
  }

  async #rotate(open: OpenSegment): Promise<Result<void, DiskFailure>> {
    const sealed = await sealSegment(this.#parts, open, this.#hash);
    if (!sealed.ok) return sealed;
    this.#becomeDurable();
    this.#open = undefined;
    await open.file.close();
    return ok(undefined);
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
    this.life.segments.push(opened.value.segment);
    return ok(undefined);
  }

  async #write(lines: readonly Uint8Array[], bytes: number): Promise<Result<void, DiskFailure>> {
    const open = this.#open;
    if (open === undefined) return err({ kind: 'io', detail: 'no open segment' });
    const { segment } = open;
    const target = frameTarget(bytes, saltOf(segment.key));
    const stamp = stampOf(this.#parts.clock);
    let at = 0;
    let seq = this.#lastSeq;
    for (const payload of lines) at = putFrame(target, at, { type: frameType.record, seq: ++seq, payload }, stamp);
    const writing = writeAll(open.file, target.bytes, segment.end);
    this.#advance(segment, lines, stamp.wallMs);
    return writing;
  }

  /** Numbers, chain and known places move on; runs while the kernel writes. */
  #advance(segment: Segment, lines: readonly Uint8Array[], wallMs: number): void {
    for (const line of lines) {
      const seq = this.#lastSeq + 1;
      learnPoint(segment, { seq, offset: segment.end, prevHash: this.#hash, wallMs }, journalBounds.pointSpacing);
      this.#hash = this.#parts.chain.next(this.#hash, seq, line);
      this.#lastSeq = seq;
      segment.lastSeq = seq;
      segment.end += frameBytes(line.length);
    }
    this.#written += lines.length;
    segment.bytes = segment.end;
  }

  async #sync(): Promise<Result<void, DiskFailure>> {
    const open = this.#open;
    if (open === undefined) return err({ kind: 'io', detail: 'no open segment' });
    const startedAt = this.#parts.clock.mono();
    const synced = await open.file.sync();
    const folder = synced.ok && this.#fresh ? await this.#parts.disk.syncFolder(this.life.stream) : synced;
    if (!folder.ok) return folder;
    this.#onSync(this.#parts.clock.mono() - startedAt);
    this.#fresh = false;
    this.#becomeDurable();
    return ok(undefined);
  }

  #becomeDurable(): void {
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
