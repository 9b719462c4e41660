/** What lists of alarms show beside their rows: how many each filter would give, and who was told. */
import type { AlarmFacetsDto, ToldDto } from '@cardwatch/contracts/api';
import type { AlarmsFilter } from '../../watch/roles.ts';
import type { ReadConnection } from '../read/connection.ts';
import { int, text, textOrNull } from '../read/row.ts';
import { alarmWhere } from './lists.ts';

const facetRows = 200;
const columns = ['level', 'handling', 'condition', 'rule', 'campus', 'area', 'suppressed'] as const;
/** All of them, as the index has them: what burns is counted while it is read. */
const asIndexed = 'area, campus, rule, level, condition, handling, suppressed, raised';
type Column = (typeof columns)[number];

interface Group {
  readonly values: Readonly<Record<Column, string | null>>;
  readonly raised: boolean;
  readonly count: number;
}

/** Alarms alike in all that can be chosen, counted in one pass over those that the other filters leave. */
function groupsOf(connection: ReadConnection, ask: AlarmsFilter): readonly Group[] {
  const free = { level: undefined, handling: undefined, condition: undefined, rule: undefined, campus: undefined };
  const where = alarmWhere({ ...ask, ...free, area: undefined, suppressed: undefined, raised: undefined });
  const sql = `SELECT ${columns.join(', ')}, raised, count(*) AS n FROM alarm ${where} GROUP BY ${asIndexed}`;
  return connection.all(sql, ...where.values).map((row) => ({
    values: {
      level: String(int(row['level'])),
      handling: text(row['handling']),
      condition: text(row['condition']),
      rule: text(row['rule']),
      campus: textOrNull(row['campus']),
      area: textOrNull(row['area']),
      suppressed: String(int(row['suppressed'])),
    },
    raised: int(row['raised']) === 1,
    count: int(row['n']),
  }));
}

/**
 * A facet is counted without its own filter; campuses also without the area, which lies in one of them; conditions also without `raised`, so that what is
 * pending is counted.
 */
export function alarmFacets(connection: ReadConnection, ask: AlarmsFilter): AlarmFacetsDto {
  const groups = groupsOf(connection, ask);
  const wanted: Readonly<Record<Column, string | undefined>> = {
    level: ask.level === undefined ? undefined : String(ask.level),
    handling: ask.handling,
    condition: ask.condition,
    rule: ask.rule,
    campus: ask.campus,
    area: ask.area,
    suppressed: ask.suppressed === undefined ? undefined : String(Number(ask.suppressed)),
  };
  const facet = (column: Column): AlarmFacetsDto['level'] => {
    const held = columns.filter((other) => other !== column && !(column === 'campus' && other === 'area'));
    const counts = new Map<string, number>();
    for (const { values, raised, count } of groups) {
      const value = values[column];
      const fits = held.every((other) => wanted[other] === undefined || wanted[other] === values[other]);
      const counted = column === 'condition' || ask.raised === undefined || ask.raised === raised;
      if (value !== null && fits && counted) counts.set(value, (counts.get(value) ?? 0) + count);
    }
    return [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, facetRows);
  };
  const [level, handling, condition, rule] = [facet('level'), facet('handling'), facet('condition'), facet('rule')];
  return { level, handling, condition, rule, campus: facet('campus'), area: facet('area'), suppressed: facet('suppressed') };
}

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
