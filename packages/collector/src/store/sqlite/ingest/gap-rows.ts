import type { GapRow, GapState } from '../../../ingest/gaps.core.ts';
import type { OutboxDraft } from './outbox.ts';
import { int, intOrNull, type Row, type Statements, text } from './statements.ts';

/** A terminal's generation, or an agent's stream. */
export type Numbering =
  | { readonly scope: 'device'; readonly device: string; readonly generation: number }
  | { readonly scope: 'stream'; readonly agent: string; readonly epoch: number; readonly stream: string };

const columns = 'id, first, last, state, cause, estimate_fen, opened_at, closed_at';
const ofDevice = `SELECT ${columns} FROM gap WHERE device_id = ? AND generation = ? AND scope = 'device' AND state <> 'filled' ORDER BY first`;
const ofStream = `SELECT ${columns} FROM gap WHERE agent_id = ? AND epoch = ? AND stream = ? AND scope = 'stream' AND state <> 'filled' ORDER BY first`;

/** Rows of one numbering that are open or lost, by number. */
export function readGaps(db: Statements, numbering: Numbering): GapRow[] {
  const rows =
    numbering.scope === 'device'
      ? db.all(ofDevice, numbering.device, numbering.generation)
      : db.all(ofStream, numbering.agent, numbering.epoch, numbering.stream);
  return rows.map(gapRow);
}

function gapRow(row: Row): GapRow {
  return {
    id: int(row['id']),
    first: int(row['first']),
    last: int(row['last']),
    state: text(row['state']) as GapState,
    cause: text(row['cause']),
    estimateFen: intOrNull(row['estimate_fen']),
    openedAt: int(row['opened_at']),
    closedAt: intOrNull(row['closed_at']),
  };
}

/** Writes what differs from `before`; true when anything did. `agent`: who told, for new rows of a device. */
export function writeGaps(
  db: Statements,
  outbox: OutboxDraft,
  to: { readonly numbering: Numbering; readonly agent: string },
  change: { readonly before: readonly GapRow[]; readonly after: readonly GapRow[] },
): boolean {
  const known = new Map(change.before.map((row) => [row.id, row]));
  let written = false;
  for (const row of change.after) {
    if (row.id === undefined) insertGap(db, outbox, to, row);
    else if (known.get(row.id) !== row && differs(known.get(row.id), row)) updateGap(db, outbox, row, row.id);
    else continue;
    written = true;
  }
  return written;
}

const differs = (a: GapRow | undefined, b: GapRow): boolean =>
  a === undefined ||
  a.first !== b.first ||
  a.last !== b.last ||
  a.state !== b.state ||
  a.cause !== b.cause ||
  a.estimateFen !== b.estimateFen;

function insertGap(
  db: Statements,
  outbox: OutboxDraft,
  { numbering, agent }: { numbering: Numbering; agent: string },
  row: GapRow,
): void {
  const device = numbering.scope === 'device' ? numbering : undefined;
  const stream = numbering.scope === 'stream' ? numbering : undefined;
  const made = db.get(
    `INSERT INTO gap (scope, agent_id, stream, epoch, device_id, generation, first, last, state, cause, estimate_fen, opened_at, closed_at)
     VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING id`,
    numbering.scope,
    agent,
    stream?.stream ?? null,
    stream?.epoch ?? null,
    device?.device ?? null,
    device?.generation ?? null,
    row.first,
    row.last,
    row.state,
    row.cause,
    row.estimateFen,
    row.openedAt,
    row.closedAt,
  );
  outbox.changed('gap', int(made?.['id']));
}

function updateGap(db: Statements, outbox: OutboxDraft, row: GapRow, id: number): void {
  db.run(
    'UPDATE gap SET first = ?, last = ?, state = ?, cause = ?, estimate_fen = ?, closed_at = ? WHERE id = ?',
    row.first,
    row.last,
    row.state,
    row.cause,
    row.estimateFen,
    row.closedAt,
    id,
  );
  outbox.changed('gap', id);
}
