import { DatabaseSync } from 'node:sqlite';
import type { CustodyProof } from '../../read/proof.ts';
import type { Row } from './connection.ts';
import { int, text, textOrNull } from './row.ts';

/** Reads the whole custody file in one snapshot, beside a collector that goes on writing. Takes minutes on tens of millions of records. */
export function verifyCustody(file: string): CustodyProof {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    db.exec('BEGIN');
    const integrity = text(db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check']);
    const records = count(db, 'SELECT count(*) AS n FROM record');
    const inRanges = count(
      db,
      `SELECT count(*) AS n FROM booked AS b JOIN record AS r INDEXED BY record_key
       ON r.device_id = b.device_id AND r.generation = b.generation AND r.record_no BETWEEN b.first AND b.last`,
    );
    const missing = missingRows(db);
    const flow = flowDifferences(db);
    return {
      integrity,
      records,
      storedNotBooked: records - inRanges,
      bookedNotStored: missing.reduce((sum, one) => sum + one.numbers, 0),
      flowDiffers: flow.count,
      firstWrong: [...missing.slice(0, 1).map((one) => one.where), ...(flow.first === null ? [] : [flow.first])],
    };
  } finally {
    db.close();
  }
}

interface Missing {
  readonly where: string;
  readonly numbers: number;
}

/**
 * Booked numbers of a device that are neither a record, nor an event, nor an undecoded dead letter. A device whose numbers have holes by nature keeps one
 * range from its lowest to its highest number: what lies in it proves nothing.
 */
function missingRows(db: DatabaseSync): Missing[] {
  const rows = db
    .prepare(
      `SELECT device_id, generation, sum(n) AS n FROM (
         SELECT device_id, generation, last - first + 1 AS n FROM booked
         UNION ALL SELECT device_id, generation, -count(*) FROM record GROUP BY device_id, generation
         UNION ALL SELECT device_id, generation, -count(*) FROM event WHERE event_no IS NOT NULL GROUP BY device_id, generation)
       WHERE device_id NOT IN (SELECT device_id FROM device WHERE numbering = 'sparse')
       GROUP BY device_id, generation HAVING sum(n) > 0`,
    )
    .all();
  return rows.map((row) => missingOf(db, row)).filter(({ numbers }) => numbers > 0);
}

function missingOf(db: DatabaseSync, row: Row): Missing {
  const [device, generation] = [text(row['device_id']), int(row['generation'])];
  const undecoded = count(
    db,
    `SELECT count(DISTINCT bytes ->> 'recordNo') AS n FROM dead_letter AS d
     WHERE device_id = ? AND kind = 'undecoded' AND bytes ->> 'generation' = ? AND NOT EXISTS (
       SELECT 1 FROM record WHERE record.device_id = d.device_id AND generation = ? AND record_no = d.bytes ->> 'recordNo')`,
    device,
    generation,
    generation,
  );
  return { where: `${device} generation ${generation}`, numbers: int(row['n']) - undecoded };
}

function flowDifferences(db: DatabaseSync): { readonly count: number; readonly first: string | null } {
  const row = db
    .prepare(
      `SELECT count(*) AS n, min(device_id || ' minute ' || minute) AS first FROM (
         SELECT minute, device_id FROM (
           SELECT minute, device_id, records AS n, turnover_fen AS fen FROM flow
           UNION ALL SELECT observed_at - observed_at % 60000, device_id, -1, -turnover_fen FROM record)
         GROUP BY minute, device_id HAVING sum(n) <> 0 OR sum(fen) <> 0)`,
    )
    .get();
  return { count: int(row?.['n']), first: textOrNull(row?.['first']) };
}

const count = (db: DatabaseSync, sql: string, ...values: (string | number)[]): number =>
  int(db.prepare(sql).get(...values)?.['n']);
