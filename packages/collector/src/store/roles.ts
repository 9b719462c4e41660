/**
 * The store's roles. One set of role names behind every dialect, one conformance suite over all of them. Every method is asynchronous, because a
 * dialect may live in another thread or on another machine. The ingest commit is one call: one transaction does both dedupes, rows,
 * watermark, gaps and outbox, and its answer is the acknowledgement (custody I4).
 */
import type {
  AgentId,
  BatchHead,
  DeviceDeclaration,
  EpochNo,
  EventLine,
  HealthLine,
  MoneyLine,
  SiteId,
  Stream,
  TransactionRecord,
} from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';

/** One line of a batch after parsing: what it says, or why it says nothing. `bytes` is kept for a dead letter. */
export type ParsedLine<T> =
  | { readonly ok: true; readonly seq: number; readonly line: T }
  | { readonly ok: false; readonly seq: number; readonly reason: string; readonly bytes: Uint8Array };

export type ParsedBatch = {
  readonly site: SiteId;
  /** From the authenticated connection, never from the payload. */
  readonly agent: AgentId;
  readonly head: BatchHead;
  readonly ingestedAt: EpochMs;
} & (
  | { readonly stream: 'money'; readonly lines: readonly ParsedLine<MoneyLine>[] }
  | { readonly stream: 'event'; readonly lines: readonly ParsedLine<EventLine>[] }
  | { readonly stream: 'health'; readonly lines: readonly ParsedLine<HealthLine>[] }
);

export interface Progress {
  readonly contiguousUpto: number;
  readonly sparse: readonly (readonly [number, number])[];
}

/** What became of one batch, after COMMIT. */
export interface CommitOutcome {
  readonly progress: Progress;
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly reject: readonly { readonly seq: number; readonly reason: string }[];
  /** The batch overlaps an accepted range with another end hash: a cloned or restored agent. */
  readonly forked: boolean;
}

export interface IngestRole {
  /** All batches in one transaction; outcomes in the same order. Throws only when nothing was committed. */
  commit(batches: readonly ParsedBatch[]): Promise<readonly CommitOutcome[]>;
  /**
   * Opens, resumes or re-opens an agent's session. Grants a new epoch when it has none, or when it was rolled back (the watermark stands above its last
   * number). Registers its devices.
   */
  hello(hello: HelloFacts): Promise<HelloOutcome>;
}

export interface HelloFacts {
  readonly site: SiteId;
  readonly agent: AgentId;
  readonly instance: string;
  readonly epoch: { readonly no: EpochNo; readonly uuid: string } | null;
  readonly last: Readonly<Record<Stream, number>>;
  readonly acked: Readonly<Record<Stream, number>>;
  readonly devices: readonly DeviceDeclaration[];
  readonly versions: { readonly agent: string; readonly node: string };
  readonly newEpochUuid: string;
  readonly now: EpochMs;
}

export interface HelloOutcome {
  readonly epoch: { readonly no: EpochNo; readonly uuid: string; readonly granted: boolean };
  readonly progress: Readonly<Record<Stream, Progress>>;
  readonly cursors: readonly { readonly deviceId: string; readonly generation: number; readonly lastRecordNo: number }[];
  /** Why an epoch was granted; undefined when the old one goes on. */
  readonly reason: 'firstEpoch' | 'rolledBack' | 'journalLost' | undefined;
}

export type { TransactionRecord };
