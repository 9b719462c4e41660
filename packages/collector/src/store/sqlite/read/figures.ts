import type { StoreFigures } from '../../read/roles.ts';
import type { ReadConnection } from './connection.ts';
import { countWhere } from './overview.ts';
import { int, text } from './row.ts';

export function readFigures(connection: ReadConnection): StoreFigures {
  const pages = int(connection.get('PRAGMA page_count')?.['page_count']);
  const pageBytes = int(connection.get('PRAGMA page_size')?.['page_size']);
  return {
    schemaVersion: int(connection.get('PRAGMA user_version')?.['user_version']),
    sizeBytes: pages * pageBytes,
    sqlite: text(connection.get('SELECT sqlite_version() AS v')?.['v']),
    devicesByState: counts(connection, 'SELECT state AS k, count(*) AS n FROM device WHERE declared = 1 GROUP BY state'),
    agentsByState: counts(
      connection,
      `SELECT CASE WHEN suspended = 1 THEN 'suspended' ELSE state END AS k, count(*) AS n FROM agent GROUP BY k`,
    ),
    openGaps: countWhere(connection, 'gap'),
    openDeadLetters: countWhere(connection, 'dead_letter'),
  };
}

const counts = (connection: ReadConnection, sql: string): Record<string, number> =>
  Object.fromEntries(connection.all(sql).map((row) => [text(row['k']), int(row['n'])]));
