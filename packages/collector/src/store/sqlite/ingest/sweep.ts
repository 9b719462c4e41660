import type { Stream } from '@cardwatch/contracts';
import { missingIn, type Range } from '@cardwatch/kernel';
import { rangesOf } from '../../../ingest/accept.core.ts';
import { holesOf, open } from '../../../ingest/gaps.core.ts';
import type { SweepFacts } from '../../roles.ts';
import { int } from './statements.ts';
import type { StreamEntry } from './streams.ts';
import type { CommitParts } from './transaction.ts';

export const sweepLimits = {
  /** A hole of a connected agent is a gap when it is older than this. */
  holeMs: 30_000,
  outboxRows: 100_000,
  readingMs: 30 * 86_400_000,
  /** Rows removed a sweep: it shares the thread with ingest. */
  prunedRows: 20_000,
} as const;

/** Opens stream gaps that are due. */
export function openStreamGaps(parts: CommitParts, { online, now }: SweepFacts): void {
  const connected = new Set<string>(online);
  const declared = new Map<string, Declared | undefined>();
  for (const entry of parts.streams.known()) {
    const holes = holesOf(rangesOf(entry.ranges), 1);
    if (holes.length === 0) entry.holesSeen = [];
    else if (connected.has(entry.agent)) watch(parts, entry, { holes, held: heldBy(parts, declared, entry), now });
  }
}

type Declared = Readonly<Partial<Record<Stream, { readonly first: number; readonly last: number }>>>;

/** What the agent said that it holds: a hole in there is backlog and on its way. Undefined: the life is closed. */
function heldBy(
  { db }: CommitParts,
  known: Map<string, Declared | undefined>,
  { agent, epoch, stream }: StreamEntry,
): Range | undefined {
  const key = `${agent} ${epoch}`;
  if (!known.has(key)) {
    const row = db.get('SELECT declared FROM epoch WHERE agent_id = ? AND epoch = ? AND closed_at IS NULL', agent, epoch);
    known.set(key, typeof row?.['declared'] === 'string' ? (JSON.parse(row['declared']) as Declared) : undefined);
  }
  const held = known.get(key)?.[stream];
  return held === undefined || held.first < 1 || held.last < held.first ? undefined : [held.first, held.last];
}

function watch(
  parts: CommitParts,
  entry: StreamEntry,
  look: { holes: readonly Range[]; held: Range | undefined; now: number },
): void {
  const { holes, held, now } = look;
  const wanted = held === undefined ? holes : holes.flatMap(([first, last]) => missingIn([held], first, last));
  const seenAt = (hole: Range): number =>
    entry.holesSeen.find(({ range }) => range[0] <= hole[1] && range[1] >= hole[0])?.at ?? now;
  entry.holesSeen = wanted.map((range) => ({ range, at: seenAt(range) }));
  const due = entry.holesSeen.filter(({ at }) => now - at >= sweepLimits.holeMs).map(({ range }) => range);
  if (due.length === 0) return;
  const before = parts.streams.gaps(entry);
  parts.streams.writeGaps(parts.outbox, entry, { before, after: open(before, due, 'missing', now) });
}

/** Live queries that are further behind than this read their lists again. */
export function prune({ db }: CommitParts, now: number): void {
  db.run(
    `DELETE FROM outbox WHERE position <= (SELECT max(position) FROM outbox) - ?
     AND position < (SELECT min(position) FROM outbox) + ?`,
    sweepLimits.outboxRows,
    sweepLimits.prunedRows,
  );
  const oldest = db.get('SELECT id, observed_at FROM reading ORDER BY id LIMIT 1');
  if (oldest === undefined || int(oldest['observed_at']) > now - sweepLimits.readingMs) return;
  db.run(
    'DELETE FROM reading WHERE id < ? AND observed_at < ?',
    int(oldest['id']) + sweepLimits.prunedRows,
    now - sweepLimits.readingMs,
  );
}
