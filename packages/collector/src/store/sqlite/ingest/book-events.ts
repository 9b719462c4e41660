import { hash } from 'node:crypto';
import type { EventLine, PassEvent } from '@cardwatch/contracts';
import { minuteMs } from '@cardwatch/kernel';
import type { ParsedBatch, ParsedLine } from '../../roles.ts';
import { keepInvalid } from './book-money.ts';
import { type EventKey, eventKey, sameEvent } from './event-key.ts';
import { type Row, text, textOrNull } from './statements.ts';
import type { CommitParts, SeqStanding, Tally } from './transaction.ts';

type EventBatch = Extract<ParsedBatch, { stream: 'event' }>;
type GoodLine<T> = Extract<ParsedLine<T>, { ok: true }>;

const insertEvent = `INSERT INTO event (agent_id, epoch, seq, type, device_id, observed_at, ingested_at, line, generation, event_no, natural_key, result, method)
  VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING`;
const eventLine = 'SELECT line FROM event WHERE agent_id = ? AND epoch = ? AND seq = ?';
const byNumber = 'SELECT line FROM event WHERE device_id = ? AND generation = ? AND event_no = ?';

/**
 * The sequence number with another line is a second journal under one identity. The device's own number, or all that it told of a pass, is the key over all
 * journals: what comes again with the same content is a duplicate, with other content a conflict.
 */
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
  const key = eventKey(line);
  const made = parts.db.run(
    insertEvent,
    agent,
    head.epoch,
    seq,
    line.type,
    device,
    'observedAt' in line ? line.observedAt : line.recordedAt,
    ingestedAt,
    lineText,
    key.generation,
    key.eventNo,
    key.natural,
    line.type === 'pass' ? line.result : null,
    line.type === 'pass' ? line.method : null,
  );
  if (made === 1) {
    tally.accepted++;
    followEvent(parts, agent, { line, key }, ingestedAt);
    return;
  }
  const there = parts.db.get(eventLine, agent, head.epoch, seq);
  if (there === undefined) bookAgain(parts, batch, { seq, bytes, line, key }, tally);
  else if (text(there['line']) === lineText) tally.duplicates++;
  else keepOther(parts, batch, { seq, bytes, device, reason: 'another event has this number', forked: true }, tally);
}

/** Its own key is known: it came by another journal before. */
function bookAgain(
  parts: CommitParts,
  batch: EventBatch,
  { seq, bytes, line, key }: { seq: number; bytes: Uint8Array; line: EventLine; key: EventKey },
  tally: Tally,
): void {
  const device = 'deviceId' in line ? line.deviceId : null;
  const { generation, eventNo } = key;
  if (eventNo === null || sameEvent(bookedLine(parts.db.get(byNumber, device, generation, eventNo)), line)) tally.duplicates++;
  else {
    const reason = `event ${eventNo} of generation ${generation} is booked with other content`;
    keepOther(parts, batch, { seq, bytes, device, reason, forked: false }, tally);
  }
}

/** What ingest itself wrote, after its schema had judged it. */
const bookedLine = (row: Row | undefined): EventLine => JSON.parse(textOrNull(row?.['line']) ?? '{}') as EventLine;

function keepOther(
  parts: CommitParts,
  batch: EventBatch,
  other: { seq: number; bytes: Uint8Array; device: string | null; reason: string; forked: boolean },
  tally: Tally,
): void {
  const { seq, bytes, device, reason } = other;
  tally.conflicts++;
  if (other.forked) tally.forked = true;
  const { agent, head, ingestedAt } = batch;
  const letter = { agent, epoch: head.epoch, stream: 'event', seq, device, kind: 'conflict', reason } as const;
  const contentHash = hash('sha256', bytes, 'hex').slice(0, 32);
  const kept = parts.letters.keep(parts.outbox, { ...letter, contentHash, bytes, now: ingestedAt }, tally);
  if (kept) tally.reject.push({ seq, reason });
}

function followEvent(parts: CommitParts, agent: string, { line, key }: { line: EventLine; key: EventKey }, now: number): void {
  if (line.type === 'agentNotice') return;
  parts.devices.mention(line.deviceId, { agent, profile: '', now });
  if (line.type === 'gap') {
    parts.terminals.entry(line.deviceId, line.generation, agent).declared.push({
      first: Math.min(line.from, line.to),
      last: Math.max(line.from, line.to),
      cause: line.cause,
      estimateFen: line.estimateFen ?? null,
      lost: line.closedBy === 'declaredLost',
    });
    return;
  }
  if (key.eventNo !== null && key.generation !== null)
    parts.terminals.entry(line.deviceId, key.generation, agent).booked.add(key.eventNo);
  parts.devices.eventSeen(line.deviceId, line.observedAt);
  if (line.type === 'pass') countPass(parts, line);
}

const addPass = `INSERT INTO pass_flow (minute, device_id, granted, denied, other) VALUES (?,?,?,?,?)
  ON CONFLICT DO UPDATE SET granted = granted + excluded.granted, denied = denied + excluded.denied, other = other + excluded.other`;

function countPass({ db, outbox }: CommitParts, { deviceId, observedAt, result }: PassEvent): void {
  const minute = observedAt - (observedAt % minuteMs);
  const granted = Number(result === 'granted' || result === 'taken');
  const denied = Number(result === 'denied' || result === 'notTaken');
  db.run(addPass, minute, deviceId, granted, denied, 1 - granted - denied);
  outbox.changed('passes', minute);
}
