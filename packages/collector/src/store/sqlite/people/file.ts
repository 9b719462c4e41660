import { DatabaseSync } from 'node:sqlite';
import { people } from '../migrations/002-people.ts';

/** `people.db`: schema version 1 is the people migration. Made with mode 0600 by the caller's umask; FULL, because an audit row is a promise. */
export function openPeopleFile(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -2048;');
  migrate(db);
  return db;
}

function migrate(db: DatabaseSync): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    if (version(db) === 0) db.exec(`${people.sql}; PRAGMA user_version = 1;`);
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

const version = (db: DatabaseSync): unknown => db.prepare('PRAGMA user_version').get()?.['user_version'];

export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const value = work();
    db.exec('COMMIT');
    return value;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}
