import type { DatabaseSync } from 'node:sqlite';
import type { PersonDto } from '@cardwatch/contracts/api';
import { assert, err, ok, type Result } from '@cardwatch/kernel';
import {
  type AuditedPerson,
  type AuditEntry,
  type NewPerson,
  type PeopleFailure,
  type Person,
  peopleLimits,
  type TokenRow,
} from '../../people/roles.ts';
import type { Row } from '../read/connection.ts';
import { flag, int, intOrNull, json, text, word } from '../read/row.ts';
import { areasOf } from './areas.ts';
import { appendRow } from './audit.ts';
import { transaction } from './file.ts';

/** Name of the setting that keeps the set-up code's hash, attempts and end. */
export const setupSetting = 'setup.code';

/** Subjects of sign-in failures are `account:<name>|<address>`, and `}` is the letter after `|`. */
const personColumns = `person.*, (SELECT nullif(max(locked_until), 0) FROM sign_in_failure
  WHERE subject > 'account:' || name || '|' AND subject < 'account:' || name || '}') AS locked_until`;

export const countPersons = (db: DatabaseSync): number => int(db.prepare('SELECT count(*) AS n FROM person').get()?.['n']);

export function findPerson(db: DatabaseSync, name: string): Person | null {
  const row = db.prepare(`SELECT ${personColumns} FROM person WHERE name = ?`).get(name);
  return row === undefined ? null : { ...personDto(row), password: text(row['password']) };
}

export const listPersons = (db: DatabaseSync): PersonDto[] =>
  db.prepare(`SELECT ${personColumns} FROM person ORDER BY name`).all().map(personDto);

export function addPerson(db: DatabaseSync, person: NewPerson, audit: AuditEntry): Result<PersonDto, PeopleFailure> {
  return transaction(db, () => insertPerson(db, person, audit));
}

export function addFirstPersons(
  db: DatabaseSync,
  persons: readonly AuditedPerson[],
  codeHash: string,
): Result<readonly PersonDto[], PeopleFailure> {
  return transaction(db, () => {
    const code = db.prepare('SELECT value FROM setting WHERE name = ?').get(setupSetting);
    const kept = code === undefined ? undefined : json<{ hash: string }>(code['value']).hash;
    if (countPersons(db) > 0 || kept !== codeHash) return err({ kind: 'setupClosed' });
    db.prepare('DELETE FROM setting WHERE name = ?').run(setupSetting);
    const made = persons.map(({ person, audit }) => insertPerson(db, person, audit));
    return ok(
      made.map((each) => {
        assert(each.ok, 'the first accounts have different names');
        return each.value;
      }),
    );
  });
}

function insertPerson(db: DatabaseSync, person: NewPerson, audit: AuditEntry): Result<PersonDto, PeopleFailure> {
  if (countPersons(db) >= peopleLimits.persons) return err({ kind: 'full' });
  if (findPerson(db, person.name) !== null) return err({ kind: 'exists' });
  db.prepare('INSERT INTO person (name, display_name, role, password, created_at) VALUES (?, ?, ?, ?, ?)').run(
    person.name,
    person.displayName,
    person.role,
    person.password,
    person.createdAt,
  );
  appendRow(db, audit);
  const { password: _, ...shown } = person;
  return ok({ ...shown, areas: null, disabled: false, lastSignInAt: null, lockedUntil: null, resetPending: false });
}

export function addToken(db: DatabaseSync, token: TokenRow, audit: AuditEntry): Result<null, PeopleFailure> {
  return transaction(db, () => {
    db.prepare('DELETE FROM token WHERE expires_at <= ?').run(token.createdAt);
    if (int(db.prepare('SELECT count(*) AS n FROM token').get()?.['n']) >= peopleLimits.tokens) return err({ kind: 'full' });
    db.prepare('INSERT INTO token (id_hash, label, scopes, created_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)').run(
      token.idHash,
      token.label,
      JSON.stringify(token.scopes),
      token.createdBy,
      token.createdAt,
      token.expiresAt,
    );
    appendRow(db, audit);
    return ok(null);
  });
}

export function findToken(db: DatabaseSync, idHash: string): TokenRow | null {
  const row = db.prepare('SELECT * FROM token WHERE id_hash = ?').get(idHash);
  return row === undefined ? null : tokenRow(row);
}

export const listTokens = (db: DatabaseSync, now: number): TokenRow[] =>
  db.prepare('SELECT * FROM token WHERE expires_at > ? ORDER BY created_at DESC, id_hash').all(now).map(tokenRow);

export const removeToken = (db: DatabaseSync, idHash: string, audit: AuditEntry): boolean =>
  transaction(db, () => {
    const isGone = db.prepare('DELETE FROM token WHERE id_hash = ?').run(idHash).changes > 0;
    if (isGone) appendRow(db, audit);
    return isGone;
  });

const tokenRow = (row: Row): TokenRow => ({
  idHash: text(row['id_hash']),
  label: text(row['label']),
  scopes: json(row['scopes']),
  createdBy: text(row['created_by']),
  createdAt: int(row['created_at']),
  expiresAt: int(row['expires_at']),
});

const personDto = (row: Row): PersonDto => ({
  name: text(row['name']),
  displayName: text(row['display_name']),
  role: word(row['role']),
  areas: areasOf(row['areas']),
  disabled: flag(row['disabled']),
  createdAt: int(row['created_at']),
  lastSignInAt: intOrNull(row['last_sign_in_at']),
  lockedUntil: intOrNull(row['locked_until']),
  resetPending: row['password'] === '',
});
