import type { DatabaseSync } from 'node:sqlite';
import { assert } from '@cardwatch/kernel';
import { custody } from './migrations/001-custody.ts';
import { events } from './migrations/003-events.ts';
import { parents } from './migrations/004-parents.ts';
import { asked } from './migrations/007-asked.ts';
import { hellos } from './migrations/009-hellos.ts';

export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** The custody store, oldest first. A migration that was released is never edited. */
export const custodyMigrations: readonly Migration[] = [custody, events, parents, asked, hellos];

export class SchemaTooNew extends Error {
  constructor(found: number, known: number) {
    super(`the database has schema ${found}, this program knows ${known}: it was written by a newer version`);
  }
}

/** Each migration is one transaction together with its version number: killed half-way, it never happened. */
export function migrate(db: DatabaseSync, migrations: readonly Migration[]): void {
  const known = migrations.at(-1)?.version ?? 0;
  if (schemaVersion(db) === known) return;
  for (const migration of migrations) {
    db.exec('BEGIN IMMEDIATE');
    try {
      const found = schemaVersion(db);
      if (found > known) throw new SchemaTooNew(found, known);
      if (found < migration.version) {
        assert(migration.version === found + 1, 'migrations are numbered without holes');
        db.exec(migration.sql);
        db.exec(`PRAGMA user_version = ${migration.version}`);
      }
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  }
}

export const schemaVersion = (db: DatabaseSync): number => Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
