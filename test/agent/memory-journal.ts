/** A journal in memory for tests of the agent: same promises, no disk. Survives a "crash" of the agent when it is handed on. */
import { createHash } from 'node:crypto';
import type { Journal, JournalFailure, JournalSlice, StreamState } from '@cardwatch/agent/journal';
import { chainInput, type EpochNo, type Stream, streams } from '@cardwatch/contracts';
import { err, ok, type Result } from '@cardwatch/kernel';

interface Life {
  readonly epoch: EpochNo;
  readonly lines: Uint8Array[];
  /** h(0)..h(n) */
  readonly hashes: Uint8Array[];
  acked: number;
}

export class MemoryJournal implements Journal {
  failing: JournalFailure | undefined;
  /** What is on the disk cannot be read yet. */
  unread = false;
  readonly appended: Stream[] = [];
  readonly acknowledged: string[] = [];
  readonly hurried: Stream[] = [];
  #epoch: { readonly no: EpochNo; readonly uuid: string } | undefined;
  readonly #lives = new Map<Stream, Life[]>(streams.map((stream) => [stream, []]));
  readonly #listeners: ((stream: Stream) => void)[] = [];

  epoch(): { readonly no: EpochNo; readonly uuid: string } | undefined {
    return this.unread ? undefined : this.#epoch;
  }

  openEpoch(no: EpochNo, uuid: string): Promise<Result<void, JournalFailure>> {
    this.#epoch = { no, uuid };
    for (const stream of streams) this.#lives.get(stream)?.push({ epoch: no, lines: [], hashes: [new Uint8Array(32)], acked: 0 });
    return Promise.resolve(ok(undefined));
  }

  async append(
    stream: Stream,
    lines: readonly Uint8Array[],
  ): Promise<Result<{ readonly firstSeq: number; readonly lastSeq: number }, JournalFailure>> {
    await Promise.resolve();
    if (this.failing !== undefined) return err(this.failing);
    const life = this.#lives.get(stream)?.at(-1);
    if (life === undefined) return err({ kind: 'noEpoch' });
    if (lines.length > 0) this.appended.push(stream);
    for (const line of lines) {
      life.lines.push(line);
      life.hashes.push(next(life.hashes.at(-1) ?? new Uint8Array(32), life.lines.length, line));
    }
    for (const listener of this.#listeners) listener(stream);
    return ok({ firstSeq: life.lines.length - lines.length + 1, lastSeq: life.lines.length });
  }

  hurry(stream: Stream): void {
    this.hurried.push(stream);
  }

  states(stream: Stream): readonly StreamState[] {
    const lives = this.#lives.get(stream) ?? [];
    return lives
      .filter((life) => life.epoch === this.#epoch?.no || life.acked < life.lines.length)
      .map(({ epoch, lines, acked }) => ({
        epoch,
        first: lines.length === 0 ? 0 : 1,
        last: lines.length,
        acked,
        bytes: lines.reduce((sum, line) => sum + line.length, 0),
        oldestUnackedAt: undefined,
      }));
  }

  read(
    stream: Stream,
    epoch: EpochNo,
    fromSeq: number,
    limits: { readonly records: number; readonly bytes: number },
  ): Promise<Result<JournalSlice | undefined, JournalFailure>> {
    const life = this.#lives.get(stream)?.find((each) => each.epoch === epoch);
    if (life === undefined || fromSeq > life.lines.length) return Promise.resolve(ok(undefined));
    const entries = life.lines
      .slice(fromSeq - 1, fromSeq - 1 + limits.records)
      .map((line, index) => ({ seq: fromSeq + index, line }));
    const prevHash = life.hashes[fromSeq - 1] ?? new Uint8Array(32);
    const endHash = life.hashes[fromSeq - 1 + entries.length] ?? new Uint8Array(32);
    return Promise.resolve(ok({ epoch, entries, hole: undefined, prevHash, endHash }));
  }

  acknowledge(stream: Stream, epoch: EpochNo, upto: number): Promise<void> {
    const life = this.#lives.get(stream)?.find((each) => each.epoch === epoch);
    if (life !== undefined) life.acked = Math.max(life.acked, upto);
    this.acknowledged.push(`${stream}/${epoch}/${upto}`);
    return Promise.resolve();
  }

  onDurable(listener: (stream: Stream) => void): void {
    this.#listeners.push(listener);
  }

  health(): ReturnType<Journal['health']> {
    return {
      storage: this.unread || this.failing?.kind === 'storageFailed' ? 'failed' : 'ok',
      syncP50Ms: 1,
      syncP99Ms: 2,
      holes: 0,
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** All lines of a stream over all lives, parsed. */
  linesOf(stream: Stream): unknown[] {
    return (this.#lives.get(stream) ?? []).flatMap(({ lines }) =>
      lines.map((line): unknown => JSON.parse(new TextDecoder().decode(line))),
    );
  }
}

const next = (hash: Uint8Array, seq: number, line: Uint8Array): Uint8Array =>
  createHash('sha256')
    .update(chainInput(hash, seq, line))
    .digest();
