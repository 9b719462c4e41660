import type { Stream } from '@cardwatch/contracts';
import type { OutboxDraft } from './outbox.ts';
import { int, type Statements } from './statements.ts';

export interface DeadLetter {
  readonly agent: string;
  readonly epoch: number;
  readonly stream: Stream;
  readonly seq: number;
  readonly device: string | null;
  readonly kind: 'undecoded' | 'invalid' | 'conflict' | 'doubled';
  readonly reason: string;
  readonly contentHash: string;
  readonly bytes: Uint8Array;
  readonly now: number;
}

const insert = `INSERT INTO dead_letter (agent_id, epoch, stream, seq, device_id, kind, reason, content_hash, bytes, received_at)
  VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING`;
const countOpen = "SELECT count(*) AS n FROM dead_letter WHERE agent_id = ? AND state = 'open'";
const resolve =
  "UPDATE dead_letter SET state = 'resolved' WHERE device_id = ? AND content_hash = ? AND kind = 'undecoded' AND state = 'open'";
const same = 'SELECT 1 FROM dead_letter WHERE device_id = ? AND content_hash = ? AND kind = ? LIMIT 1';

/**
 * Open dead letters that one agent may have. Beyond it a number that nobody has accepted yet is withheld: not accepted, so it stays in the agent's journal,
 * comes again, and stands as a gap until there is room. What the agent sent beside it is booked as ever.
 */
export const deadLetterLimits = { openPerAgent: 10_000 } as const;

/** Which numbers may be withheld, and which were. */
export interface Withholding {
  readonly mayWithhold: (seq: number) => boolean;
  readonly withheld: number[];
}

/** Dead letters of all agents, with how many are open of each: counted once, then kept. */
export class DeadLetterBook {
  readonly #db: Statements;
  readonly #open = new Map<string, number>();

  constructor(db: Statements) {
    this.#db = db;
  }

  /** Keeps a line that could not be booked; false when it was withheld. The same terminal record collected again is not kept twice. */
  keep(outbox: OutboxDraft, letter: DeadLetter, { mayWithhold, withheld }: Withholding): boolean {
    const { agent, device, contentHash, kind, seq } = letter;
    if (device !== null && this.#db.get(same, device, contentHash, kind) !== undefined) return true;
    const open = this.#openOf(agent);
    if (open >= deadLetterLimits.openPerAgent && mayWithhold(seq)) {
      withheld.push(seq);
      return false;
    }
    const { epoch, stream, reason, bytes, now } = letter;
    const made = this.#db.run(insert, agent, epoch, stream, seq, device, kind, reason.slice(0, 200), contentHash, bytes, now);
    this.#open.set(agent, open + Number(made === 1));
    outbox.changed('deadLetter', agent);
    return true;
  }

  /** A record that could not be decoded at first is booked now. */
  resolve(outbox: OutboxDraft, device: string, contentHash: string): void {
    if (this.#db.run(resolve, device, contentHash) === 0) return;
    // It may be of another agent than the one that brought it now.
    this.#open.clear();
    outbox.changed('deadLetter', device);
  }

  #openOf(agent: string): number {
    let open = this.#open.get(agent);
    if (open === undefined) {
      open = int(this.#db.get(countOpen, agent)?.['n']);
      this.#open.set(agent, open);
    }
    return open;
  }

  /** Forgets what is in memory: it is counted again. For a rolled-back transaction. */
  reset(): void {
    this.#open.clear();
  }
}
