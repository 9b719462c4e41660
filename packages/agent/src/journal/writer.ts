/** Group commit of one stream: calls wait together, go to the disk together, and resolve together. */
import type { Stream } from '@cardwatch/contracts';
import { assert, type CancelTimer, err, exponential, ok } from '@cardwatch/kernel';
import type { DiskFailure } from '../ports.ts';
import { type Appended, type Batch, CommitQueue, confirm, refuse } from './commit-queue.ts';
import type { JournalFailure } from './journal.ts';
import { type CommitRule, journalBounds } from './limits.ts';
import type { JournalParts } from './parts.ts';
import type { Tail } from './tail.ts';

export interface WriterOptions {
  readonly stream: Stream;
  /** True, at once or later, when that many bytes may be written for this stream. */
  readonly makeRoom: (stream: Stream, bytes: number) => boolean | Promise<boolean>;
  readonly onDurable: (stream: Stream) => void;
}

export class StreamWriter {
  readonly #parts: JournalParts;
  readonly #options: WriterOptions;
  readonly #rule: CommitRule;
  #tail: Tail | undefined;
  readonly #queue: CommitQueue;
  /** The next commit, taken and encoded while the present one is with the kernel. */
  #next: Batch | undefined;
  /** The first one has waited long enough. */
  #due = false;
  #cancelDue: CancelTimer | undefined;
  #syncDue = false;
  #cancelSync: CancelTimer | undefined;
  #jobs: (() => Promise<void>)[] = [];
  #busy = false;
  #committing = false;
  #failed: DiskFailure | undefined;
  #cancelProbe: CancelTimer | undefined;
  #probes = 0;
  #closed = false;

  constructor(parts: JournalParts, options: WriterOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#rule = parts.limits.commit[options.stream];
    this.#queue = new CommitQueue(this.#rule);
  }

  get failed(): DiskFailure | undefined {
    return this.#failed;
  }

  /** Lines wait or are being written. */
  get busy(): boolean {
    return this.#busy || this.#queue.calls > 0;
  }

  get tail(): Tail | undefined {
    return this.#tail;
  }

  append(lines: readonly Uint8Array[]): Promise<Appended> {
    const refusal = this.#refusal(lines);
    if (refusal !== undefined) return Promise.resolve(err(refusal));
    return new Promise((resolve) => {
      this.#queue.add(lines, resolve);
      this.#awaitCommit();
    });
  }

  /** Runs `job` between two commits, alone. */
  alone<T>(job: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#jobs.push(() => job().then(resolve, reject));
      this.#kick();
    });
  }

  /** Writes from now on into `tail`; call it within `alone`. */
  use(tail: Tail): void {
    this.#tail = tail;
  }

  /** Commits what waits under the present epoch and seals its segment; call it within `alone`. */
  async retire(): Promise<void> {
    await this.#commitAll();
    await this.#tail?.retire();
  }

  async close(): Promise<void> {
    await this.alone(async () => {
      await this.#commitAll();
      await this.#tail?.sync();
      this.#closed = true;
      this.#refuseAll({ kind: 'closed' });
      for (const cancel of [this.#cancelDue, this.#cancelSync, this.#cancelProbe]) cancel?.();
      await this.#tail?.close();
    });
  }

  async #commitAll(): Promise<void> {
    const waits = (): boolean => this.#next !== undefined || this.#queue.calls > 0;
    while (waits() && this.#failed === undefined && this.#tail !== undefined) await this.#commit();
  }

  #refusal(lines: readonly Uint8Array[]): JournalFailure | undefined {
    if (this.#closed) return { kind: 'closed' };
    if (this.#tail === undefined) return { kind: 'noEpoch' };
    if (this.#failed !== undefined) return { kind: 'storageFailed', cause: this.#failed };
    assert(lines.length > 0, 'an append of no line');
    const { lineBytes, appendRecords, appendBytes, waitingBytes } = journalBounds;
    const long = lines.find((line) => line.length > lineBytes);
    if (long !== undefined) return { kind: 'tooLarge', bytes: long.length, limit: lineBytes };
    const bytes = lines.reduce((sum, line) => sum + line.length, 0);
    if (bytes > appendBytes || lines.length > appendRecords) return { kind: 'tooLarge', bytes, limit: appendBytes };
    return this.#queue.bytes + bytes > waitingBytes ? { kind: 'full', stream: this.#options.stream } : undefined;
  }

  #awaitCommit(): void {
    const { delayMs } = this.#rule;
    if (this.#queue.calls === 1) {
      if (delayMs === 0) this.#due = true;
      else
        this.#cancelDue = this.#parts.clock.after(delayMs, () => {
          this.#due = true;
          this.#kick();
        });
    }
    if (this.#committing) this.#prepareNext();
    else this.#kick();
  }

  /** A full commit need not wait for more: its frames are put together while the disk works. */
  #prepareNext(): void {
    if (this.#next !== undefined || !this.#queue.isFull) return;
    this.#next = this.#take();
    this.#tail?.prepare(this.#next.lines);
  }

  #isReady(): boolean {
    return this.#next !== undefined || (this.#queue.calls > 0 && (this.#due || this.#queue.isFull));
  }

  #kick(): void {
    if (!this.#busy && (this.#jobs.length > 0 || this.#isReady() || this.#syncDue)) void this.#run();
  }

  async #run(): Promise<void> {
    this.#busy = true;
    for (;;) {
      const job = this.#jobs.shift();
      if (job !== undefined) await job();
      else if (this.#closed) break;
      else if (this.#isReady()) await this.#commit();
      else if (this.#syncDue) await this.#syncNow();
      else break;
    }
    this.#busy = false;
  }

  async #commit(): Promise<void> {
    const batch = this.#next ?? this.#take();
    this.#next = undefined;
    const room = this.#options.makeRoom(this.#options.stream, batch.bytes);
    if (room !== true && !(await room)) return refuse(batch, { kind: 'full', stream: this.#options.stream });
    const tail = this.#tail;
    if (tail === undefined) return refuse(batch, { kind: 'noEpoch' });
    const sync = this.#rule.syncDelayMs === 0 || tail.unsyncedBytes + batch.bytes > journalBounds.unsyncedBytes;
    const before = tail.life.durable;
    this.#committing = true;
    const storing = tail.put(batch.lines, sync);
    this.#prepareNext();
    const stored = await storing;
    this.#committing = false;
    if (!stored.ok) {
      refuse(batch, { kind: 'storageFailed', cause: stored.error });
      this.#fail(stored.error);
      return;
    }
    confirm(batch, tail.lastSeq);
    if (tail.life.durable > before) this.#options.onDurable(this.#options.stream);
    if (tail.unsyncedBytes > 0) this.#awaitSync();
  }

  #take(): Batch {
    const batch = this.#queue.take();
    this.#cancelDue?.();
    this.#due = this.#queue.calls > 0;
    return batch;
  }

  #hurried = false;

  #awaitSync(): void {
    this.#cancelSync ??= this.#parts.clock.after(this.#rule.syncDelayMs, () => {
      this.#syncDue = true;
      this.#kick();
    });
  }

  /** What was written, or is about to be, becomes durable within `hurryMs`, not in the stream's own rhythm. */
  hurry(): void {
    if (this.#hurried || this.#rule.syncDelayMs === 0) return;
    this.#hurried = true;
    this.#cancelSync?.();
    this.#cancelSync = this.#parts.clock.after(journalBounds.hurryMs, () => {
      this.#syncDue = true;
      this.#kick();
    });
  }

  async #syncNow(): Promise<void> {
    this.#hurried = false;
    this.#syncDue = false;
    this.#cancelSync = undefined;
    const before = this.#tail?.life.durable ?? 0;
    const synced = (await this.#tail?.sync()) ?? ok(undefined);
    if (!synced.ok) this.#fail(synced.error);
    else if ((this.#tail?.life.durable ?? 0) > before) this.#options.onDurable(this.#options.stream);
  }

  /** Nothing is confirmed from here on until a probe finds the disk well. */
  #fail(cause: DiskFailure): void {
    this.#failed = cause;
    this.#parts.log.log('error', 'journal.storageFailed', { stream: this.#options.stream, kind: cause.kind });
    this.#refuseAll({ kind: 'storageFailed', cause });
    this.#cancelProbe = this.#parts.clock.after(exponential(this.#parts.limits.probe, this.#probes++), () => {
      this.#jobs.push(() => this.#probe());
      this.#kick();
    });
  }

  async #probe(): Promise<void> {
    if (this.#closed || this.#tail === undefined || this.#failed === undefined) return;
    const well = (await this.#hasSpace()) ? await this.#tail.probe() : err(this.#failed);
    if (!well.ok) return this.#fail(well.error);
    this.#failed = undefined;
    this.#probes = 0;
    this.#parts.log.log('info', 'journal.storageWell', { stream: this.#options.stream });
  }

  async #hasSpace(): Promise<boolean> {
    if (this.#failed?.kind !== 'noSpace') return true;
    const space = await this.#parts.disk.space();
    return space.ok && space.value.freeBytes >= journalBounds.recoverFreeBytes;
  }

  #refuseAll(failure: JournalFailure): void {
    if (this.#next !== undefined) refuse(this.#next, failure);
    this.#next = undefined;
    while (this.#queue.calls > 0) refuse(this.#take(), failure);
  }
}
