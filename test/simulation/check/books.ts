/** What the books say of each record beyond its key and amount, against the bytes of the terminal; and sums against rows. */
import { bcdDigits, ByteReader, epochFromShanghai } from '@cardwatch/kernel';
import type { Campus } from '../world/campus.ts';
import type { TruthRecord } from '../world/truth.ts';

interface BookedRow {
  readonly content_hash: string;
  readonly observed_at: number;
  readonly balance_before_fen: number;
  readonly balance_after_fen: number;
  readonly card_tail: string;
  readonly line: Uint8Array;
}

/** Looks at every row of the ledger once; returns how many there were. */
export function judgeBooks(campus: Campus): number {
  const { db } = campus.collector;
  const rows = db
    .prepare('SELECT content_hash, observed_at, balance_before_fen, balance_after_fen, card_tail, line FROM record')
    .all() as unknown as BookedRow[];
  for (const row of rows) {
    const made = campus.truth.byHash.get(row.content_hash);
    if (made !== undefined) judgeRow(campus, row, made);
  }
  judgeMinutes(campus);
  return rows.length;
}

function judgeRow(campus: Campus, row: BookedRow, made: TruthRecord): void {
  const told = readAgain(made.raw);
  const where = `${made.device} store ${made.storeLife} number ${made.serial}`;
  const quality = /"clockQuality":"(\w+)"/.exec(Buffer.from(row.line).toString('latin1'))?.[1];
  // A clock that cannot be is not believed: then the agent's time stands there.
  const believed = quality !== 'invalid' && quality !== 'derived';
  if (believed && row.observed_at !== told.at)
    campus.violations.add('I3', `${where} was made at ${told.at}, the books say ${row.observed_at}`);
  if (row.balance_before_fen !== told.before || row.balance_after_fen !== told.after)
    campus.violations.add(
      'I3',
      `${where} moved a balance from ${told.before} to ${told.after}, the books say ${row.balance_before_fen} to ${row.balance_after_fen}`,
    );
  if (row.card_tail !== told.tail)
    campus.violations.add('I3', `${where} is of a card that ends in ${told.tail}, the books say ${row.card_tail}`);
}

/** By the data sheet of the ring shower; kept apart from the session's reading. */
function readAgain(raw: Uint8Array): {
  readonly at: number | undefined;
  readonly before: number;
  readonly after: number;
  readonly tail: string;
} {
  const reader = new ByteReader(raw);
  reader.take(8);
  const tail = String(bcdDigits(reader.take(8))).slice(-4);
  reader.take(2);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = [
    ...String(bcdDigits(reader.take(6))).matchAll(/../g),
  ].map(Number);
  const at = epochFromShanghai({ year: 2000 + year, month, day, hour, minute, second });
  return { at, before: reader.u32(), after: reader.u32(), tail };
}

/** Minute sums of a device are the sums of its rows. */
function judgeMinutes(campus: Campus): void {
  const wrong = campus.collector.db.prepare(
    `SELECT r.device_id AS device, r.n AS rows, r.fen AS fen, coalesce(f.n, 0) AS counted, coalesce(f.fen, 0) AS summed
     FROM (SELECT device_id, count(*) AS n, sum(turnover_fen) AS fen FROM record GROUP BY device_id) AS r
     LEFT JOIN (SELECT device_id, sum(records) AS n, sum(turnover_fen) AS fen FROM flow GROUP BY device_id) AS f USING (device_id)
     WHERE r.n <> coalesce(f.n, 0) OR r.fen <> coalesce(f.fen, 0)`,
  );
  for (const { device, rows, fen, counted, summed } of wrong.all())
    campus.violations.add(
      'I2',
      `${String(device)}: ${String(rows)} rows of ${String(fen)} fen, the minutes say ${String(counted)} of ${String(summed)}`,
    );
}
