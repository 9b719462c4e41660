import type { FlowPointDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import { type FlowAsk, type ReadFailure, readLimits } from '../../read/roles.ts';
import type { ReadConnection, Row } from './connection.ts';
import { int } from './row.ts';
import { marks, Where } from './where.ts';

const sums = 'minute, sum(records) AS records, sum(turnover_fen) AS turnover, sum(late_records) AS late';

/** Minutes in [from, to) that have records, oldest first; at most `readLimits.flowPoints`. */
export function listFlow(connection: ReadConnection, ask: FlowAsk): Result<FlowPointDto[], ReadFailure> {
  const where = new Where()
    .and('in_time()')
    .and('minute >= ?', ask.from)
    .and('minute < ?', ask.to)
    .and('device_id = ?', ask.deviceId);
  const sql = `SELECT ${sums} FROM flow ${where} GROUP BY minute ORDER BY minute LIMIT ${readLimits.flowPoints}`;
  const rows = connection.limited(() => connection.all(sql, ...where.values));
  return rows.ok ? ok(rows.value.map(point)) : rows;
}

export function flowMinutes(connection: ReadConnection, minutes: readonly number[]): FlowPointDto[] {
  if (minutes.length === 0) return [];
  const sql = `SELECT ${sums} FROM flow WHERE minute IN (${marks(minutes.length)}) GROUP BY minute ORDER BY minute`;
  return connection.all(sql, ...minutes).map(point);
}

export interface FlowSum {
  readonly records: number;
  readonly turnoverFen: number;
}

/** Sum over [from, to). */
export function flowSum(connection: ReadConnection, from: number, to: number): FlowSum {
  const sql = `SELECT coalesce(sum(records), 0) AS records, coalesce(sum(turnover_fen), 0) AS turnover
    FROM flow WHERE minute >= ? AND minute < ?`;
  const row = connection.get(sql, from, to);
  return { records: int(row?.['records']), turnoverFen: int(row?.['turnover']) };
}

const point = (row: Row): FlowPointDto => ({
  minute: int(row['minute']),
  records: int(row['records']),
  turnoverFen: int(row['turnover']),
  lateRecords: int(row['late']),
});
