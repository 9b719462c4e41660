import type { HealthDto } from '@cardwatch/contracts/api';
import type { Clock, Logger } from '@cardwatch/kernel';
import type { OperationsRole } from '../store/operations/roles.ts';
import type { PeopleRole } from '../store/people/roles.ts';
import type { ReadRole } from '../store/read/roles.ts';
import type { LinkDoor } from './alarm/link-door.ts';
import type { KeyRing } from './keys/ring.ts';
import type { Gate } from './password/gate.ts';
import type { Passwords } from './password/hash.ts';
import type { MapImages } from './maps/images.ts';
import type { SessionEnds } from './session/ends.ts';
import type { Previews } from './topology/previews.ts';
import type { SheetDesk } from './topology/sheet-desk.ts';
import type { WatchDesk } from './watch-desk.ts';

/** What the running collector knows of itself, beside the store. */
export interface LiveFigures {
  readonly startedAt: number;
  readonly ingest: HealthDto['ingest'];
  readonly broker: HealthDto['broker'];
  /** Left out: nobody was refused. */
  readonly http?: HealthDto['http'];
}

export interface SessionLimits {
  readonly idleMs: number;
  readonly absoluteMs: number;
}

/** Everything a verb may use; put together in one place and handed to each verb as its first argument. */
export interface Services {
  readonly version: string;
  readonly read: ReadRole;
  readonly people: PeopleRole;
  readonly operations: OperationsRole;
  /** Null: no watch runs in this process; its verbs answer `watchDown`. */
  readonly watch: WatchDesk | null;
  readonly keys: KeyRing;
  /** Before the links of messages. */
  readonly linkDoor: LinkDoor;
  readonly passwords: Passwords;
  /** Sign-in and set-up attempts are counted one after the other. */
  readonly attempts: Gate;
  readonly figures: () => LiveFigures;
  /** Told when a command row was made for an agent, so that it goes out at once. */
  readonly commandMade: (agentId: string) => void;
  readonly sessions: SessionLimits;
  /** Told when all sessions of a person have ended at once. */
  readonly sessionEnds: SessionEnds;
  /** Pictures of maps. */
  readonly maps: MapImages;
  readonly sheets: SheetDesk;
  /** Imports that were looked at and not done yet. */
  readonly previews: Previews;
  readonly clock: Clock;
  readonly log: Logger;
}
