import { DatabaseSync } from 'node:sqlite';
import { migrate } from '../migrate.ts';
import { people } from '../migrations/002-people.ts';
import { areas } from '../migrations/006-areas.ts';
import { wall } from '../migrations/008-wall.ts';

/** `people.db`, with migrations of its own. FULL, because an audit row is a promise. */
export function openPeopleFile(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -2048;');
  migrate(db, [people, areas, wall]);
  return db;
}

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
