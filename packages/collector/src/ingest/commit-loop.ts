import { type AgentAddress, type AgentId, downTopic } from '@cardwatch/contracts';
import type { CancelTimer, EpochMs } from '@cardwatch/kernel';
import type { ParsedBatch } from '../store/roles.ts';
import { type AckDraft, acksOf, type Committed, draftAcks } from './ack.core.ts';
import type { Counters } from './counters.ts';
import type { Credit, DrainPermits } from './credit.core.ts';
import type { EventQuota } from './event-quota.core.ts';
import type { Intake, WaitingBatch } from './intake.ts';
import type { IngestLimits, IngestPorts } from './ports.ts';
import { BatchReader } from './read-batch.ts';

export interface CommitLoopParts {
  readonly ports: IngestPorts;
  readonly limits: IngestLimits;
  readonly counters: Counters;
  readonly intake: Intake;
  readonly permits: DrainPermits;
  readonly quota: EventQuota;
  readonly forked: (agent: AgentId) => void;
  readonly idle: () => void;
}

type Batch = Pick<ParsedBatch, 'agent' | 'site' | 'head' | 'stream'>;

interface ReadBatch {
  readonly parsed: ParsedBatch;
  readonly settled: () => void;
}

const encoder = new TextEncoder();

/** Takes from the intake, reads, commits, and only then acknowledges. While one commit is written the next is read. */
export class CommitLoop {
  readonly #parts: CommitLoopParts;
  readonly #reader = new BatchReader();
  #cancelTimer: CancelTimer | undefined;
  #reading = false;
  #committing = 0;
  /** After a failed commit so many batches go alone, so that one that cannot be written does not hold the others. */
  #alone = 0;
  /** What was last acknowledged of each agent's events: said again when it is asked to pause. */
  readonly #lastOfEvents = new Map<AgentId, AckDraft>();

  constructor(parts: CommitLoopParts) {
    this.#parts = parts;
  }

  get busy(): boolean {
    return this.#reading || this.#committing > 0 || this.#parts.intake.records > 0;
  }

  arrived(): void {
    const { limits, intake, ports } = this.#parts;
    if (intake.records >= limits.commitEagerRecords) this.#pump();
    else this.#cancelTimer ??= ports.clock.after(limits.commitWaitMs, () => this.#pump());
  }

  /** What waits is committed without waiting for more. */
  hurry(): void {
    this.#pump();
  }

  #pump(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#reading || this.#committing >= this.#parts.limits.commitsInFlight || this.#parts.intake.records === 0) return;
    this.#reading = true;
    void this.#readNext().then((batches) => {
      this.#reading = false;
      if (batches.length > 0) this.#commit(batches);
      this.#settle();
    });
  }

  #settle(): void {
    if (this.#parts.intake.records > 0) this.#pump();
    else if (!this.busy) this.#parts.idle();
  }

  async #readNext(): Promise<ReadBatch[]> {
    const { intake, limits, ports } = this.#parts;
    const batches: ReadBatch[] = [];
    for (const waiting of intake.take(this.#alone > 0 ? 1 : limits.commitRecords)) {
      const parsed = this.#read(waiting);
      if (parsed === undefined) waiting.settled();
      else batches.push({ parsed, settled: waiting.settled });
      if (ports.breathe !== undefined) await ports.breathe();
    }
    return batches;
  }

  /** A fault of ours in reading costs the one batch that brought it to light. */
  #read({ open }: WaitingBatch): ParsedBatch | undefined {
    const { ports, intake } = this.#parts;
    try {
      const parsed = this.#reader.read(open, ports.clock.now());
      if (parsed.ok) return parsed.value;
      intake.refuse(open.from, parsed.error);
    } catch (cause) {
      ports.log.log('error', 'batch not read', { agent: open.from.agent, cause: String(cause) });
      intake.refuse(open.from, { kind: 'fault', detail: 'reading failed' });
    }
    return undefined;
  }

  #commit(batches: readonly ReadBatch[]): void {
    const { ports, counters } = this.#parts;
    // The buffers of a batch may move to another thread: what the answer needs is taken out before.
    const heads: Batch[] = batches.map(({ parsed: { agent, site, head, stream } }) => ({ agent, site, head, stream }));
    this.#committing++;
    void ports.store.commit(batches.map(({ parsed }) => parsed)).then(
      (outcomes) => {
        this.#alone = Math.max(0, this.#alone - heads.length);
        this.#committing--;
        this.#committed(outcomes.map((outcome, at) => committed(heads[at] as Batch, outcome)));
        for (const { settled } of batches) settled();
        this.#settle();
      },
      (cause: unknown) => {
        counters.commitFailuresTotal++;
        this.#alone = heads.length > 1 ? heads.length * 2 : this.#alone;
        this.#committing--;
        ports.log.log('error', 'commit failed, nothing of it is acknowledged', { batches: heads.length, cause: String(cause) });
        this.#settle();
      },
    );
  }

  #committed(all: readonly Committed[]): void {
    const { counters, ports } = this.#parts;
    const now = ports.clock.now();
    counters.commitsTotal++;
    counters.lastCommitAt = now;
    for (const { from, stream, outcome } of all) {
      if (stream === 'event') this.#parts.quota.booked(from.agent, outcome.accepted, now);
      counters.batchesTotal++;
      counters.recordsTotal += outcome.accepted;
      counters.duplicatesTotal += outcome.duplicates;
      counters.conflictsTotal += outcome.conflicts;
      counters.rejectedTotal += outcome.reject.length;
      if (outcome.forked) this.#parts.forked(from.agent);
      if (outcome.withheld > 0) this.#withheld(from.agent, outcome.withheld, now);
    }
    for (const draft of draftAcks(all)) this.#acknowledge(draft);
    ports.committed?.();
  }

  #withheld(agent: AgentId, lines: number, now: EpochMs): void {
    const { counters, ports } = this.#parts;
    counters.withheldTotal += lines;
    counters.lastWithheldAt = now;
    ports.audit({ agent, action: 'deadLettersFull', reason: `${lines} lines not taken: too many open dead letters` });
  }

  /** Nothing new is acknowledged: the agent hears where it stands and when to come again. One that has no standing yet comes by itself. */
  pause(from: AgentAddress, waitMs: number): void {
    const last = this.#lastOfEvents.get(from.agent);
    if (last !== undefined) this.#send({ ...last, reject: [] }, { credit: 1, retryAfterMs: waitMs });
  }

  #acknowledge(draft: AckDraft): void {
    const { ports, permits, intake } = this.#parts;
    const credit = permits.creditFor(
      { agent: draft.from.agent, backlog: draft.backlog, records: draft.records },
      intake.bytes,
      ports.clock.now(),
    );
    if (draft.stream === 'event') this.#lastOfEvents.set(draft.from.agent, draft);
    this.#send(draft, credit);
  }

  #send(draft: AckDraft, credit: Credit): void {
    const { ports } = this.#parts;
    const topic = downTopic(draft.from, 'ack');
    for (const ack of acksOf(draft, credit, ports.clock.now())) ports.publish(topic, encoder.encode(JSON.stringify(ack)));
  }
}

const committed = ({ agent, site, head, stream }: Batch, outcome: Committed['outcome']): Committed => ({
  from: { site, agent },
  epoch: head.epoch,
  stream,
  backlog: head.lane === 'backlog',
  records: head.lost === undefined ? head.lastSeq - head.firstSeq + 1 : 1,
  outcome,
});
