/** What lists of alarms show beside their rows: how many each filter would give, and who was told. */
import type { AlarmFacetsDto, ToldDto } from '@cardwatch/contracts/api';
import type { AlarmsFilter } from '../../watch/roles.ts';
import type { ReadConnection } from '../read/connection.ts';
import { int, text } from '../read/row.ts';
import { alarmWhere } from './lists.ts';

const facetRows = 200;

const facetOf = (connection: ReadConnection, column: string, ask: AlarmsFilter): AlarmFacetsDto['level'] => {
  const where = alarmWhere(ask).and(`${column} IS NOT NULL`);
  const sql = `SELECT CAST(${column} AS TEXT) AS value, count(*) AS n FROM alarm ${where}
    GROUP BY value ORDER BY n DESC, value LIMIT ${facetRows}`;
  return connection.all(sql, ...where.values).map((row) => ({ value: text(row['value']), count: int(row['n']) }));
};

/** A facet is counted without its own filter; those of the condition also without `raised`, so that what is pending is counted. */
export const alarmFacets = (connection: ReadConnection, ask: AlarmsFilter): AlarmFacetsDto => ({
  level: facetOf(connection, 'level', { ...ask, level: undefined }),
  handling: facetOf(connection, 'handling', { ...ask, handling: undefined }),
  condition: facetOf(connection, 'condition', { ...ask, condition: undefined, raised: undefined }),
  rule: facetOf(connection, 'rule', { ...ask, rule: undefined }),
  campus: facetOf(connection, 'campus', { ...ask, campus: undefined, area: undefined }),
  area: facetOf(connection, 'area', { ...ask, area: undefined }),
  suppressed: facetOf(connection, 'suppressed', { ...ask, suppressed: undefined }),
});

const toldSql = `SELECT named.alarm_id AS alarm_id,
    count(DISTINCT CASE WHEN state IN ('sent', 'delivered', 'read', 'acknowledged') THEN recipient END) AS told,
    count(DISTINCT CASE WHEN state IN ('read', 'acknowledged') THEN recipient END) AS read_by,
    count(DISTINCT CASE WHEN state IN ('failed', 'unconfirmed') THEN recipient END) AS failed
  FROM notice_alarm AS named JOIN notice USING (notice_id)
  WHERE named.alarm_id IN (SELECT value FROM json_each(?)) GROUP BY named.alarm_id`;

export const toldOfAlarms = (connection: ReadConnection, alarmIds: readonly string[]): ToldDto[] =>
  connection.all(toldSql, JSON.stringify(alarmIds)).map((row) => ({
    alarmId: text(row['alarm_id']),
    told: int(row['told']),
    read: int(row['read_by']),
    failed: int(row['failed']),
  }));
