import type { CardFiling } from './card-filing.ts';
import type { DeviceBook } from './devices.ts';
import type { OutboxDraft } from './outbox.ts';
import type { RecordInsert } from './records.ts';
import type { Statements } from './statements.ts';
import type { StreamBook } from './streams.ts';
import type { TerminalBook } from './terminals.ts';

/** What one commit works with. */
export interface CommitParts {
  readonly db: Statements;
  readonly outbox: OutboxDraft;
  readonly streams: StreamBook;
  readonly terminals: TerminalBook;
  readonly records: RecordInsert;
  readonly devices: DeviceBook;
  readonly cards: CardFiling;
}

/** What became of one batch so far. */
export interface Tally {
  accepted: number;
  duplicates: number;
  conflicts: number;
  forked: boolean;
  readonly reject: { readonly seq: number; readonly reason: string }[];
}

export const newTally = (forked: boolean): Tally => ({ accepted: 0, duplicates: 0, conflicts: 0, forked, reject: [] });

/** How a sequence number is to be treated. `known`: proven to be what was accepted before, nothing to do. */
export type SeqStanding = 'fresh' | 'doubtful' | 'known';
