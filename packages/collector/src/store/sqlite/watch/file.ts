import { DatabaseSync } from 'node:sqlite';
import { refuseOldSqlite } from '../connection.ts';
import { migrate } from '../migrate.ts';
import { watch } from '../migrations/005-watch.ts';
import { register } from '../migrations/007-register.ts';
import { burning } from '../migrations/010-burning.ts';

/** Larger than what twenty looks under thousands of alarms write: a page that nearly all of them touch is copied back once. */
export const tidyPages = 8_192;
/** What a commit itself copies back, should nobody tidy. */
const checkpointPages = 16_384;

/** Copies a long log back into the file (some 50 ms): between commits, so that none of them has to. Readers are not waited for. */
export function tidy(db: DatabaseSync): void {
  const { log, checkpointed } = db.prepare('PRAGMA wal_checkpoint(NOOP)').get() ?? {};
  if (Number(log) - Number(checkpointed) >= tidyPages) db.exec('PRAGMA wal_checkpoint(PASSIVE)');
}

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
