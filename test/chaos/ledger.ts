/** Compares the simulators' truth with what the collector booked, per terminal and to the fen. */
import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

export interface TruthRow {
  readonly deviceId: string;
  readonly generation: number;
  readonly count: number;
  readonly amountFen: number;
  readonly hash: string;
}

export interface Comparison {
  readonly terminals: number;
  readonly truthRecords: number;
  readonly bookedRecords: number;
  readonly truthFen: number;
  readonly bookedFen: number;
  readonly differing: readonly string[];
  readonly openGaps: number;
  readonly deadLetters: number;
}

interface BookedRow {
  readonly device_id: string;
  readonly generation: number;
  readonly record_no: number;
  readonly kind: string;
  readonly amount_fen: number;
  readonly turnover_fen: number;
}

/** Hash of records.md: SHA-256 over `recordNo:kind:amountFen\n` by ascending record number. */
function booked(file: string): { readonly rows: Map<string, TruthRow>; readonly openGaps: number; readonly deadLetters: number } {
  const db = new DatabaseSync(file, { readOnly: true });
  const hashes = new Map<string, { count: number; fen: number; hash: ReturnType<typeof createHash> }>();
  const select = db.prepare(
    'SELECT device_id, generation, record_no, kind, amount_fen, turnover_fen FROM record ORDER BY device_id, generation, record_no',
  );
  for (const row of select.iterate() as Iterable<unknown> as Iterable<BookedRow>) {
    const key = `${row.device_id}#${row.generation}`;
    const sum = hashes.get(key) ?? { count: 0, fen: 0, hash: createHash('sha256') };
    sum.count++;
    sum.fen += row.turnover_fen;
    sum.hash.update(`${row.record_no}:${row.kind}:${row.amount_fen}\n`);
    hashes.set(key, sum);
  }
  const number = (sql: string): number => Number((db.prepare(sql).get() as { n: number }).n);
  const openGaps = number("SELECT count(*) AS n FROM gap WHERE state = 'open'");
  const deadLetters = number("SELECT count(*) AS n FROM dead_letter WHERE state = 'open'");
  db.close();
  const rows = new Map(
    [...hashes].map(([key, sum]) => {
      const [deviceId = '', generation = '0'] = key.split('#');
      return [
        key,
        { deviceId, generation: Number(generation), count: sum.count, amountFen: sum.fen, hash: sum.hash.digest('hex') },
      ];
    }),
  );
  return { rows, openGaps, deadLetters };
}

export function compare(truth: readonly TruthRow[], file: string): Comparison {
  const ledger = booked(file);
  const wanted = truth.filter((row) => row.count > 0);
  const differing: string[] = [];
  for (const row of wanted) {
    const key = `${row.deviceId}#${row.generation}`;
    const mine = ledger.rows.get(key);
    if (mine === undefined) differing.push(`${key}: ${row.count} records, none booked`);
    else if (mine.count !== row.count || mine.amountFen !== row.amountFen || mine.hash !== row.hash) {
      differing.push(
        `${key}: truth ${row.count} records ${row.amountFen} fen, booked ${mine.count} records ${mine.amountFen} fen`,
      );
    }
  }
  const known = new Set(wanted.map((row) => `${row.deviceId}#${row.generation}`));
  for (const key of ledger.rows.keys()) if (!known.has(key)) differing.push(`${key}: booked, but no terminal made it`);
  const sum = (rows: Iterable<TruthRow>, pick: (row: TruthRow) => number): number =>
    [...rows].reduce((total, row) => total + pick(row), 0);
  return {
    terminals: wanted.length,
    truthRecords: sum(wanted, (row) => row.count),
    bookedRecords: sum(ledger.rows.values(), (row) => row.count),
    truthFen: sum(wanted, (row) => row.amountFen),
    bookedFen: sum(ledger.rows.values(), (row) => row.amountFen),
    differing,
    openGaps: ledger.openGaps,
    deadLetters: ledger.deadLetters,
  };
}
