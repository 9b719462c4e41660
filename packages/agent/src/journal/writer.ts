/** Group commit of one stream: calls wait together, go to the disk together, and resolve together. */
import type { Stream } from '@cardwatch/contracts';
import { assert, type CancelTimer, err, exponential, ok, type Result } from '@cardwatch/kernel';
import type { DiskFailure } from '../ports.ts';
import type { JournalFailure } from './journal.ts';
import { type CommitRule, journalBounds } from './limits.ts';
import type { JournalParts } from './parts.ts';
import { recordBytes } from './segment-file.ts';
import type { Tail } from './tail.ts';

export type Appended = Result<{ readonly firstSeq: number; readonly lastSeq: number }, JournalFailure>;

interface Waiting {
  readonly lines: readonly Uint8Array[];
  readonly bytes: number;
  readonly resolve: (result: Appended) => void;
}

interface Batch {
  readonly calls: readonly Waiting[];
  readonly lines: readonly Uint8Array[];
  readonly bytes: number;
}

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
  #waiting: Waiting[] = [];
  /** The next commit, taken and encoded while the present one is with the kernel. */
  #next: Batch | undefined;
  #waitingRecords = 0;
  #waitingBytes = 0;
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
  }

  get failed(): DiskFailure | undefined {
    return this.#failed;
  }

  /** Lines wait or are being written. */
  get busy(): boolean {
    return this.#busy || this.#waiting.length > 0;
  }

  get tail(): Tail | undefined {
    return this.#tail;
  }

  append(lines: readonly Uint8Array[]): Promise<Appended> {
    const refusal = this.#refusal(lines);
    if (refusal !== undefined) return Promise.resolve(err(refusal));
    return new Promise((resolve) => {
      const bytes = lines.reduce((sum, line) => sum + recordBytes(line), 0);
      this.#waiting.push({ lines, bytes, resolve });
      this.#waitingRecords += lines.length;
      this.#waitingBytes += bytes;
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

  /** Writes from now on into `tail`; call it within `alone`. A disk that is known to be ill is probed first. */
  use(tail: Tail, failure?: DiskFailure): void {
    this.#tail = tail;
    if (failure !== undefined) this.#fail(failure);
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
    const waits = (): boolean => this.#next !== undefined || this.#waiting.length > 0;
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
    return this.#waitingBytes + bytes > waitingBytes ? { kind: 'full', stream: this.#options.stream } : undefined;
  }

  #awaitCommit(): void {
    const { delayMs } = this.#rule;
    if (this.#waiting.length === 1) {
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
    if (this.#next !== undefined || !this.#isFull()) return;
    this.#next = this.#take();
    this.#tail?.prepare(this.#next.lines);
  }

  #isReady(): boolean {
    return this.#next !== undefined || (this.#waiting.length > 0 && (this.#due || this.#isFull()));
  }

  #isFull(): boolean {
    return this.#waitingRecords >= this.#rule.records || this.#waitingBytes >= this.#rule.bytes;
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

  /** The calls of the next commit, in the order in which they came. */
  #take(): Batch {
    let count = 0;
    let records = 0;
    let bytes = 0;
    for (const waiting of this.#waiting) {
      const over =
        records + waiting.lines.length > journalBounds.commitRecords || bytes + waiting.bytes > journalBounds.commitBytes;
      if (count > 0 && over) break;
      records += waiting.lines.length;
      bytes += waiting.bytes;
      count++;
    }
    const calls = this.#waiting.splice(0, count);
    this.#waitingRecords -= records;
    this.#waitingBytes -= bytes;
    this.#cancelDue?.();
    this.#due = this.#waiting.length > 0;
    const lines = calls.length === 1 ? (calls[0]?.lines ?? []) : calls.flatMap((call) => call.lines);
    return { calls, lines, bytes };
  }

  #awaitSync(): void {
    this.#cancelSync ??= this.#parts.clock.after(this.#rule.syncDelayMs, () => {
      this.#syncDue = true;
      this.#kick();
    });
  }

  async #syncNow(): Promise<void> {
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
    while (this.#waiting.length > 0) refuse(this.#take(), failure);
  }
}

function confirm(batch: Batch, lastSeq: number): void {
  let seq = lastSeq - batch.lines.length;
  for (const { lines, resolve } of batch.calls) {
    resolve(ok({ firstSeq: seq + 1, lastSeq: seq + lines.length }));
    seq += lines.length;
  }
}

const refuse = (batch: Batch, failure: JournalFailure): void => {
  for (const { resolve } of batch.calls) resolve(err(failure));
};
