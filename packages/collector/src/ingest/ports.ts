/** The doors of ingest. Real ones in wiring.ts and broker/, virtual ones in `test/simulation`. */
import type { AgentAddress, AgentId, UpKind } from '@cardwatch/contracts';
import type { Clock, EpochMs, Logger } from '@cardwatch/kernel';
import type { IngestStore } from '../store/roles.ts';

export const ingestLimits = {
  /** Bodies waiting for their commit, uncompressed. Above it everything is shed, health and events earlier. */
  queueBytes: 64 * 1024 * 1024,
  /** Shares of `queueBytes` from which on a class is shed. */
  shedHealthAt: 0.6,
  shedEventAt: 0.8,
  shedBacklogAt: 0.7,
  /** Share of `queueBytes` that one agent may fill. */
  agentQueueShare: 0.25,
  /** A commit takes at most this many records. */
  commitRecords: 16_384,
  /** A commit begins when this many records wait, or `commitWaitMs` after the first. */
  commitEagerRecords: 512,
  commitWaitMs: 10,
  /** Commits handed to the store and not answered yet; while one is written the next is parsed. */
  commitsInFlight: 2,
  /** Share of a commit kept for the live lane while it waits. */
  liveShare: 0.3,
  /** Full batches in flight that an agent may have on a stream; of small ones as many as hold `creditRecords`, at most `creditMax`. */
  credit: 8,
  creditMax: 64,
  creditRecords: 2_048,
  /** Agents that drain their backlog at full credit at one time. */
  drainingAgents: 16,
  drainPermitMs: 5_000,
  backlogRetryMs: 1_000,
  /** A lease is held this long after its instance was last heard. */
  leaseMs: 45_000,
  duplicateClearsMs: 600_000,
  /** A refused process start is disconnected after this, so that its refusal arrives first. */
  refusedGoesMs: 500,
  badHelloRetryMs: 60_000,
  /** Silence after which an agent counts as lost although its connection stands. */
  silentMs: 45_000,
  tickMs: 5_000,
  /** Hello parts that are kept until the last one came. */
  helloPartsMs: 30_000,
  agents: 10_000,
  /** Events of one agent that are booked in an hour; the rest stays in its journal. Sixteen busy gates make a tenth of it. */
  eventsPerAgentHour: 250_000,
  /** Longest pause that an agent is asked for at once. */
  deferMsMax: 60_000,
  commandsPerHello: 64,
} as const;
export type IngestLimits = { readonly [K in keyof typeof ingestLimits]: number };

/** What a security log wants to know: a refusal and its reason, never payloads. */
export interface IngestAudit {
  readonly agent: AgentId;
  readonly action: 'batchRefused' | 'helloRefused' | 'duplicateIdentity' | 'forkedStream' | 'eventQuota' | 'deadLettersFull';
  readonly reason: string;
}

export interface IngestPorts {
  readonly store: IngestStore;
  /** To an agent's `down/` topic, QoS 1. Fire and forget: what is lost is asked for again. */
  readonly publish: (topic: string, payload: Uint8Array) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly audit: (entry: IngestAudit) => void;
  /** A new UUID for an epoch. */
  readonly uuid: () => string;
  /** Ends an agent's connection: another instance holds its identity. Absent where the broker is not ours. */
  readonly disconnect?: (agent: AgentId) => void;
  /** Called after every commit: live queries look at the outbox. */
  readonly committed?: () => void;
  /** Lets sockets and timers run between two batches that are parsed. Absent: nothing in between. */
  readonly breathe?: () => Promise<void>;
  readonly limits?: Partial<IngestLimits>;
}

export interface IngestStats {
  readonly recordsTotal: number;
  readonly batchesTotal: number;
  readonly duplicatesTotal: number;
  readonly conflictsTotal: number;
  readonly rejectedTotal: number;
  readonly refusedBatchesTotal: number;
  readonly shedTotal: number;
  readonly lastShedAt: EpochMs | null;
  /** Batches of events beyond an agent's hour: not acknowledged. */
  readonly deferredTotal: number;
  readonly lastDeferredAt: EpochMs | null;
  /** Lines for which there was no room among the dead letters: not accepted. */
  readonly withheldTotal: number;
  readonly lastWithheldAt: EpochMs | null;
  readonly queueBytes: number;
  readonly queueRecords: number;
  readonly commitsTotal: number;
  readonly commitFailuresTotal: number;
  readonly lastCommitAt: EpochMs | null;
  readonly agentsOnline: number;
  readonly drainingAgents: number;
}

export interface Ingest {
  /**
   * One message of an agent; `from` is the authenticated sender. Never throws; returns at once; keeps nothing of the payload. `settled` is called
   * once, when a broker may forget the message: it is committed, answered, refused or shed. Never when its commit failed.
   */
  receive(from: AgentAddress, kind: UpKind, payload: Uint8Array, settled?: () => void): void;
  /** The broker took the agent's connection, or lost it. `takenOver`: a second connection of the same agent threw it out. */
  connected(from: AgentAddress): void;
  /** A sign of life that is no message (an MQTT ping). */
  heard(from: AgentAddress): void;
  disconnected(from: AgentAddress, why: 'closed' | 'takenOver'): void;
  readonly commands: {
    /** A command row was made for this agent: send what is due. */
    notify(agent: AgentId): void;
  };
  stats(): IngestStats;
  /** Resolves when nothing is queued or under way. */
  idle(): Promise<void>;
  /** Takes nothing more, commits what was taken, stops its clockwork. May be called twice. Does not close the store. */
  close(): Promise<void>;
}
