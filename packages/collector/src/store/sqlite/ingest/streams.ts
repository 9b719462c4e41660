import { type Stream, sessionLimits } from '@cardwatch/contracts';
import type { Range } from '@cardwatch/kernel';
import { type AcceptedRange, accept, acceptLimits, type Checkpoint, progressOf, rangesOf } from '../../../ingest/accept.core.ts';
import { declare, endStaysOpen, type GapRow, joinLost, settle } from '../../../ingest/gaps.core.ts';
import type { Progress } from '../../roles.ts';
import { type Numbering, readGaps, writeGaps } from './gap-rows.ts';
import type { OutboxDraft } from './outbox.ts';
import { int, type Statements, text } from './statements.ts';

/** One stream of one journal life, as it stands with what is under way in the present transaction. */
export interface StreamEntry {
  readonly agent: string;
  readonly epoch: number;
  readonly stream: Stream;
  ranges: readonly AcceptedRange[];
  /** What the table holds. */
  stored: readonly AcceptedRange[];
  checkpoints: Checkpoint[];
  /** Any row that is open or lost. */
  hasGaps: boolean;
  /** When each hole was first seen, for those that are not gaps yet. */
  holesSeen: readonly { readonly range: Range; readonly at: number }[];
}

const streamEntriesMax = 50_000;

/** Accepted numbers of all streams: read once, kept, written back by `flush` inside the transaction that accepted them. */
export class StreamBook {
  readonly #db: Statements;
  readonly #entries = new Map<string, StreamEntry>();
  readonly #dirty = new Set<StreamEntry>();

  constructor(db: Statements) {
    this.#db = db;
  }

  entry(agent: string, epoch: number, stream: Stream): StreamEntry {
    const key = `${agent} ${epoch} ${stream}`;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = this.#read(agent, epoch, stream);
      this.#entries.set(key, entry);
    }
    return entry;
  }

  #read(agent: string, epoch: number, stream: Stream): StreamEntry {
    const rows = this.#db.all(
      'SELECT first, last, prev_hash, end_hash FROM accepted WHERE agent_id = ? AND epoch = ? AND stream = ? ORDER BY first',
      agent,
      epoch,
      stream,
    );
    const ranges = rows.map((row) => ({
      first: int(row['first']),
      last: int(row['last']),
      prevHash: text(row['prev_hash']),
      endHash: text(row['end_hash']),
    }));
    const hasGaps = readGaps(this.#db, numbering({ agent, epoch, stream })).length > 0;
    return { agent, epoch, stream, ranges, stored: ranges, checkpoints: [], hasGaps, holesSeen: [] };
  }

  accept(entry: StreamEntry, added: AcceptedRange): void {
    entry.ranges = accept(entry.ranges, added);
    this.#dirty.add(entry);
  }

  remember(entry: StreamEntry, checkpoint: Checkpoint): void {
    entry.checkpoints.push(checkpoint);
    if (entry.checkpoints.length > acceptLimits.checkpoints) entry.checkpoints.shift();
  }

  progress(entry: StreamEntry): Progress {
    return progressOf(entry.ranges, sessionLimits.sparseRanges);
  }

  /** Entries that are in memory: those that spoke since the start. */
  known(): Iterable<StreamEntry> {
    return this.#entries.values();
  }

  /** Numbers that will never come. A row that ends where they begin and says the same grows, so that dropped health makes one row and not thousands. */
  declareLost(outbox: OutboxDraft, entry: StreamEntry, lost: { first: number; last: number; cause: string }, now: number): void {
    const before = this.gaps(entry);
    const told = declare(before, [], { ...lost, estimateFen: null, lost: true }, now);
    this.writeGaps(outbox, entry, { before, after: joinLost(told, lost.first) });
  }

  /** Numbers that were declared lost came after all. */
  cameAfterAll(outbox: OutboxDraft, entry: StreamEntry, range: Range, now: number): void {
    const before = this.gaps(entry);
    const settled = before.flatMap((row) => (row.state === 'lost' ? settle([row], [range], now) : [row]));
    this.writeGaps(outbox, entry, { before, after: endStaysOpen(settled, range[1], now) });
  }

  writeGaps(outbox: OutboxDraft, entry: StreamEntry, change: { before: readonly GapRow[]; after: readonly GapRow[] }): void {
    writeGaps(this.#db, outbox, { numbering: numbering(entry), agent: entry.agent }, change);
    entry.hasGaps = change.after.some((row) => row.state !== 'filled');
  }

  gaps(entry: StreamEntry): GapRow[] {
    return readGaps(this.#db, numbering(entry));
  }

  /** Writes ranges and settles gaps of what changed. */
  flush(outbox: OutboxDraft, now: number): void {
    for (const entry of this.#dirty) {
      this.#store(entry);
      if (!entry.hasGaps) continue;
      const before = this.gaps(entry);
      const present = rangesOf(entry.ranges);
      // What is lost counts as accepted, so only open rows are measured against what is accepted.
      const after = before.flatMap((row) => (row.state === 'open' ? settle([row], present, now) : [row]));
      this.writeGaps(outbox, entry, { before, after });
    }
    this.#dirty.clear();
    if (this.#entries.size > streamEntriesMax) this.reset();
  }

  #store(entry: StreamEntry): void {
    const { agent, epoch, stream } = entry;
    const stands = new Set(entry.ranges);
    const stood = new Set(entry.stored);
    const firsts = new Set(entry.ranges.map((range) => range.first));
    for (const range of entry.stored) {
      if (stands.has(range) || firsts.has(range.first)) continue;
      this.#db.run(
        'DELETE FROM accepted WHERE agent_id = ? AND epoch = ? AND stream = ? AND first = ?',
        agent,
        epoch,
        stream,
        range.first,
      );
    }
    for (const range of entry.ranges) {
      if (stood.has(range)) continue;
      this.#db.run(upsert, agent, epoch, stream, range.first, range.last, range.prevHash, range.endHash);
    }
    entry.stored = entry.ranges;
  }

  /** Forgets all that is in memory: it is read again. For a rolled-back transaction. */
  reset(): void {
    this.#entries.clear();
    this.#dirty.clear();
  }
}

const upsert = `INSERT INTO accepted (agent_id, epoch, stream, first, last, prev_hash, end_hash) VALUES (?,?,?,?,?,?,?)
  ON CONFLICT DO UPDATE SET last = excluded.last, prev_hash = excluded.prev_hash, end_hash = excluded.end_hash`;

const numbering = ({ agent, epoch, stream }: { agent: string; epoch: number; stream: string }): Numbering => ({
  scope: 'stream',
  agent,
  epoch,
  stream,
});
