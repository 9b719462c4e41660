/** Single rows, the story of one thing, what a start takes along, and what is old enough to go. */
import type { DatabaseSync } from 'node:sqlite';
import { dayMs } from '@cardwatch/kernel';
import {
  type ActRow,
  type HistoryRow,
  type MachineRow,
  type StateRow,
  type WatchCursors,
  watchLimits,
  type WatchSnapshot,
} from '../../watch/roles.ts';
import { transaction } from '../people/file.ts';
import type { ReadConnection, Row } from '../read/connection.ts';
import { int, intOrNull, json, text, textOrNull, word } from '../read/row.ts';
import { marks } from '../read/where.ts';
import { latestRules, readSettings } from './settings.ts';

const rowOf = <T>(row: Row): T => json<T>(row['row']);

export function findRow<T>(connection: ReadConnection, table: 'alarm' | 'incident' | 'suggestion', id: string): T | null {
  const row = connection.get(`SELECT row FROM ${table} WHERE ${table}_id = ?`, id);
  return row === undefined ? null : rowOf<T>(row);
}

/** In no promised order; ids that are not known are left out. */
export function findAlarms<T>(connection: ReadConnection, ids: readonly string[]): T[] {
  const asked = ids.slice(0, watchLimits.idsPerAsk);
  return connection.all(`SELECT row FROM alarm WHERE alarm_id IN (${marks(asked.length)})`, ...asked).map(rowOf<T>);
}

/** Oldest first, the latest `watchLimits.historyRows`. */
export function readHistory(connection: ReadConnection, subjectId: string): HistoryRow[] {
  const rows = connection.all(
    'SELECT * FROM history WHERE subject_id = ? ORDER BY n DESC LIMIT ?',
    subjectId,
    watchLimits.historyRows,
  );
  return rows.toReversed().map((row) => ({
    subjectId,
    at: int(row['at']),
    what: text(row['what']),
    by: text(row['by_whom']),
    detail: text(row['detail']),
  }));
}

export function readStates(
  connection: ReadConnection,
  { subjectId, from, to }: { readonly subjectId: string; readonly from: number; readonly to: number },
): StateRow[] {
  const before = 'SELECT * FROM state_change WHERE subject_id = ? AND at < ? ORDER BY at DESC, n DESC LIMIT 1';
  const within = 'SELECT * FROM state_change WHERE subject_id = ? AND at >= ? AND at < ? ORDER BY at, n LIMIT ?';
  const rows = [
    ...connection.all(before, subjectId, from),
    ...connection.all(within, subjectId, from, to, watchLimits.stateRows),
  ];
  return rows.map((row) => ({
    subjectKind: word(row['subject_kind']),
    subjectId,
    at: int(row['at']),
    state: text(row['state']),
    cause: textOrNull(row['cause']),
  }));
}

export function findAct(connection: ReadConnection, key: string): ActRow | null {
  const row = connection.get('SELECT * FROM act WHERE idempotency_key = ?', key);
  return row === undefined ? null : { idempotencyKey: key, at: int(row['at']), result: text(row['result']) };
}

/** Messages that still want something: those that are not out yet, and those of open alarms that somebody may yet answer. */
const standingNotices = `SELECT row FROM notice WHERE state IN ('queued', 'sending') OR (state IN ('sent', 'delivered', 'read') AND notice_id IN
  (SELECT notice_id FROM notice_alarm JOIN alarm USING (alarm_id) WHERE open = 1)) ORDER BY queued_at, notice_id`;
const standingIncidents = `SELECT row FROM incident WHERE open = 1 UNION
  SELECT row FROM (SELECT row FROM incident WHERE watch_until IS NOT NULL ORDER BY watch_until DESC LIMIT ${watchLimits.watchedIncidents})`;

export function loadSnapshot(connection: ReadConnection): WatchSnapshot {
  return {
    cursors: readCursors(connection),
    alarms: connection.all('SELECT row FROM alarm WHERE open = 1 ORDER BY found_at, alarm_id').map((row) => rowOf(row)),
    notices: connection.all(standingNotices).map((row) => rowOf(row)),
    incidents: connection.all(standingIncidents).map((row) => rowOf(row)),
    machines: connection.all('SELECT * FROM machine').map(machineOf),
    rules: latestRules(connection),
    settings: readSettings(connection),
  };
}

const machineOf = (row: Row): MachineRow => ({
  kind: text(row['kind']),
  key: text(row['key']),
  state: text(row['state']),
  dueAt: intOrNull(row['due_at']),
});

export function findMachines(connection: ReadConnection, kind: string, keys: readonly string[]): MachineRow[] {
  const asked = keys.slice(0, watchLimits.idsPerAsk);
  return connection
    .all(`SELECT * FROM machine WHERE kind = ? AND key IN (${marks(asked.length)})`, kind, ...asked)
    .map(machineOf);
}

function readCursors(connection: ReadConnection): WatchCursors {
  const rows = connection.all('SELECT name, position FROM cursor');
  const at = new Map(rows.map((row) => [text(row['name']), int(row['position'])]));
  return { outbox: at.get('outbox') ?? 0, record: at.get('record') ?? 0, event: at.get('event') ?? 0 };
}

export interface Swept {
  readonly history: number;
  readonly states: number;
  readonly acts: number;
}

export function sweepOld(db: DatabaseSync, now: number): Swept {
  const [old, oldActs, most] = [now - watchLimits.historyDays * dayMs, now - watchLimits.actDays * dayMs, watchLimits.sweepRows];
  const run = (sql: string, ...values: number[]): number => Number(db.prepare(sql).run(...values).changes);
  return transaction(db, () => ({
    history: run('DELETE FROM history WHERE n IN (SELECT n FROM history WHERE at < ? LIMIT ?)', old, most),
    states: run(
      `DELETE FROM state_change WHERE n IN (SELECT n FROM state_change AS old WHERE at < ? AND EXISTS
       (SELECT 1 FROM state_change AS next WHERE next.subject_id = old.subject_id AND next.at < ? AND (next.at, next.n) > (old.at, old.n)) LIMIT ?)`,
      old,
      old,
      most,
    ),
    acts: run('DELETE FROM act WHERE idempotency_key IN (SELECT idempotency_key FROM act WHERE at < ? LIMIT ?)', oldActs, most),
  }));
}
