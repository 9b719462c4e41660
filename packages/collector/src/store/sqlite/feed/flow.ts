import { epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import type { FlowSlot } from '../../../core/metrics/day-sums.core.ts';
import type { ReadConnection } from '../read/connection.ts';
import { int, intOrNull, text } from '../read/row.ts';

const slotMs = 5 * minuteMs;

const money = `SELECT device_id, minute / ${slotMs} AS slot, sum(records) AS records, sum(turnover_fen) AS fen, 0 AS passes
  FROM flow WHERE minute >= ? AND minute < ? GROUP BY slot, device_id`;
const passes = `SELECT device_id, minute / ${slotMs} AS slot, 0 AS records, 0 AS fen, sum(granted) AS passes
  FROM pass_flow WHERE minute >= ? AND minute < ? GROUP BY slot, device_id`;

/** What is longer than an hour is cut off. */
export function flowOf(connection: ReadConnection, from: number, to: number): FlowSlot[] {
  const end = Math.min(to, from + hourMs);
  const rows = [...connection.all(money, from, end), ...connection.all(passes, from, end)];
  return rows.map((row) => ({
    deviceId: text(row['device_id']),
    at: epochMs(int(row['slot']) * slotMs),
    records: int(row['records']),
    amountFen: int(row['fen']),
    passes: int(row['passes']),
  }));
}

/** The lesser of both; null while both tables are empty. */
function first(connection: ReadConnection, sql: readonly [string, string]): number | null {
  const found = sql.flatMap((one) => intOrNull(connection.get(one)?.['at']) ?? []);
  return found.length === 0 ? null : Math.min(...found);
}

export const flowFrom = (connection: ReadConnection): number | null =>
  first(connection, ['SELECT min(minute) AS at FROM flow', 'SELECT min(minute) AS at FROM pass_flow']);

/** Ids rise with the time of ingest. */
export const keptFrom = (connection: ReadConnection): number | null =>
  first(connection, [
    'SELECT ingested_at AS at FROM record ORDER BY id LIMIT 1',
    'SELECT ingested_at AS at FROM event ORDER BY id LIMIT 1',
  ]);
