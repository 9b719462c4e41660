/**
 * The store's roles. One set of role names behind every dialect, one conformance suite over all of them. Every method is asynchronous, because a
 * dialect may live in another thread or on another machine. The ingest commit is one call: one transaction does both dedupes, rows,
 * watermark, gaps and outbox, and its answer is the acknowledgement (custody I4).
 */
import type {
  AgentId,
  BatchHead,
  Command,
  DeviceDeclaration,
  EpochNo,
  EventLine,
  HealthLine,
  Reply,
  SiteId,
  Stream,
  TransactionRecord,
  UndecodedRecord,
} from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';

/** One line of a batch after parsing: what it says, or why it says nothing. `bytes` is the line as it stands in the journal. */
export type ParsedLine<T> =
  | { readonly ok: true; readonly seq: number; readonly line: T; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly seq: number; readonly reason: string; readonly bytes: Uint8Array };

/**
 * The transactions of one batch in columns, so that handing them to another thread costs a buffer and not a million small objects. What the
 * columns are is told by `ingest/money-rows.core.ts`, which alone writes and reads them.
 */
export interface MoneyRows {
  readonly count: number;
  /** `count` times the number columns. */
  readonly numbers: Float64Array;
  /** Content hash, card pseudonym and card tail of each row, at fixed width. */
  readonly texts: Uint8Array;
  /** Device ids, each once; a number column points here. */
  readonly devices: readonly string[];
  /** The profile of the first record of each device, for devices that no agent has declared. */
  readonly profiles: readonly string[];
  /** The batch body, or the lines one after another: the line columns are offsets into it. */
  readonly body: Uint8Array;
}

export type ParsedBatch = {
  readonly site: SiteId;
  /** From the authenticated connection, never from the payload. */
  readonly agent: AgentId;
  readonly head: BatchHead;
  readonly ingestedAt: EpochMs;
  /** Chain hashes h(firstSeq - 1) to h(lastSeq), 32 bytes each. A long `lost` range has only its two ends. */
  readonly chain: Uint8Array;
} & (
  | { readonly stream: 'money'; readonly rows: MoneyRows; readonly others: readonly ParsedLine<UndecodedRecord>[] }
  | { readonly stream: 'event'; readonly lines: readonly ParsedLine<EventLine>[] }
  | { readonly stream: 'health'; readonly lines: readonly ParsedLine<HealthLine>[] }
);

export interface Progress {
  readonly contiguousUpto: number;
  /** At most `sessionLimits.sparseRanges`, the lowest. */
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
  /** Lines that would be dead letters and for which there is no room: not accepted, the agent keeps them. */
  readonly withheld: number;
}

export interface IngestRole {
  /** All batches in one transaction; outcomes in the same order. Throws only when nothing was committed. */
  commit(batches: readonly ParsedBatch[]): Promise<readonly CommitOutcome[]>;
  /**
   * Opens, resumes or re-opens an agent's session. Grants a new epoch when it has none, or when it was rolled back (the watermark stands above its last
   * number). Registers its devices.
   */
  hello(hello: HelloFacts): Promise<HelloOutcome | 'ofThePast'>;
  /** The store's own clockwork: opens stream gaps that are due, files card entries, prunes the outbox and old readings. Every few seconds. */
  sweep(facts: SweepFacts): Promise<void>;
}

export interface HelloFacts {
  readonly site: SiteId;
  readonly agent: AgentId;
  readonly instance: string;
  readonly epoch: { readonly no: EpochNo; readonly uuid: string } | null;
  /** First number still on the agent's disk, by stream. */
  readonly first: Readonly<Record<Stream, number>>;
  readonly last: Readonly<Record<Stream, number>>;
  readonly acked: Readonly<Record<Stream, number>>;
  readonly devices: readonly DeviceDeclaration[];
  /** Its process was asked and answered: the hello is not of the past, whatever its clock says. */
  readonly alive: boolean;
  readonly versions: { readonly agent: string; readonly node: string };
  readonly newEpochUuid: string;
  /** By the agent's own clock. */
  readonly sentAt: EpochMs;
  readonly now: EpochMs;
}

export interface HelloOutcome {
  readonly epoch: { readonly no: EpochNo; readonly uuid: string; readonly granted: boolean };
  readonly progress: Readonly<Record<Stream, Progress>>;
  readonly cursors: readonly { readonly deviceId: string; readonly generation: number; readonly lastRecordNo: number }[];
  /** Why an epoch was granted; undefined when the old one goes on. */
  readonly reason: 'firstEpoch' | 'rolledBack' | 'journalLost' | undefined;
}

export interface SweepFacts {
  /** Agents that are connected now: only they can be asked for what is missing. */
  readonly online: readonly AgentId[];
  readonly now: EpochMs;
}

export interface AgentPresence {
  readonly agent: AgentId;
  readonly state: 'online' | 'offline';
  readonly since: EpochMs;
}

/** Who is there. Devices of a lost agent are shown as unknown, and as last reported when it is back. */
export interface PresenceRole {
  setPresence(changes: readonly AgentPresence[], now: EpochMs): Promise<void>;
  /** Last message of each agent; nothing else changes. */
  seen(agents: readonly { readonly agent: AgentId; readonly at: EpochMs }[]): Promise<void>;
  setDuplicateIdentity(agent: AgentId, duplicate: boolean, now: EpochMs): Promise<void>;
  /** Agents that the ledger believes online: after a start none of them is connected yet. */
  onlineAgents(): Promise<readonly { readonly agent: AgentId; readonly since: EpochMs }[]>;
}

/** Commands to agents: rows with an expiry, sent until they are answered. */
export interface CommandRole {
  /** Unanswered and unexpired, oldest first; marks them sent. */
  takeDue(agent: AgentId, now: EpochMs): Promise<readonly Command[]>;
  /** False when there is no such command of this agent. A reply to an answered command changes nothing. */
  reply(agent: AgentId, reply: Reply): Promise<boolean>;
  expire(now: EpochMs): Promise<number>;
}

export interface AgentCredential {
  readonly agent: AgentId;
  readonly site: SiteId;
  /** SHA-256 of the secret's text, 64 hex digits. */
  readonly secretHash: string;
  readonly suspended: boolean;
}

export interface CredentialRole {
  credentials(): Promise<readonly AgentCredential[]>;
  /** False when the agent exists already: its secret is not changed. */
  addAgent(credential: Omit<AgentCredential, 'suspended'>, now: EpochMs): Promise<boolean>;
}

/** Everything that the ingest side asks of a store. */
export interface IngestStore extends IngestRole, PresenceRole, CommandRole, CredentialRole {
  close(): Promise<void>;
}

export type { TransactionRecord };
