import type { ReadConnection } from './connection.ts';
import { int } from './row.ts';

/** The highest id whose row was ingested before `at`. Ids rise with the time of ingest, so the border is found by halving. */
export function idBefore(connection: ReadConnection, table: 'record' | 'event', at: number): number {
  const span = connection.get(`SELECT coalesce(min(id), 1) AS low, coalesce(max(id), 0) AS high FROM ${table}`);
  let low = int(span?.['low']) - 1;
  let high = int(span?.['high']);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const row = connection.get(`SELECT id, ingested_at FROM ${table} WHERE id <= ? ORDER BY id DESC LIMIT 1`, middle);
    if (row === undefined || int(row['ingested_at']) < at) low = middle;
    else high = int(row['id']) - 1;
  }
  return low;
}
