import type { OperationsRole } from '../operations/roles.ts';
import type { PeopleRole } from '../people/roles.ts';
import type { ReadRole } from '../read/roles.ts';
import type { WatchReader } from '../watch/roles.ts';

/** Questions about the watch's rows by their names in `WatchReader`: they are answered where all questions are, and never hold the watch up. */
export interface WatchQuestions {
  readWatch<K extends keyof WatchReader>(name: K, args: Parameters<WatchReader[K]>): Promise<Awaited<ReturnType<WatchReader[K]>>>;
}

/** All that the API asks of the store. One object, because it lives in one thread beside the ingest writer's. */
export type DeskRole = ReadRole & PeopleRole & OperationsRole & WatchQuestions;

export interface DeskFiles {
  /** Must have been made by the ingest store. */
  readonly custody: string;
  /** Made when it is not there. */
  readonly people: string;
  /** Made by the watch; asked for when somebody asks. */
  readonly watch: string;
}

export interface Desk {
  readonly role: DeskRole;
  /** May be called twice. */
  close(): Promise<void>;
}
