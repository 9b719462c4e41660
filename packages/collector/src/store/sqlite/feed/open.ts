import { type CustodyFeed, feedLimits } from '../../feed/roles.ts';
import { readLimits } from '../../read/roles.ts';
import { idBefore } from '../read/before.ts';
import { ReadConnection, type Row } from '../read/connection.ts';
import { outboxAfter, outboxSpan } from '../read/outbox.ts';
import { int, text } from '../read/row.ts';
import { marks } from '../read/where.ts';
import { agentOf, deviceOf, eventOf, gapOf, moneyOf, pointOf } from './facts.ts';
import { flowFrom, flowOf, keptFrom } from './flow.ts';

/** Ids of one `IN (…)`. */
const idsMax = 500;

/** Reads `file`, which the ingest store must have made. Throws when it cannot be opened. */
export function openSqliteFeed(file: string, mono: () => number): CustodyFeed {
  const connection = new ReadConnection(file, mono);
  /** Some rows by id in pieces, or all rows. */
  const some = (sql: string, column: string, ids: readonly string[] | undefined): Row[] => {
    if (ids === undefined) return connection.all(sql);
    const rows: Row[] = [];
    for (let at = 0; at < ids.length; at += idsMax) {
      const piece = ids.slice(at, at + idsMax);
      rows.push(
        ...connection.all(`${sql} ${sql.includes('WHERE') ? 'AND' : 'WHERE'} ${column} IN (${marks(piece.length)})`, ...piece),
      );
    }
    return rows;
  };
  const after = (table: 'record' | 'event', id: number): Row[] =>
    connection.all(`SELECT * FROM ${table} WHERE id > ? ORDER BY id LIMIT ?`, id, feedLimits.factRows);
  return {
    devices: async (ids) => some('SELECT * FROM device WHERE declared = 1', 'device_id', ids).map(deviceOf),
    agents: async (ids) => some('SELECT * FROM agent', 'agent_id', ids).map(agentOf),
    points: async (ids) => some('SELECT * FROM latest_reading', 'device_id', ids).map(pointOf),
    openGaps: async () => connection.all("SELECT * FROM gap WHERE state = 'open'").map(gapOf),
    openDeadLetters: async () => {
      const rows = connection.all("SELECT agent_id, count(*) AS n FROM dead_letter WHERE state = 'open' GROUP BY agent_id");
      return new Map(rows.map((row) => [text(row['agent_id']), int(row['n'])]));
    },
    outboxSpan: async () => outboxSpan(connection),
    outboxAfter: async (position) => outboxAfter(connection, position, readLimits.outboxRows),
    recordsAfter: async (id) => after('record', id).map(moneyOf),
    eventsAfter: async (id) => after('event', id).map(eventOf),
    recordBefore: async (at) => idBefore(connection, 'record', at),
    eventBefore: async (at) => idBefore(connection, 'event', at),
    flowOf: async (from, to) => flowOf(connection, from, to),
    flowFrom: async () => flowFrom(connection),
    keptFrom: async () => keptFrom(connection),
    close: async () => connection.close(),
  };
}
