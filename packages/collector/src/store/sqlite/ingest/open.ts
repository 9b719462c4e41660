import type { IngestStore } from '../../roles.ts';
import { openCustodyFile } from '../connection.ts';
import { SqliteIngestStore } from './store.ts';

/** Path of the custody store, or `':memory:'` for tests and simulation. */
export type StorePlace = string | { readonly file: string };

/** Opens the custody store in this thread. Throws `SqliteTooOld`, `SchemaTooNew` or the database's own error when it cannot be opened. */
export function openIngestStore(place: StorePlace): IngestStore {
  return new SqliteIngestStore(openCustodyFile(typeof place === 'string' ? place : place.file));
}
