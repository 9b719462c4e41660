import type { Stream } from '@cardwatch/contracts';
import type { Statements } from './statements.ts';

export interface DeadLetter {
  readonly agent: string;
  readonly epoch: number;
  readonly stream: Stream;
  readonly seq: number;
  readonly device: string | null;
  readonly kind: 'undecoded' | 'invalid' | 'conflict';
  readonly reason: string;
  readonly contentHash: string;
  readonly bytes: Uint8Array;
  readonly now: number;
}

const insert = `INSERT INTO dead_letter (agent_id, epoch, stream, seq, device_id, kind, reason, content_hash, bytes, received_at)
  VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING`;
const same = 'SELECT 1 FROM dead_letter WHERE device_id = ? AND content_hash = ? AND kind = ? LIMIT 1';

/** Keeps a line that could not be booked. The same terminal record collected again is not kept twice. */
export function keepDeadLetter(db: Statements, letter: DeadLetter): void {
  const { device, contentHash, kind } = letter;
  if (device !== null && db.get(same, device, contentHash, kind) !== undefined) return;
  db.run(
    insert,
    letter.agent,
    letter.epoch,
    letter.stream,
    letter.seq,
    device,
    kind,
    letter.reason.slice(0, 200),
    contentHash,
    letter.bytes,
    letter.now,
  );
}

/** A record that could not be decoded at first is booked now. */
export function resolveDeadLetter(db: Statements, device: string, contentHash: string): void {
  db.run(
    "UPDATE dead_letter SET state = 'resolved' WHERE device_id = ? AND content_hash = ? AND kind = 'undecoded'",
    device,
    contentHash,
  );
}
