/** What rules measure, out of stored records and passes, a span at a time: how often each value came, and how many alarms a threshold would have made. */
import { ok, type Result, unreachable } from '@cardwatch/kernel';
import { wilsonLowerBound } from '../../../core/metrics/statistics.core.ts';
import { suggestion } from '../../../core/replay/suggest.core.ts';
import { saleKinds } from '../../../core/rules/money/subject.core.ts';
import { type FiresAsk, type MeasuredAsk, type MeasuredValue, type ReadFailure, readLimits } from '../../read/roles.ts';
import type { ReadConnection } from './connection.ts';
import { int, text } from './row.ts';

interface Values {
  /** A SELECT of part, id, at, value. */
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

const place = `CASE WHEN device.kind = 'shower' OR device.area_type = 'bathhouse' THEN 'shower' WHEN device.area_type IN ('canteen', 'shop') THEN device.area_type
  ELSE 'other' END`;
const inTime = 'in_time() AND record.observed_at >= ? AND record.observed_at < ?';
const sales = [...saleKinds].map((kind) => `'${kind}'`).join(', ');
const cardDay = (
  value: string,
): string => `SELECT '' AS part, record.card_ref AS id, min(record.observed_at) AS at, ${value} AS value
  FROM record INDEXED BY record_observed WHERE ${inTime} AND record.kind = 'consume' GROUP BY record.card_ref`;

function valuesOf(connection: ReadConnection, { measure, from, to }: MeasuredAsk): Values {
  switch (measure.of) {
    case 'saleFen':
      return {
        sql: `SELECT ${place} AS part, record.device_id AS id, record.observed_at AS at, record.amount_fen AS value
          FROM record INDEXED BY record_observed LEFT JOIN device ON device.device_id = record.device_id WHERE ${inTime} AND record.kind IN (${sales})`,
        values: [from, to],
      };
    case 'cardDayRecords':
      return { sql: cardDay('count(*)'), values: [from, to] };
    case 'cardDayFen':
      return { sql: cardDay('sum(record.amount_fen)'), values: [from, to] };
    case 'gateDeniedPct': {
      const surely = (denied: unknown, all: unknown): number => 100 * wilsonLowerBound(Number(denied), Number(all));
      connection.db.function('surely_denied', { deterministic: true }, surely);
      const slot = 'minute / CAST(? AS INTEGER)';
      return {
        sql: `SELECT '' AS part, device_id AS id, min(minute) AS at, round(surely_denied(sum(denied), sum(granted + denied)), 1) AS value FROM pass_flow
          WHERE in_time() AND minute >= ? AND minute < ? GROUP BY device_id, ${slot} HAVING sum(granted + denied) >= ?`,
        values: [from, to, measure.windowMs, measure.passesMin],
      };
    }
    default:
      return unreachable(measure);
  }
}

/** Fails as `tooBroad` where a span holds more than can be gone through in time. */
export function measuredValues(connection: ReadConnection, ask: MeasuredAsk): Result<MeasuredValue[], ReadFailure> {
  const { sql, values } = valuesOf(connection, ask);
  const counted = `SELECT part, value, count(*) AS n FROM (${sql}) GROUP BY part, value ORDER BY part, value LIMIT ${readLimits.measuredValues}`;
  const rows = connection.limited(() => connection.all(counted, ...values));
  if (!rows.ok) return rows;
  const found = rows.value.map((row) => ({ part: text(row['part']), value: int(row['value']), count: int(row['n']) }));
  return ok(found);
}

/** One count for each of `ask.above`, in their order. An alarm that goes on beyond the span is another one there. */
export function measuredFires(connection: ReadConnection, ask: FiresAsk): Result<number[], ReadFailure> {
  const { sql, values } = valuesOf(connection, ask);
  const wanted = JSON.stringify(ask.above.map(({ part, value }, no) => ({ no, part, value })));
  const gaps = `SELECT wanted.no AS no, measured.at - lag(measured.at) OVER (PARTITION BY wanted.no, measured.id ORDER BY measured.at) AS gap
    FROM (${sql}) AS measured JOIN (SELECT value ->> 'no' AS no, value ->> 'part' AS part, value ->> 'value' AS value FROM json_each(?)) AS wanted
    ON wanted.part = measured.part AND measured.value > wanted.value`;
  const counted = `SELECT no, count(*) AS n FROM (${gaps}) WHERE gap IS NULL OR gap > ${suggestion.apartMs} GROUP BY no`;
  const rows = connection.limited(() => connection.all(counted, ...values, wanted));
  if (!rows.ok) return rows;
  const fires = new Map(rows.value.map((row) => [int(row['no']), int(row['n'])]));
  return ok(ask.above.map((_, no) => fires.get(no) ?? 0));
}
