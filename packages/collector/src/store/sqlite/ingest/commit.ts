import { assert, inRanges, missingIn, type Range } from '@cardwatch/kernel';
import { judge, type Verdict } from '../../../ingest/accept.core.ts';
import type { CommitOutcome, ParsedBatch } from '../../roles.ts';
import { bookEvents } from './book-events.ts';
import { bookHealth } from './book-health.ts';
import { bookMoney } from './book-money.ts';
import type { FlowInsert } from './flow.ts';
import type { StreamEntry } from './streams.ts';
import { type CommitParts, newTally, type SeqStanding, type Tally } from './transaction.ts';

export interface Draft {
  readonly entry: StreamEntry;
  readonly tally: Tally;
}

/** Both dedupes and the rows of one batch, inside a transaction. The progress is told when all batches are through. */
export function bookBatch(parts: CommitParts, batch: ParsedBatch): Draft {
  const { head } = batch;
  const entry = parts.streams.entry(batch.agent, head.epoch, batch.stream);
  const hashAt = chainReader(batch);
  const numbers = { first: head.firstSeq, last: head.lastSeq, hashAt };
  const verdict = judge(entry.ranges, numbers, entry.checkpoints);
  const tally = newTally(verdict.forked, (seq) => inRanges(verdict.fresh, seq));
  if (verdict.tooScattered) return { entry, tally };
  if (head.lost === undefined) bookLines(parts, batch, standingOf(parts, entry, verdict), tally);
  if (head.lost === undefined && verdict.doubtful.length > 0 && entry.hasGaps) {
    parts.streams.cameAfterAll(parts.outbox, entry, [head.firstSeq, head.lastSeq], batch.ingestedAt);
  }
  for (const [first, last] of verdict.fresh.flatMap((range) => without(tally.withheld, range))) {
    parts.streams.accept(entry, { first, last, prevHash: hashAt(first - 1), endHash: hashAt(last) });
  }
  if (head.lost !== undefined) declareLost(parts, entry, batch, verdict.fresh);
  if (!tally.forked) parts.streams.remember(entry, { at: head.lastSeq, hash: head.endHash });
  return { entry, tally };
}

/** What of a fresh range is accepted. */
function without(withheld: readonly number[], range: Range): readonly Range[] {
  if (withheld.length === 0) return [range];
  const left = withheld.toSorted((a, b) => a - b).map((seq): Range => [seq, seq]);
  return missingIn(left, range[0], range[1]);
}

function bookLines(parts: CommitParts, batch: ParsedBatch, standing: (seq: number) => SeqStanding, tally: Tally): void {
  if (batch.stream === 'money') bookMoney(parts, batch, standing, tally);
  else if (batch.stream === 'event') bookEvents(parts, batch, standing, tally);
  else bookHealth(parts, batch, standing, tally);
}

/** The common answer is one word for the whole batch. */
function standingOf(parts: CommitParts, entry: StreamEntry, { fresh, doubtful }: Verdict): (seq: number) => SeqStanding {
  const lost = doubtful.length > 0 && entry.hasGaps ? lostRanges(parts, entry) : [];
  if (doubtful.length === 0 && fresh.length === 0) return () => 'known';
  const [only] = fresh;
  const whole = doubtful.length === 0 && fresh.length === 1 && only !== undefined;
  if (whole) return (seq) => (seq >= only[0] && seq <= only[1] ? 'fresh' : 'known');
  return (seq) => {
    if (inRanges(fresh, seq) || inRanges(lost, seq)) return 'fresh';
    return inRanges(doubtful, seq) ? 'doubtful' : 'known';
  };
}

const lostRanges = (parts: CommitParts, entry: StreamEntry): Range[] =>
  parts.streams
    .gaps(entry)
    .filter((row) => row.state === 'lost')
    .map(({ first, last }): Range => [first, last]);

/** These numbers will never come: the watermark passes them, and a row says so for good. */
function declareLost(parts: CommitParts, entry: StreamEntry, batch: ParsedBatch, fresh: readonly Range[]): void {
  const cause = batch.head.lost ?? 'declared';
  for (const [first, last] of fresh) parts.streams.declareLost(parts.outbox, entry, { first, last, cause }, batch.ingestedAt);
}

const zero = '0'.repeat(64);

/** h(n) of a batch in hex; empty where a long `lost` range does not tell. */
function chainReader({ head, chain }: ParsedBatch): (n: number) => string {
  const bytes = Buffer.from(chain.buffer, chain.byteOffset, chain.byteLength);
  const whole = bytes.length === 32 * (head.lastSeq - head.firstSeq + 2);
  return (n) => {
    if (n === 0) return zero;
    if (n === head.lastSeq) return head.endHash;
    if (n === head.firstSeq - 1) return head.prevHash;
    if (!whole) return '';
    const at = 32 * (n - head.firstSeq + 1);
    assert(at >= 0 && at + 32 <= bytes.length, 'the number stands in the batch');
    return bytes.toString('hex', at, at + 32);
  };
}

/** Everything that is written once a transaction, whatever number of batches it holds. */
export function flushCommit(parts: CommitParts, flow: FlowInsert, now: number, added: number): void {
  parts.records.flush();
  for (const entry of parts.terminals.dirty()) {
    if (entry.flow.size === 0) continue;
    flow.add(parts.outbox, entry.device, entry.flow);
    parts.devices.recordSeen(entry.device, entry.lastRecordAt);
    entry.flow = new Map();
  }
  flow.flush();
  parts.terminals.flush(parts.outbox, now);
  parts.streams.flush(parts.outbox, now);
  parts.cards.afterCommit(added);
}

export function outcomeOf(parts: CommitParts, { entry, tally }: Draft): CommitOutcome {
  const { accepted, duplicates, conflicts, forked, reject, withheld } = tally;
  const progress = parts.streams.progress(entry);
  return { progress, accepted, duplicates, conflicts, forked, reject, withheld: withheld.length };
}
