import type { CardFiling } from './card-filing.ts';
import type { DeadLetterBook, Withholding } from './dead-letters.ts';
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
  readonly letters: DeadLetterBook;
}

/** What became of one batch so far. */
export interface Tally extends Withholding {
  accepted: number;
  duplicates: number;
  conflicts: number;
  forked: boolean;
  readonly reject: { readonly seq: number; readonly reason: string }[];
}

/** `mayWithhold`: the number is not accepted yet, so that leaving it out keeps it with the agent. */
export const newTally = (forked: boolean, mayWithhold: (seq: number) => boolean): Tally => ({
  accepted: 0,
  duplicates: 0,
  conflicts: 0,
  forked,
  reject: [],
  mayWithhold,
  withheld: [],
});

/** How a sequence number is to be treated. `known`: proven to be what was accepted before, nothing to do. */
export type SeqStanding = 'fresh' | 'doubtful' | 'known';
