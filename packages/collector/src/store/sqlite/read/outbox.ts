import type { OutboxRow, OutboxSpan } from '../../read/roles.ts';
import { readLimits } from '../../read/roles.ts';
import type { ReadConnection } from './connection.ts';
import { int, text } from './row.ts';

/** `last` outlives pruning: it is read from the sequence, not from the rows. */
export function outboxSpan(connection: ReadConnection): OutboxSpan {
  const first = connection.get('SELECT min(position) AS n FROM outbox')?.['n'];
  const last = connection.get("SELECT seq AS n FROM sqlite_sequence WHERE name = 'outbox'")?.['n'];
  const end = typeof last === 'number' ? last : 0;
  return { first: typeof first === 'number' ? first : end + 1, last: end };
}

export function outboxAfter(connection: ReadConnection, position: number, limit: number): OutboxRow[] {
  const sql = 'SELECT position, topic, key, at FROM outbox WHERE position > ? ORDER BY position LIMIT ?';
  return connection.all(sql, position, Math.min(limit, readLimits.outboxRows)).map((row) => ({
    position: int(row['position']),
    topic: text(row['topic']),
    key: text(row['key']),
    at: int(row['at']),
  }));
}
