import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface DataFolder {
  readonly folder: string;
  readonly custody: string;
  readonly people: string;
  readonly watch: string;
}

/** The data folder, made with mode 0700 when it is not there. */
export function dataFolder(folder: string): DataFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { folder, custody: join(folder, 'cardwatch.db'), people: join(folder, 'people.db'), watch: join(folder, 'watch.db') };
}

/** Takes the folder for this process, until it ends however it ends: the lock is the operating system's, held through SQLite. Undefined when taken. */
export function lockFolder({ folder }: DataFolder): (() => void) | undefined {
  const db = new DatabaseSync(join(folder, 'run.lock'), { timeout: 0 });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    db.close();
    return undefined;
  }
  return () => {
    if (db.isOpen) db.close();
  };
}

/** Closes what SQLite made with the default mode. */
export function guardFiles({ custody, people, watch, folder }: DataFolder): void {
  for (const file of [custody, people, watch, join(folder, 'run.lock')].flatMap((name) => [name, `${name}-wal`, `${name}-shm`])) {
    if (existsSync(file)) chmodSync(file, 0o600);
  }
}
