import { DatabaseSync } from 'node:sqlite';
import { custodyMigrations, migrate } from './migrate.ts';

export const connectionLimits = {
  cacheKib: 64 * 1024,
  busyTimeoutMs: 10_000,
  /** Larger than one commit under load, so that a page that every commit touches is copied back once and not each time. */
  checkpointPages: 16_384,
  /** Fewer, larger writes to the log; measured best for this schema. */
  pageBytes: 16_384,
} as const;

/** The oldest SQLite without the WAL-reset bug (3.7.0 to 3.51.2), which can lose committed pages. */
const oldestSqlite = [3, 51, 3] as const;

export class SqliteTooOld extends Error {
  constructor(found: string) {
    super(
      `SQLite ${found} can lose committed data (WAL-reset bug); ${oldestSqlite.join('.')} or newer is needed: use a newer Node`,
    );
  }
}

/** Opens the custody store for writing, in WAL with FULL synchronisation: what COMMIT returned survives a power cut. */
export function openCustodyFile(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: connectionLimits.busyTimeoutMs });
  try {
    refuseOldSqlite(String(db.prepare('SELECT sqlite_version() AS version').get()?.['version']));
    db.exec(`PRAGMA page_size = ${connectionLimits.pageBytes}`);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY');
    db.exec(`PRAGMA cache_size = -${connectionLimits.cacheKib}; PRAGMA wal_autocheckpoint = ${connectionLimits.checkpointPages}`);
    db.exec('PRAGMA journal_size_limit = 268435456');
    migrate(db, custodyMigrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

export function refuseOldSqlite(version: string): void {
  const found = version.split('.').map(Number);
  const difference = oldestSqlite.map((wanted, at) => (found[at] ?? 0) - wanted).find((step) => step !== 0) ?? 0;
  if (difference < 0) throw new SqliteTooOld(version);
}
