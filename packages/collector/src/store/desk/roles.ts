import type { OperationsRole } from '../operations/roles.ts';
import type { PeopleRole } from '../people/roles.ts';
import type { ReadRole } from '../read/roles.ts';

/** All that the API asks of the store. One object, because it lives in one thread beside the ingest writer's. */
export type DeskRole = ReadRole & PeopleRole & OperationsRole;

export interface DeskFiles {
  /** Must have been made by the ingest store. */
  readonly custody: string;
  /** Made when it is not there. */
  readonly people: string;
}

export interface Desk {
  readonly role: DeskRole;
  /** May be called twice. */
  close(): Promise<void>;
}
