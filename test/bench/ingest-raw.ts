/** Inserts the rows of one custody store into an empty one of the same schema, as fast as one loop can: 64 rows a statement, 8,192 a transaction. */
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import { openCustodyFile } from '@cardwatch/collector/store';

const rowsPerStatement = 64;
const rowsPerTransaction = 8_192;

/** Records a second, the time of all tables counted. */
export function rawInserts(fromFile: string, toFile: string): number {
  const from = new DatabaseSync(fromFile, { readOnly: true });
  const to = openCustodyFile(toFile);
  let ms = 0;
  for (const table of ['record', 'flow', 'record_card']) ms += copyTable(from, to, table);
  const records = Number(from.prepare('SELECT count(*) AS n FROM record').get()?.['n']);
  from.close();
  to.close();
  return (records / ms) * 1_000;
}

function copyTable(from: DatabaseSync, to: DatabaseSync, table: string): number {
  const columns = from.prepare(`SELECT * FROM ${table} LIMIT 1`).columns().length;
  const one = `(${Array(columns).fill('?').join(',')})`;
  const many = to.prepare(`INSERT INTO ${table} VALUES ${Array(rowsPerStatement).fill(one).join(',')}`);
  const single = to.prepare(`INSERT INTO ${table} VALUES ${one}`);
  let ms = 0;
  for (const rows of chunks(from, table)) {
    const startedAt = performance.now();
    to.exec('BEGIN IMMEDIATE');
    let at = 0;
    for (; at + rowsPerStatement <= rows.length; at += rowsPerStatement)
      many.run(...rows.slice(at, at + rowsPerStatement).flat());
    for (; at < rows.length; at++) single.run(...(rows[at] ?? []));
    to.exec('COMMIT');
    ms += performance.now() - startedAt;
  }
  return ms;
}

function* chunks(from: DatabaseSync, table: string): Generator<SQLInputValue[][]> {
  let rows: SQLInputValue[][] = [];
  for (const row of from.prepare(`SELECT * FROM ${table}`).iterate()) {
    rows.push(Object.values(row as Record<string, SQLOutputValue>));
    if (rows.length < rowsPerTransaction) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}
