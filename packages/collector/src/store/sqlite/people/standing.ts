/** What becomes of an account after it was made: disabled, enabled, unlocked, another password. Each with its audit row in one transaction. */
import type { DatabaseSync } from 'node:sqlite';
import type { Areas, PersonDto } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import {
  type AuditEntry,
  type PasswordChange,
  type PasswordProof,
  type Person,
  resetSetting,
  type StandingFailure,
} from '../../people/roles.ts';
import { json } from '../read/row.ts';
import { findPerson } from './accounts.ts';
import { appendRow } from './audit.ts';
import { transaction } from './file.ts';

type Outcome = Result<PersonDto, StandingFailure>;

export const setDisabled = (db: DatabaseSync, name: string, disabled: boolean, audit: AuditEntry): Outcome =>
  change(db, name, audit, (person) => {
    if (disabled && isLastAdministrator(db, person)) return { kind: 'lastAdmin' };
    db.prepare('UPDATE person SET disabled = ? WHERE name = ?').run(Number(disabled), name);
    if (!disabled) return undefined;
    endSessions(db, name);
    return dropCode(db, name);
  });

export const setPassword = (db: DatabaseSync, { name, encoded, proof }: PasswordChange, audit: AuditEntry): Outcome =>
  change(db, name, audit, (person) => {
    if (!isProven(db, person, proof)) return { kind: 'stale' };
    db.prepare('UPDATE person SET password = ? WHERE name = ?').run(encoded, name);
    endSessions(db, name);
    forgetFailures(db, name);
    return dropCode(db, name);
  });

export const beginReset = (db: DatabaseSync, name: string, code: string, audit: AuditEntry): Outcome =>
  change(db, name, audit, (person) => {
    if (isLastAdministrator(db, person)) return { kind: 'lastAdmin' };
    db.prepare("UPDATE person SET password = '' WHERE name = ?").run(name);
    endSessions(db, name);
    db.prepare('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)').run(resetSetting(name), code);
    return undefined;
  });

export const setAreas = (db: DatabaseSync, name: string, areas: Areas, audit: AuditEntry): Outcome =>
  change(db, name, audit, () => {
    db.prepare('UPDATE person SET areas = ? WHERE name = ?').run(areas === null ? null : JSON.stringify(areas), name);
    return undefined;
  });

export const unlock = (db: DatabaseSync, name: string, audit: AuditEntry): Outcome =>
  change(db, name, audit, () => forgetFailures(db, name));

function change(
  db: DatabaseSync,
  name: string,
  audit: AuditEntry,
  act: (person: Person) => StandingFailure | undefined,
): Outcome {
  return transaction(db, () => {
    const person = findPerson(db, name);
    if (person === null) return err({ kind: 'notFound' });
    const failure = act(person);
    if (failure !== undefined) return err(failure);
    appendRow(db, audit);
    const { password: _, ...shown } = findPerson(db, name) ?? person;
    return ok(shown);
  });
}

function isProven(db: DatabaseSync, person: Person, proof: PasswordProof): boolean {
  if (proof.kind === 'none') return true;
  if (person.disabled) return false;
  if (proof.kind === 'current') return person.password === proof.encoded;
  const row = db.prepare('SELECT value FROM setting WHERE name = ?').get(resetSetting(person.name));
  return row !== undefined && json<{ hash: string }>(row['value']).hash === proof.codeHash;
}

/** Nobody else could sign in and let people in again. */
function isLastAdministrator(db: DatabaseSync, { name, role, disabled }: Person): boolean {
  if (role !== 'admin' || disabled) return false;
  const other = "SELECT 1 FROM person WHERE role = 'admin' AND disabled = 0 AND password <> '' AND name <> ? LIMIT 1";
  return db.prepare(other).get(name) === undefined;
}

const endSessions = (db: DatabaseSync, name: string): void => void db.prepare('DELETE FROM session WHERE name = ?').run(name);

function forgetFailures(db: DatabaseSync, name: string): undefined {
  db.prepare('DELETE FROM sign_in_failure WHERE subject > ? AND subject < ?').run(`account:${name}|`, `account:${name}}`);
}

function dropCode(db: DatabaseSync, name: string): undefined {
  db.prepare('DELETE FROM setting WHERE name = ?').run(resetSetting(name));
}
