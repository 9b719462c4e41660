import type { AuditAsk, AuditEntry, AuditQuota, PeopleRole } from '../../people/roles.ts';
import type { PageResult } from '../../read/roles.ts';
import { fingerprint, readCursor, writeCursor } from '../../read/cursor.core.ts';
import type { AuditDto } from '@cardwatch/contracts/api';
import type { DatabaseSync } from 'node:sqlite';
import { ok } from '@cardwatch/kernel';
import { int, text } from '../read/row.ts';
import { marks } from '../read/where.ts';
import {
  addFirstPersons,
  addPerson,
  addToken,
  countPersons,
  findPerson,
  findToken,
  listPersons,
  listTokens,
  removeToken,
} from './accounts.ts';
import { peopleLimits } from '../../people/roles.ts';
import { appendRow, auditDto, verifyRows, verifySlice } from './audit.ts';
import { openPeopleFile, transaction } from './file.ts';
import { beginReset, setAreas, setDisabled, setPassword, unlock } from './standing.ts';
import { closeSession, findFailures, findSession, openSession, setFailures } from './sessions.ts';
import { wallsOver } from './walls.ts';

/** The people role over one SQLite file; every method is one tiny transaction at most. */
export function openSqlitePeople(file: string): PeopleRole & { close(): void } {
  const db = openPeopleFile(file);
  return {
    personCount: async () => countPersons(db),
    person: async (name) => findPerson(db, name),
    persons: async () => listPersons(db),
    addPerson: async (person, audit) => addPerson(db, person, audit),
    addFirstPersons: async (persons, codeHash) => addFirstPersons(db, persons, codeHash),
    openSession: async (session, checked, audit) => openSession(db, session, checked, audit),
    setDisabled: async (name, disabled, audit) => setDisabled(db, name, disabled, audit),
    setAreas: async (name, areas, audit) => setAreas(db, name, areas, audit),
    setPassword: async (change, audit) => setPassword(db, change, audit),
    beginReset: async (name, code, audit) => beginReset(db, name, code, audit),
    unlock: async (name, audit) => unlock(db, name, audit),
    session: async (idHash) => findSession(db, idHash),
    touchSession: async (idHash, at) => run(db, 'UPDATE session SET last_used_at = ? WHERE id_hash = ?', at, idHash),
    closeSession: async (idHash, audit) => closeSession(db, idHash, audit),
    token: async (idHash) => findToken(db, idHash),
    addToken: async (token, audit) => addToken(db, token, audit),
    tokens: async (now) => listTokens(db, now),
    removeToken: async (idHash, audit) => removeToken(db, idHash, audit),
    failures: async (subjects) => findFailures(db, subjects),
    setFailures: async (rows) => setFailures(db, rows),
    clearFailures: async (subjects) =>
      run(db, `DELETE FROM sign_in_failure WHERE subject IN (${marks(subjects.length)})`, ...subjects),
    setting: async (name) => readSetting(db, name),
    setSetting: async (name, value) => writeSetting(db, name, value),
    appendAudit: async (entry) => transaction(db, () => appendRow(db, entry)),
    audit: async (ask) => auditPage(db, ask),
    appendAuditWithin: async (entry, quota) => appendWithin(db, entry, quota),
    verifyAudit: async () => verifyRows(db),
    verifySlice: async (from, limit) => verifySlice(db, from, limit),
    ...wallsOver(db),
    close: () => {
      if (db.isOpen) db.close();
    },
  };
}

function run(db: DatabaseSync, sql: string, ...values: (string | number)[]): void {
  db.prepare(sql).run(...values);
}

function readSetting(db: DatabaseSync, name: string): string | null {
  const row = db.prepare('SELECT value FROM setting WHERE name = ?').get(name);
  return row === undefined ? null : text(row['value']);
}

function writeSetting(db: DatabaseSync, name: string, value: string | null): void {
  if (value === null) run(db, 'DELETE FROM setting WHERE name = ?', name);
  else run(db, 'INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)', name, value);
}

function auditPage(db: DatabaseSync, { cursor, limit, ...filter }: AuditAsk): PageResult<AuditDto> {
  const print = fingerprint('audit', { ...filter });
  const head = int(db.prepare('SELECT max(n) AS n FROM audit').get()?.['n'] ?? 0) + 1;
  const after = cursor === undefined ? ok([head]) : readCursor(cursor, print, ['int']);
  if (!after.ok) return after;
  const below = Math.min(head, Number(after.value[0] ?? head));
  const floor = Math.max(0, below - peopleLimits.auditScanMax - 1);
  const { sql, values } = auditWhere(filter);
  const rows = db
    .prepare(`SELECT * FROM audit WHERE n < ? AND n > ?${sql} ORDER BY n DESC LIMIT ?`)
    .all(below, floor, ...values, limit + 1);
  const items = rows.slice(0, limit).map(auditDto);
  const last = rows.length > limit ? items.at(-1)?.n : floor === 0 ? undefined : floor + 1;
  return ok({ items, nextCursor: last === undefined ? null : writeCursor(print, [last]) });
}

function auditWhere({ actor, action, object, q, result, from, to }: Omit<AuditAsk, 'cursor' | 'limit'>): {
  readonly sql: string;
  readonly values: readonly (string | number)[];
} {
  const parts: readonly (readonly [sql: string, value: string | number | undefined])[] = [
    ['actor = ?', actor],
    ['instr(action, ?) = 1', action],
    ['object = ?', object],
    ["instr(object || ' ' || detail, ?) > 0", q],
    ['result = ?', result],
    ['at >= ?', from],
    ['at < ?', to],
  ];
  const asked = parts.filter((part): part is readonly [string, string | number] => part[1] !== undefined);
  return { sql: asked.map(([sql]) => ` AND ${sql}`).join(''), values: asked.map(([, value]) => value) };
}

function appendWithin(db: DatabaseSync, entry: AuditEntry, quota: AuditQuota): boolean {
  return transaction(db, () => {
    if (countSince(db, entry, quota.since) >= quota.limit) return false;
    appendRow(db, entry);
    return true;
  });
}

/** From the newest row back; stops at `since`, so it costs what the last hour wrote. */
function countSince(db: DatabaseSync, { actor, action }: AuditEntry, since: number): number {
  const floor = db.prepare('SELECT n FROM audit WHERE at < ? ORDER BY n DESC LIMIT 1').get(since);
  const sql = 'SELECT count(*) AS c FROM audit WHERE n > ? AND actor = ? AND action = ?';
  return int(db.prepare(sql).get(floor === undefined ? 0 : int(floor['n']), actor, action)?.['c']);
}
