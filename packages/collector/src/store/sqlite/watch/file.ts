import { DatabaseSync } from 'node:sqlite';
import { refuseOldSqlite } from '../connection.ts';
import { migrate } from '../migrate.ts';
import { watch } from '../migrations/005-watch.ts';
import { register } from '../migrations/007-register.ts';
import { burning } from '../migrations/010-burning.ts';

/** Larger than what a hundred looks under thousands of alarms write: a page that nearly all of them touch is copied back once, and few looks wait for it. */
const checkpointPages = 12_288;

/** `watch.db`, with migrations of its own. FULL: what a commit answered is told to people. */
export function openWatchFile(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  try {
    refuseOldSqlite(String(db.prepare('SELECT sqlite_version() AS version').get()?.['version']));
    db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -4096; PRAGMA journal_size_limit = 67108864',
    );
    db.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
    migrate(db, [watch, register, burning]);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
