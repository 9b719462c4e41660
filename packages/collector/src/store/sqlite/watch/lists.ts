/** Pages by keyset, newest first, each under the time limit of a question. */
import type { Alarm, Incident, Notice, RegisterImport, TopologySuggestion } from '@cardwatch/contracts/watch';
import type { PageAsk, PageResult } from '../../read/roles.ts';
import type { AlarmsAsk, AlarmsFilter, IncidentsAsk, NoticesAsk, RegisterImportRow } from '../../watch/roles.ts';
import type { ReadConnection, Row } from '../read/connection.ts';
import { readPage } from '../read/paging.ts';
import { int, json, text } from '../read/row.ts';
import { Where } from '../read/where.ts';

interface List {
  readonly table: string;
  readonly id: string;
  readonly at: string;
}

function listOf<T>(connection: ReadConnection, { table, id, at }: List, ask: PageAsk, where: Where): PageResult<T> {
  return readPage<T>(connection, {
    name: table,
    ask,
    shape: ['int', 'text'],
    rows: (keys, limit) => {
      where.and(`(${at}, ${id}) < (?, ?)`, keys?.[0], keys?.[1]);
      const sql = `SELECT ${at}, ${id}, row FROM ${table} ${where} ORDER BY ${at} DESC, ${id} DESC LIMIT ?`;
      return connection.all(sql, ...where.values, limit);
    },
    item: (row) => json<T>(row['row']),
    keys: (row: Row) => [int(row[at]), text(row[id])],
  });
}

const flagOf = (value: boolean | undefined): number | undefined => (value === undefined ? undefined : Number(value));

/** The row's time of clearing stands in its history alone, which is found by time. */
const clearedFromSql = "alarm_id IN (SELECT subject_id FROM history WHERE at >= ? AND what = 'cleared')";
const rootSql = { true: 'cause_id IS NULL', false: 'cause_id IS NOT NULL' } as const;
/** Written out: an index of what burns is taken by a question that says so before its values are known. */
const openSql = { true: 'open = 1', false: 'open = 0' } as const;

export function alarmWhere(ask: AlarmsFilter): Where {
  const where = new Where()
    .and('in_time()')
    .and('level = ?', ask.level)
    .and('handling = ?', ask.handling)
    .and('condition = ?', ask.condition)
    .and('rule = ?', ask.rule)
    .and('subject_id = ?', ask.subject)
    .and('area = ?', ask.area)
    .and('campus = ?', ask.campus)
    .and('suppressed = ?', flagOf(ask.suppressed))
    .and('raised = ?', flagOf(ask.raised))
    .and('cause_id = ?', ask.causeId)
    .and('owner = ?', ask.owner)
    .and(clearedFromSql, ask.clearedFrom)
    .and('alarm_id IN (SELECT value FROM json_each(?))', ask.alarmIds === undefined ? undefined : JSON.stringify(ask.alarmIds))
    .and('found_at >= ?', ask.from)
    .and('found_at < ?', ask.to)
    .within('coalesce(area, campus)', ask.areas);
  if (ask.open !== undefined) where.and(openSql[`${ask.open}`]);
  if (ask.root !== undefined) where.and(rootSql[`${ask.root}`]);
  return where;
}

interface Condition {
  readonly sql: string;
  readonly values: Where['values'];
}

const bare = (where: Where): Condition => ({ sql: where.toString().replace('WHERE ', ''), values: where.values });
const exists = (from: string, where: Where): Condition => ({
  sql: `EXISTS (SELECT 1 FROM ${from} ${where})`,
  values: where.values,
});

/** One of the alarms that the row names lies in one of these places. */
const alarmsWithin = (table: 'notice' | 'incident', places: readonly string[]): Condition =>
  exists(
    `json_each(${table}.row, '$.alarmIds') AS named JOIN alarm ON alarm.alarm_id = named.value`,
    new Where().within('coalesce(alarm.area, alarm.campus)', places),
  );

const anyOf = (where: Where, conditions: readonly Condition[]): Where =>
  where.and(`(${conditions.map(({ sql }) => sql).join(' OR ')})`, ...conditions.flatMap(({ values }) => values));

export const listAlarms = (connection: ReadConnection, ask: AlarmsAsk): PageResult<Alarm> =>
  ask.order === 'gravity'
    ? gravestFirst(connection, ask)
    : listOf(connection, { table: 'alarm', id: 'alarm_id', at: 'found_at' }, ask, alarmWhere(ask));

/** By level, then money at stake, then age. What is at stake changes while somebody pages: a page is of its moment. */
function gravestFirst(connection: ReadConnection, ask: AlarmsAsk): PageResult<Alarm> {
  return readPage<Alarm>(connection, {
    name: 'alarmGravity',
    ask,
    shape: ['int', 'int', 'int', 'text'],
    rows: (keys, limit) => {
      const where = alarmWhere(ask).and('(level, less_fen, found_at, alarm_id) > (?, ?, ?, ?)', ...(keys ?? [undefined]));
      const sql = `SELECT level, less_fen, found_at, alarm_id, row FROM alarm ${where}
        ORDER BY level, less_fen, found_at, alarm_id LIMIT ?`;
      return connection.all(sql, ...where.values, limit);
    },
    item: (row) => json<Alarm>(row['row']),
    keys: (row) => [int(row['level']), int(row['less_fen']), int(row['found_at']), text(row['alarm_id'])],
  });
}

export function countAlarms(connection: ReadConnection, ask: AlarmsFilter): number {
  const where = alarmWhere(ask);
  return int(connection.get(`SELECT count(*) AS n FROM alarm ${where}`, ...where.values)?.['n']);
}

export function listNotices(connection: ReadConnection, ask: NoticesAsk): PageResult<Notice> {
  const where = new Where()
    .and('in_time()')
    .and('notice_id = ?', ask.noticeId)
    .and('notice_id IN (SELECT notice_id FROM notice_alarm WHERE alarm_id = ?)', ask.alarmId)
    .and('recipient = ?', ask.recipient)
    .and("json_extract(row, '$.reason') = ?", ask.reason)
    .and('state = ?', ask.state)
    .and('queued_at >= ?', ask.from)
    .and('queued_at < ?', ask.to);
  if (ask.areas !== undefined) anyOf(where, [alarmsWithin('notice', ask.areas)]);
  return listOf(connection, { table: 'notice', id: 'notice_id', at: 'queued_at' }, ask, where);
}

export function listIncidents(connection: ReadConnection, ask: IncidentsAsk): PageResult<Incident> {
  const where = new Where()
    .and('in_time()')
    .and('incident_id = ?', ask.incidentId)
    .and('state = ?', ask.state)
    .and('open = ?', flagOf(ask.open))
    .and('opened_at >= ?', ask.from)
    .and('opened_at < ?', ask.to);
  if (ask.areas !== undefined) {
    const { places, owner } = ask.areas;
    const campus = new Where().within("json_extract(incident.row, '$.scope.campus')", places);
    const areas = exists("json_each(incident.row, '$.scope.areas')", new Where().within('value', places));
    const own = new Where().and("json_extract(incident.row, '$.owner') = ?", owner);
    anyOf(where, [bare(campus), areas, bare(own), alarmsWithin('incident', places)]);
  }
  return listOf(connection, { table: 'incident', id: 'incident_id', at: 'opened_at' }, ask, where);
}

export function listSuggestions(
  connection: ReadConnection,
  ask: PageAsk & { readonly state?: string | undefined },
): PageResult<TopologySuggestion> {
  const where = new Where().and('in_time()').and('state = ?', ask.state);
  return listOf(connection, { table: 'suggestion', id: 'suggestion_id', at: 'last_seen_at' }, ask, where);
}

export const listRegisterImports = (connection: ReadConnection, ask: PageAsk): PageResult<RegisterImport> =>
  listOf(connection, { table: 'register_import', id: 'import_id', at: 'at' }, ask, new Where().and('in_time()'));

export function findRegisterImport(connection: ReadConnection, importId: string): Required<RegisterImportRow> | null {
  const row = connection.get('SELECT row, plan FROM register_import WHERE import_id = ?', importId);
  return row === undefined ? null : { item: json(row['row']), plan: json(row['plan']) };
}
