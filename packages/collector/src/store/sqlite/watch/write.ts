/** One `WatchChange` in one transaction, by statements that are prepared once. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Alarm, Incident, Notice, TopologySuggestion } from '@cardwatch/contracts/watch';
import { assert } from '@cardwatch/kernel';
import { type RegisterImportRow, type WatchChange, type WatchCursors, watchLimits } from '../../watch/roles.ts';
import { isAlarmOver, isIncidentOver, toldKey } from '../../watch/standing.core.ts';
import { transaction } from '../people/file.ts';

const sameFiled = `alarm_id = ? AND
    (level, condition, handling, owner, suppressed, cause_id, incident_id, campus, area, raised, open) IS (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const sql = {
  cursor: 'INSERT INTO cursor (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position',
  alarm: `INSERT INTO alarm (alarm_id, rule, subject_kind, subject_id, level, condition, handling, owner, suppressed, cause_id, incident_id, campus, area,
    raised, less_fen, found_at, open, row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (alarm_id) DO UPDATE SET level = excluded.level, condition = excluded.condition, handling = excluded.handling, owner = excluded.owner,
    suppressed = excluded.suppressed, cause_id = excluded.cause_id, incident_id = excluded.incident_id, campus = excluded.campus, area = excluded.area,
    raised = excluded.raised, less_fen = excluded.less_fen, open = excluded.open, row = excluded.row`,
  // what is told anew of most alarms touches no index, money at stake the one that is ordered by it
  alarmRow: `UPDATE alarm SET row = ? WHERE less_fen = ? AND ${sameFiled}`,
  alarmStake: `UPDATE alarm SET row = ?, less_fen = ? WHERE ${sameFiled}`,
  notice: `INSERT INTO notice (notice_id, told, recipient, state, queued_at, row) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (notice_id) DO UPDATE SET state = excluded.state, row = excluded.row
    ON CONFLICT (told) DO NOTHING`,
  noticeAlarm: 'INSERT OR IGNORE INTO notice_alarm (alarm_id, notice_id) VALUES (?, ?)',
  incident: `INSERT INTO incident (incident_id, number, state, opened_at, open, watch_until, row) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (incident_id) DO UPDATE SET state = excluded.state, open = excluded.open, watch_until = excluded.watch_until, row = excluded.row`,
  machine: `INSERT INTO machine (kind, key, state, due_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (kind, key) DO UPDATE SET state = excluded.state, due_at = excluded.due_at`,
  machineGone: 'DELETE FROM machine WHERE kind = ? AND key = ?',
  history: 'INSERT INTO history (subject_id, at, what, by_whom, detail) VALUES (?, ?, ?, ?, ?)',
  state: 'INSERT INTO state_change (subject_kind, subject_id, at, state, cause) VALUES (?, ?, ?, ?, ?)',
  suggestion: `INSERT INTO suggestion (suggestion_id, device_id, state, last_seen_at, row) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (suggestion_id) DO UPDATE SET state = excluded.state, last_seen_at = excluded.last_seen_at, row = excluded.row`,
  setting: 'INSERT INTO setting (name, value, author, reason, at) VALUES (?, ?, ?, ?, ?)',
  registerImport: `INSERT INTO register_import (import_id, at, row, plan) VALUES (?, ?, ?, coalesce(?, '[]'))
    ON CONFLICT (import_id) DO UPDATE SET row = excluded.row`,
  act: 'INSERT INTO act (idempotency_key, at, result) VALUES (?, ?, ?) ON CONFLICT (idempotency_key) DO NOTHING',
} as const;

type Statements = { readonly [K in keyof typeof sql]: StatementSync };

export class WatchWriter {
  readonly #db: DatabaseSync;
  readonly #run: Statements;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#run = Object.fromEntries(Object.entries(sql).map(([name, text]) => [name, db.prepare(text)])) as unknown as Statements;
  }

  /** All of it or, when anything in it is refused, nothing; throws then. */
  commit(change: WatchChange): void {
    for (const [name, rows] of Object.entries(change))
      if (Array.isArray(rows)) assert(rows.length <= watchLimits.rowsPerCommit, `a commit has at most so many ${name}`);
    transaction(this.#db, () => this.#write(change));
  }

  #write(change: WatchChange): void {
    const { machine, machineGone, history, state, act } = this.#run;
    if (change.cursors !== undefined) this.#cursors(change.cursors);
    for (const alarm of change.alarms ?? []) this.#alarm(alarm);
    for (const notice of change.notices ?? []) this.#notice(notice);
    for (const incident of change.incidents ?? []) this.#incident(incident);
    for (const gone of change.machinesGone ?? []) machineGone.run(gone.kind, gone.key);
    for (const row of change.machines ?? []) machine.run(row.kind, row.key, row.state, row.dueAt);
    for (const row of change.history ?? []) history.run(row.subjectId, row.at, row.what, row.by, row.detail);
    for (const row of change.states ?? []) state.run(row.subjectKind, row.subjectId, row.at, row.state, row.cause);
    for (const row of change.suggestions ?? []) this.#suggestion(row);
    for (const { name, value, author, reason, at } of change.settings ?? [])
      this.#run.setting.run(name, JSON.stringify(value), author, reason, at);
    for (const row of change.imports ?? []) this.#import(row);
    for (const row of change.acts ?? []) act.run(row.idempotencyKey, row.at, row.result);
  }

  #cursors({ outbox, record, event }: WatchCursors): void {
    for (const [name, position] of Object.entries({ outbox, record, event })) this.#run.cursor.run(name, position);
  }

  #alarm(alarm: Alarm): void {
    const { alarmId, rule, subject, level, condition, handling, owner, suppressedBy, causeId, incidentId, campus, area } = alarm;
    const { foundAt, raisedAt, exposure } = alarm;
    const [suppressed, open] = [Number(suppressedBy.length > 0), Number(!isAlarmOver(alarm))];
    const [raised, lessFen] = [Number(raisedAt !== null), 0 - (exposure.fen ?? 0)];
    const row = JSON.stringify(alarm);
    const filed = [level, condition, handling, owner, suppressed, causeId, incidentId, campus, area, raised] as const;
    for (const same of [this.#run.alarmRow, this.#run.alarmStake])
      if (same.run(row, lessFen, alarmId, ...filed, open).changes > 0) return;
    this.#run.alarm.run(alarmId, rule, subject.kind, subject.id, ...filed, lessFen, foundAt, open, row);
  }

  /** The first message of a key stands: another id for the same key is the same intent once more. */
  #notice(notice: Notice): void {
    const { noticeId, alarmIds, recipient, state, queuedAt } = notice;
    const { changes } = this.#run.notice.run(noticeId, toldKey(notice), recipient, state, queuedAt, JSON.stringify(notice));
    if (changes === 0) return;
    for (const alarmId of alarmIds) this.#run.noticeAlarm.run(alarmId, noticeId);
  }

  #incident(incident: Incident): void {
    const { incidentId, number, state, openedAt, watchUntil } = incident;
    const open = Number(!isIncidentOver(incident));
    this.#run.incident.run(incidentId, number, state, openedAt, open, watchUntil, JSON.stringify(incident));
  }

  #import({ item, plan }: RegisterImportRow): void {
    const text = plan === undefined ? null : JSON.stringify(plan);
    this.#run.registerImport.run(item.importId, item.at, JSON.stringify(item), text);
  }

  #suggestion(row: TopologySuggestion): void {
    this.#run.suggestion.run(row.suggestionId, row.deviceId, row.state, row.lastSeenAt, JSON.stringify(row));
  }
}
