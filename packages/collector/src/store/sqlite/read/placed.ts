/**
 * Where a device stands: by the register where it says so, else as its agent declares. A temporary view of this connection stands before the table `device`, so
 * that every question here reads the same truth that rules, alarms and figures go by. It is a view of one table without a join: SQLite folds it into the
 * question, and what does not ask for a place pays nothing.
 */
import { existsSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { DevicePlace } from '@cardwatch/contracts/watch';
import { homeOf } from '../../../core/register/home.core.ts';
import type { ReadConnection } from './connection.ts';
import { int, json, text } from './row.ts';

const overridden: Readonly<Record<string, string>> = {
  campus: 'coalesce((SELECT placed.campus FROM temp.placed WHERE placed.device_id = d.device_id), d.campus) AS campus',
  area: 'CASE WHEN EXISTS (SELECT 1 FROM temp.placed WHERE placed.device_id = d.device_id) THEN (SELECT placed.area FROM temp.placed WHERE placed.device_id = d.device_id) ELSE d.area END AS area',
  place:
    'coalesce((SELECT json_patch(d.place, placed.patch) FROM temp.placed WHERE placed.device_id = d.device_id), d.place) AS place',
};

/** As a change (RFC 7396) of the place that the agent declares; the kind of area is the agent's to say. */
function patchOf(place: DevicePlace): { readonly campus: string; readonly area: string | null; readonly patch: string } {
  const [, building = null, area = null] = place.area.split('/');
  const { campus } = homeOf(place);
  return { campus, area, patch: JSON.stringify({ campus, zone: place.zone, building, area }) };
}

interface WatchFile {
  readonly db: DatabaseSync;
  readonly version: StatementSync;
  readonly latest: StatementSync;
}

export class RegisterPlaces {
  readonly #connection: ReadConnection;
  readonly #file: string;
  #watch: WatchFile | undefined;
  #n = 0;

  /** `watchFile`: `watch.db`, which may come later. To be made before anything is asked. */
  constructor(connection: ReadConnection, watchFile: string) {
    this.#connection = connection;
    this.#file = watchFile;
    this.#write((db) => {
      db.exec(
        'CREATE TEMP TABLE placed (device_id TEXT PRIMARY KEY, campus TEXT NOT NULL, area TEXT, patch TEXT NOT NULL) WITHOUT ROWID',
      );
      const columns = connection.all("SELECT name FROM pragma_table_info('device', 'main')").map((row) => text(row['name']));
      const shown = columns.map((name) => overridden[name] ?? `d.${name} AS ${name}`);
      db.exec(`CREATE TEMP VIEW device AS SELECT ${shown.join(', ')} FROM main.device AS d`);
    });
  }

  /** Takes up the register as it stands now; true: it had changed. */
  refresh(): boolean {
    const watch = this.#open();
    if (watch === undefined) return false;
    const n = int(watch.version.get()?.['n'] ?? 0);
    if (n === this.#n) return false;
    const value = watch.latest.get(n)?.['value'];
    const places = value === undefined ? [] : json<readonly DevicePlace[]>(value);
    this.#write((db) => {
      db.exec('BEGIN');
      db.exec('DELETE FROM temp.placed');
      const insert = db.prepare('INSERT INTO temp.placed (device_id, campus, area, patch) VALUES (?, ?, ?, ?)');
      for (const place of places) {
        const { campus, area, patch } = patchOf(place);
        insert.run(place.deviceId, campus, area, patch);
      }
      db.exec('COMMIT');
    });
    this.#n = n;
    return true;
  }

  close(): void {
    if (this.#watch?.db.isOpen === true) this.#watch.db.close();
  }

  #open(): WatchFile | undefined {
    if (this.#watch !== undefined || !existsSync(this.#file)) return this.#watch;
    const db = new DatabaseSync(this.#file, { readOnly: true, timeout: 2_000 });
    const version = db.prepare("SELECT coalesce(max(n), 0) AS n FROM setting WHERE name = 'places'");
    this.#watch = { db, version, latest: db.prepare('SELECT value FROM setting WHERE n = ?') };
    return this.#watch;
  }

  /** The file itself is opened for reading alone; this is what lets the temporary table of this connection be written. */
  #write(work: (db: DatabaseSync) => void): void {
    const { db } = this.#connection;
    db.exec('PRAGMA query_only = OFF');
    try {
      work(db);
    } finally {
      db.exec('PRAGMA query_only = ON');
    }
  }
}
