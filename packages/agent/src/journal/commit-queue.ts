/** Calls of `append` that wait for their commit. */
import { err, ok, type Result } from '@cardwatch/kernel';
import { linesBytes } from './encoder.ts';
import type { JournalFailure } from './journal.ts';
import { type CommitRule, journalBounds } from './limits.ts';

export type Appended = Result<{ readonly firstSeq: number; readonly lastSeq: number }, JournalFailure>;

interface Waiting {
  readonly lines: readonly Uint8Array[];
  readonly bytes: number;
  readonly resolve: (result: Appended) => void;
}

/** Calls that go to the disk together. */
export interface Batch {
  readonly calls: readonly Waiting[];
  readonly lines: readonly Uint8Array[];
  readonly bytes: number;
}

export class CommitQueue {
  readonly #rule: CommitRule;
  #waiting: Waiting[] = [];
  #records = 0;
  #bytes = 0;

  constructor(rule: CommitRule) {
    this.#rule = rule;
  }

  get calls(): number {
    return this.#waiting.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** So much waits that nothing more need be waited for. */
  get isFull(): boolean {
    return this.#records >= this.#rule.records || this.#bytes >= this.#rule.bytes;
  }

  add(lines: readonly Uint8Array[], resolve: (result: Appended) => void): void {
    const bytes = linesBytes(lines);
    this.#waiting.push({ lines, bytes, resolve });
    this.#records += lines.length;
    this.#bytes += bytes;
  }

  /** The calls of the next commit, in the order in which they came; at least one. */
  take(): Batch {
    const { commitRecords, commitBytes } = journalBounds;
    let count = 0;
    let records = 0;
    let bytes = 0;
    for (const waiting of this.#waiting) {
      const over = records + waiting.lines.length > commitRecords || bytes + waiting.bytes > commitBytes;
      if (count > 0 && over) break;
      records += waiting.lines.length;
      bytes += waiting.bytes;
      count++;
    }
    const calls = this.#waiting.splice(0, count);
    this.#records -= records;
    this.#bytes -= bytes;
    const lines = calls.length === 1 ? (calls[0]?.lines ?? []) : calls.flatMap((call) => call.lines);
    return { calls, lines, bytes };
  }
}

/** Resolves each call with its numbers; `lastSeq` is the last of the batch. */
export function confirm(batch: Batch, lastSeq: number): void {
  let seq = lastSeq - batch.lines.length;
  for (const { lines, resolve } of batch.calls) {
    resolve(ok({ firstSeq: seq + 1, lastSeq: seq + lines.length }));
    seq += lines.length;
  }
}

export function refuse(batch: Batch, failure: JournalFailure): void {
  for (const { resolve } of batch.calls) resolve(err(failure));
}
