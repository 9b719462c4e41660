/** Figures of business out of the records themselves, by device time: every slot is the exact sum of its records, however late they came. */
import { ok, type Result } from '@cardwatch/kernel';
import { slotsLimits } from '../../../core/metrics/slots.core.ts';
import {
  type BusinessAsk,
  type BusinessPiece,
  type BusinessScope,
  type BusinessSlotSum,
  type ReadFailure,
  readLimits,
} from '../../read/roles.ts';
import { offlineAfterMs } from '../feed/facts.ts';
import { idBefore } from './before.ts';
import type { ReadConnection, Row } from './connection.ts';
import { placePath } from './devices.ts';
import { int } from './row.ts';
import { Where } from './where.ts';

/** The same words as `moneyOf` and `moneyRise` have; a test holds them together. */
const sums = `record.observed_at / CAST(? AS INTEGER) AS slot, count(*) AS records, sum(record.turnover_fen) AS fen, count(DISTINCT record.card_ref) AS cards,
  sum(record.ingested_at - record.observed_at > ${slotsLimits.lateAfterMs}) AS late,
  sum(record.kind = 'grey' OR json_extract(CAST(record.line AS TEXT), '$.checks.tac') = 'bad') AS failures,
  sum(CASE json_extract(CAST(record.line AS TEXT), '$.mode') WHEN 'accountDeferred' THEN 1
    WHEN 'cardOffline' THEN json_extract(CAST(record.line AS TEXT), '$.recordedAt') - record.observed_at > ${offlineAfterMs} ELSE 0 END) AS offline`;

interface Spans {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** Devices and when their records count, as a table `span`. */
function spansOf(scope: BusinessScope, from: number, to: number): Spans {
  if (scope.kind === 'within') {
    const listed = 'device_id IN (SELECT value FROM json_each(?))';
    const where = new Where().within(placePath, scope.places).and(`NOT ${listed}`, JSON.stringify(scope.except));
    const sql = `WITH span AS MATERIALIZED (SELECT device_id, ? AS from_at, ? AS to_at FROM device ${where} OR ${listed})`;
    return { sql, values: [from, to, ...(where.values as string[]), JSON.stringify(scope.also)] };
  }
  const sql = `WITH span AS MATERIALIZED (SELECT value ->> 'deviceId' AS device_id, max(value ->> 'from', ?) AS from_at, min(value ->> 'to', ?) AS to_at
    FROM json_each(?))`;
  return { sql, values: [from, to, JSON.stringify(scope.spans)] };
}

const inSpan = 'record.observed_at >= span.from_at AND record.observed_at < span.to_at';
const grouped = 'GROUP BY slot ORDER BY slot';

/**
 * All of `[from, to)` when the devices have fewer records in all than the campus made in that time, else as much of it as holds about
 * `readLimits.businessRows` records. Records with `observed_at` before 1970 are in no slot.
 */
export function businessPiece(connection: ReadConnection, ask: BusinessAsk): Result<BusinessPiece, ReadFailure> {
  const { from, to, stepMs, scope } = ask;
  const inTime = idBefore(connection, 'record', to) - idBefore(connection, 'record', from);
  if (ofDevices(connection, ask) <= inTime) {
    const { sql, values } = spansOf(scope, from, to);
    const text = `${sql} SELECT ${sums} FROM span CROSS JOIN record INDEXED BY record_key ON record.device_id = span.device_id AND ${inSpan}
      WHERE in_time() ${grouped}`;
    return piece(connection, { text, values: [...values, stepMs], stepMs, upto: to });
  }
  const pieces = Math.max(1, Math.ceil(inTime / readLimits.businessRows));
  const upto = Math.min(to, from + Math.max(1, Math.floor((to - from) / pieces / stepMs)) * stepMs);
  const { sql, values } = spansOf(scope, from, upto);
  const text = `${sql} SELECT ${sums} FROM record INDEXED BY record_observed CROSS JOIN span ON span.device_id = record.device_id AND ${inSpan}
    WHERE in_time() AND record.observed_at >= ? AND record.observed_at < ? ${grouped}`;
  return piece(connection, { text, values: [...values, stepMs, from, upto], stepMs, upto });
}

/** Records of these devices, ever. */
function ofDevices(connection: ReadConnection, { scope, from, to }: BusinessAsk): number {
  const { sql, values } = spansOf(scope, from, to);
  const text = `${sql} SELECT coalesce(sum(last - first + 1), 0) AS n FROM booked WHERE device_id IN (SELECT device_id FROM span)`;
  return int(connection.get(text, ...values)?.['n']);
}

interface Question {
  readonly text: string;
  readonly values: readonly (string | number)[];
  readonly stepMs: number;
  readonly upto: number;
}

function piece(connection: ReadConnection, { text, values, stepMs, upto }: Question): Result<BusinessPiece, ReadFailure> {
  const rows = connection.limited(() => connection.all(text, ...values));
  return rows.ok ? ok({ slots: rows.value.map((row) => slotOf(row, stepMs)), upto }) : rows;
}

const slotOf = (row: Row, stepMs: number): BusinessSlotSum => ({
  at: int(row['slot']) * stepMs,
  records: int(row['records']),
  amountFen: int(row['fen']),
  offline: int(row['offline']),
  failures: int(row['failures']),
  late: int(row['late']),
  cards: int(row['cards']),
});
