import type { DatabaseSync } from 'node:sqlite';
import { type AuditEntry, type FailureRow, type LiveSession, peopleLimits, type SessionRow } from '../../people/roles.ts';
import { int, text, word } from '../read/row.ts';
import { marks } from '../read/where.ts';
import { areasOf } from './areas.ts';
import { appendRow } from './audit.ts';
import { transaction } from './file.ts';

export function openSession(db: DatabaseSync, session: SessionRow, checked: string, audit: AuditEntry): boolean {
  return transaction(db, () => {
    const stands = db.prepare('SELECT 1 FROM person WHERE name = ? AND disabled = 0 AND password = ?').get(session.name, checked);
    if (stands === undefined) return false;
    db.prepare('DELETE FROM session WHERE expires_at <= ?').run(session.createdAt);
    db.prepare(
      'INSERT INTO session (id_hash, name, csrf, created_at, last_used_at, expires_at, ip) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(session.idHash, session.name, session.csrf, session.createdAt, session.lastUsedAt, session.expiresAt, session.ip);
    db.prepare(
      `DELETE FROM session WHERE name = ? AND id_hash NOT IN
       (SELECT id_hash FROM session WHERE name = ? ORDER BY created_at DESC, rowid DESC LIMIT ${peopleLimits.sessionsPerPerson})`,
    ).run(session.name, session.name);
    db.prepare('UPDATE person SET last_sign_in_at = ? WHERE name = ?').run(session.createdAt, session.name);
    appendRow(db, audit);
    return true;
  });
}

export function findSession(db: DatabaseSync, idHash: string): LiveSession | null {
  const row = db
    .prepare(
      'SELECT session.*, display_name, role, areas FROM session JOIN person USING (name) WHERE id_hash = ? AND disabled = 0',
    )
    .get(idHash);
  if (row === undefined) return null;
  return {
    idHash,
    name: text(row['name']),
    csrf: text(row['csrf']),
    createdAt: int(row['created_at']),
    lastUsedAt: int(row['last_used_at']),
    expiresAt: int(row['expires_at']),
    ip: text(row['ip']),
    displayName: text(row['display_name']),
    role: word(row['role']),
    areas: areasOf(row['areas']),
  };
}

export function closeSession(db: DatabaseSync, idHash: string, audit: AuditEntry): void {
  transaction(db, () => {
    db.prepare('DELETE FROM session WHERE id_hash = ?').run(idHash);
    appendRow(db, audit);
  });
}

export function findFailures(db: DatabaseSync, subjects: readonly string[]): FailureRow[] {
  const rows = db.prepare(`SELECT * FROM sign_in_failure WHERE subject IN (${marks(subjects.length)})`).all(...subjects);
  return rows.map((row) => ({
    subject: text(row['subject']),
    failures: int(row['failures']),
    lockedUntil: int(row['locked_until']),
    lastAt: int(row['last_at']),
  }));
}

export function setFailures(db: DatabaseSync, rows: readonly FailureRow[]): void {
  transaction(db, () => {
    for (const row of rows) {
      db.prepare('INSERT OR REPLACE INTO sign_in_failure (subject, failures, locked_until, last_at) VALUES (?, ?, ?, ?)').run(
        row.subject,
        row.failures,
        row.lockedUntil,
        row.lastAt,
      );
    }
    db.prepare(
      `DELETE FROM sign_in_failure WHERE subject IN
       (SELECT subject FROM sign_in_failure ORDER BY last_at DESC LIMIT -1 OFFSET ${peopleLimits.signInSubjects})`,
    ).run();
  });
}
