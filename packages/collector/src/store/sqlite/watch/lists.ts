/** Pages by keyset, newest first, each under the time limit of a question. */
import type { Alarm, Incident, Notice, RegisterImport, TopologySuggestion } from '@cardwatch/contracts/watch';
import type { PageAsk, PageResult } from '../../read/roles.ts';
import type { AlarmsAsk, IncidentsAsk, NoticesAsk, RegisterImportRow } from '../../watch/roles.ts';
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

function alarmWhere(ask: Omit<AlarmsAsk, 'cursor' | 'limit'>): Where {
  return new Where()
    .and('in_time()')
    .and('open = ?', flagOf(ask.open))
    .and('level = ?', ask.level)
    .and('handling = ?', ask.handling)
    .and('condition = ?', ask.condition)
    .and('rule = ?', ask.rule)
    .and('subject_id = ?', ask.subject)
    .and('area = ?', ask.area)
    .and('campus = ?', ask.campus)
    .and('suppressed = ?', flagOf(ask.suppressed))
    .and('cause_id = ?', ask.causeId)
    .and('found_at >= ?', ask.from)
    .and('found_at < ?', ask.to)
    .within('coalesce(area, campus)', ask.areas);
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
  listOf(connection, { table: 'alarm', id: 'alarm_id', at: 'found_at' }, ask, alarmWhere(ask));

export function countAlarms(connection: ReadConnection, ask: Omit<AlarmsAsk, 'cursor' | 'limit'>): number {
  const where = alarmWhere(ask);
  return int(connection.get(`SELECT count(*) AS n FROM alarm ${where}`, ...where.values)?.['n']);
}

export function listNotices(connection: ReadConnection, ask: NoticesAsk): PageResult<Notice> {
  const where = new Where()
    .and('in_time()')
    .and('notice_id = ?', ask.noticeId)
    .and('notice_id IN (SELECT notice_id FROM notice_alarm WHERE alarm_id = ?)', ask.alarmId)
    .and('recipient = ?', ask.recipient)
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
