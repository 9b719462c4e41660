/** What a custody store is before its first message: made once by the collector's own migrations, then copied for each seed. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { openCustodyFile } from '@cardwatch/collector/store';

export interface TableContent {
  readonly insert: string;
  readonly rows: readonly (readonly SQLInputValue[])[];
}

export interface CustodySchema {
  readonly sql: string;
  readonly rows: readonly TableContent[];
}

let made: CustodySchema | undefined;

export function custodySchema(): CustodySchema {
  made ??= readSchema();
  return made;
}

function readSchema(): CustodySchema {
  const db = openCustodyFile(':memory:');
  const objects = db
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
    .all();
  const tables = objects.filter(({ type }) => type === 'table').map(({ name }) => contentOf(db, String(name)));
  const sql = objects.map((each) => `${String(each['sql'])};`).join('\n');
  db.close();
  return { sql, rows: tables.filter(({ rows }) => rows.length > 0) };
}

function contentOf(db: DatabaseSync, table: string): TableContent {
  const rows = db
    .prepare(`SELECT * FROM "${table}"`)
    .all()
    .map((row) => Object.values(row));
  const marks = Array.from(rows[0] ?? [], () => '?').join(',');
  return { insert: `INSERT INTO "${table}" VALUES (${marks})`, rows };
}
