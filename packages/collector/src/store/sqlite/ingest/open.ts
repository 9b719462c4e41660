import { DatabaseSync } from 'node:sqlite';
import type { IngestStore } from '../../roles.ts';
import { openCustodyFile } from '../connection.ts';
import { SqliteIngestStore } from './store.ts';

/** Path of the custody store, or `':memory:'` for tests; a database that is open and has the schema, for simulation: the store closes it. */
export type StorePlace = string | { readonly file: string } | DatabaseSync;

/** Opens the custody store in this thread. Throws `SqliteTooOld`, `SchemaTooNew` or the database's own error when it cannot be opened. */
export function openIngestStore(place: StorePlace): IngestStore {
  if (place instanceof DatabaseSync) return new SqliteIngestStore(place);
  return new SqliteIngestStore(openCustodyFile(typeof place === 'string' ? place : place.file));
}
