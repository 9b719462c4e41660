/** What the journal promises to the rest of the agent. The bytes are described in format.ts, the recovery rule in recovery.ts. */
import type { EpochNo, Stream } from '@cardwatch/contracts';
import type { Result } from '@cardwatch/kernel';
import type { DiskFailure } from '../ports.ts';

export type JournalFailure =
  /** Both the write and its second chance in a new segment failed. Nothing is confirmed to terminals until it recovers. */
  | { readonly kind: 'storageFailed'; readonly cause: DiskFailure }
  /** No room for this class: health before events before money; unacknowledged money is never given up. */
  | { readonly kind: 'full'; readonly stream: Stream }
  | { readonly kind: 'tooLarge'; readonly bytes: number; readonly limit: number }
  | { readonly kind: 'noEpoch' }
  /** The disk holds records of this epoch or of a later one: `newest`. */
  | { readonly kind: 'epochTaken'; readonly newest: number }
  | { readonly kind: 'closed' };

export interface JournalEntry {
  readonly seq: number;
  readonly line: Uint8Array;
}

/** Numbers `first..last` that are gone from the disk: declared to the collector by a `lost` batch, one after another. */
export interface JournalHole {
  readonly first: number;
  readonly last: number;
  readonly cause: 'journalDamage' | 'dropped';
}

export interface JournalSlice {
  readonly epoch: EpochNo;
  readonly entries: readonly JournalEntry[];
  /** Set instead of entries when the position stands in a hole. */
  readonly hole: JournalHole | undefined;
  /** Chain hash before the first number and after the last, 32 bytes. */
  readonly prevHash: Uint8Array;
  readonly endHash: Uint8Array;
}

export interface StreamState {
  readonly epoch: EpochNo;
  /** First number still on disk, last one written (0: none), all up to `acked` acknowledged. */
  readonly first: number;
  readonly last: number;
  readonly acked: number;
  readonly bytes: number;
  readonly oldestUnackedAt: number | undefined;
}

export interface Journal {
  /** Life of this journal; undefined until the first epoch was granted. */
  epoch(): { readonly no: EpochNo; readonly uuid: string } | undefined;
  /** Starts a new life: later appends are numbered from 1. Unacknowledged records of older lives stay and are still sent under their own epoch. */
  openEpoch(no: EpochNo, uuid: string): Promise<Result<void, JournalFailure>>;
  /**
   * Appends lines and resolves with their numbers once they are durable (fdatasync) for money and event. Health resolves when
   * written and is synced in its own rhythm. Calls that overlap share one commit (group commit); the order of calls is the order of numbers.
   */
  append(
    stream: Stream,
    lines: readonly Uint8Array[],
  ): Promise<Result<{ readonly firstSeq: number; readonly lastSeq: number }, JournalFailure>>;
  /** What stands on this stream is not to wait for its own rhythm: it becomes durable within half a second. */
  hurry(stream: Stream): void;
  /** Newest life last. A life appears while it has anything unacknowledged, the current one always. */
  states(stream: Stream): readonly StreamState[];
  /** Durable entries from `fromSeq` on, within both limits; undefined when nothing durable is there yet. */
  read(
    stream: Stream,
    epoch: EpochNo,
    fromSeq: number,
    limits: { readonly records: number; readonly bytes: number },
  ): Promise<Result<JournalSlice | undefined, JournalFailure>>;
  /** All numbers up to `upto` are committed at the collector: space may be reclaimed. */
  acknowledge(stream: Stream, epoch: EpochNo, upto: number): Promise<void>;
  /** Called after something became durable. */
  onDurable(listener: (stream: Stream) => void): void;
  health(): JournalHealth;
  close(): Promise<void>;
}

export interface JournalHealth {
  readonly storage: 'ok' | 'tight' | 'ballastUsed' | 'failed';
  readonly syncP50Ms: number;
  readonly syncP99Ms: number;
  readonly holes: number;
}
