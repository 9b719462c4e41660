import { hash } from 'node:crypto';
import type { EventLine } from '@cardwatch/contracts';
import type { ParsedBatch, ParsedLine } from '../../roles.ts';
import { keepInvalid } from './book-money.ts';
import { keepDeadLetter } from './dead-letters.ts';
import { textOrNull } from './statements.ts';
import type { CommitParts, SeqStanding, Tally } from './transaction.ts';

type EventBatch = Extract<ParsedBatch, { stream: 'event' }>;
type GoodLine<T> = Extract<ParsedLine<T>, { ok: true }>;

const insertEvent = `INSERT INTO event (agent_id, epoch, seq, type, device_id, observed_at, ingested_at, line) VALUES (?,?,?,?,?,?,?,?)
  ON CONFLICT DO NOTHING`;
const eventLine = 'SELECT line FROM event WHERE agent_id = ? AND epoch = ? AND seq = ?';

/** Events have their number as key: the same number with another line is a second journal under one identity, kept as a conflict. */
export function bookEvents(parts: CommitParts, batch: EventBatch, standing: (seq: number) => SeqStanding, tally: Tally): void {
  for (const line of batch.lines) {
    if (standing(line.seq) === 'known') tally.duplicates++;
    else if (line.ok) bookEvent(parts, batch, line, tally);
    else keepInvalid(parts, batch, line, tally);
  }
}

function bookEvent(parts: CommitParts, batch: EventBatch, { seq, line, bytes }: GoodLine<EventLine>, tally: Tally): void {
  const { agent, head, ingestedAt } = batch;
  const lineText = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const device = 'deviceId' in line ? line.deviceId : null;
  const observedAt = 'observedAt' in line ? line.observedAt : line.recordedAt;
  const made = parts.db.run(insertEvent, agent, head.epoch, seq, line.type, device, observedAt, ingestedAt, lineText);
  if (made === 1) {
    tally.accepted++;
    followEvent(parts, agent, line, ingestedAt);
  } else if (textOrNull(parts.db.get(eventLine, agent, head.epoch, seq)?.['line']) === lineText) tally.duplicates++;
  else keepOtherEvent(parts, batch, { seq, bytes, device }, tally);
}

function keepOtherEvent(
  parts: CommitParts,
  batch: EventBatch,
  line: { seq: number; bytes: Uint8Array; device: string | null },
  tally: Tally,
): void {
  const reason = 'another event has this number';
  tally.conflicts++;
  tally.forked = true;
  tally.reject.push({ seq: line.seq, reason });
  const contentHash = hash('sha256', line.bytes, 'hex').slice(0, 32);
  const { agent, head, ingestedAt } = batch;
  const letter = {
    agent,
    epoch: head.epoch,
    stream: 'event',
    seq: line.seq,
    device: line.device,
    kind: 'conflict',
    reason,
  } as const;
  keepDeadLetter(parts.db, { ...letter, contentHash, bytes: line.bytes, now: ingestedAt });
}

function followEvent(parts: CommitParts, agent: string, line: EventLine, now: number): void {
  if (line.type === 'gap') {
    parts.devices.mention(line.deviceId, { agent, profile: '', now });
    parts.terminals.entry(line.deviceId, line.generation, agent).declared.push({
      first: Math.min(line.from, line.to),
      last: Math.max(line.from, line.to),
      cause: line.cause,
      estimateFen: line.estimateFen ?? null,
      lost: line.closedBy === 'declaredLost',
    });
  }
}
