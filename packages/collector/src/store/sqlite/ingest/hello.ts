import { EpochNo, type Stream, sessionLimits, streams } from '@cardwatch/contracts';
import { contiguousUpto, type Range, type RangeSet } from '@cardwatch/kernel';
import { contiguousOf, highestOf } from '../../../ingest/accept.core.ts';
import { declare, endless, holesOf } from '../../../ingest/gaps.core.ts';
import type { HelloFacts, HelloOutcome } from '../../roles.ts';
import { readGaps } from './gap-rows.ts';
import { isSparse } from './terminals.ts';
import { int, type Row, text } from './statements.ts';
import type { CommitParts } from './transaction.ts';

interface KnownEpoch {
  readonly no: number;
  readonly uuid: string;
  readonly closed: boolean;
  readonly declaredLast: Readonly<Partial<Record<Stream, number>>>;
}

/** Highest epoch that is taken from an agent whose epoch this ledger does not know; leaves room to grant on. */
const adoptedEpochMax = 0xffff_0000;

/** The whole session opening in one transaction. */
export function openSession(parts: CommitParts, hello: HelloFacts): HelloOutcome {
  const again = isSameStart(parts, hello);
  registerAgent(parts, hello);
  const epochs = knownEpochs(parts, hello.agent);
  const { epoch, reason } = decideEpoch(parts, hello, epochs, again);
  if (reason !== undefined) grant(parts, hello, { epochs, no: epoch.no, reason });
  else keepDeclared(parts, hello, epoch.no, again ? epochs.find(({ no }) => no === epoch.no)?.declaredLast : undefined);
  parts.devices.declare(parts.outbox, hello.agent, hello.devices, hello.now);
  parts.devices.showAll(parts.outbox, hello.agent, hello.now);
  parts.outbox.changed('agent', hello.agent);
  const progress = (stream: Stream) => parts.streams.progress(parts.streams.entry(hello.agent, epoch.no, stream));
  return {
    epoch: { no: EpochNo.parse(epoch.no), uuid: epoch.uuid, granted: reason !== undefined },
    progress: { money: progress('money'), event: progress('event'), health: progress('health') },
    cursors: cursorsOf(parts, hello.agent),
    reason,
  };
}

/** The last hello came from this very process start: the broker repeated it, or its welcome was lost. */
const isSameStart = ({ db }: CommitParts, { agent, instance }: HelloFacts): boolean =>
  db.get('SELECT 1 FROM agent WHERE agent_id = ? AND instance = ?', agent, instance) !== undefined;

/** Who says hello is there, whatever the presence writer has come to. */
function registerAgent({ db, devices }: CommitParts, { agent, site, instance, versions, now }: HelloFacts): void {
  const row = db.get(
    `INSERT INTO agent (agent_id, site_id, secret_hash, created_at, state, since, version, instance, last_seen_at)
     VALUES (?1,?2,'',?3,'online',?3,?4,?5,?3)
     ON CONFLICT (agent_id) DO UPDATE SET version = ?4, instance = ?5, last_seen_at = ?3,
       since = CASE WHEN state = 'online' THEN since ELSE ?3 END, state = 'online' RETURNING since`,
    agent,
    site,
    now,
    versions.agent,
    instance,
  );
  devices.setPresence(agent, { online: true, since: int(row?.['since']) });
}

function knownEpochs({ db }: CommitParts, agent: string): KnownEpoch[] {
  return db.all('SELECT epoch, uuid, closed_at, declared FROM epoch WHERE agent_id = ? ORDER BY epoch', agent).map(knownEpoch);
}

function knownEpoch(row: Row): KnownEpoch {
  const declared =
    row['declared'] === null ? {} : (JSON.parse(text(row['declared'])) as Partial<Record<Stream, { last: number }>>);
  const declaredLast: Partial<Record<Stream, number>> = {};
  for (const stream of streams) declaredLast[stream] = declared[stream]?.last ?? 0;
  return { no: int(row['epoch']), uuid: text(row['uuid']), closed: row['closed_at'] !== null, declaredLast };
}

interface EpochDecision {
  readonly epoch: { readonly no: number; readonly uuid: string };
  readonly reason: HelloOutcome['reason'];
}

/** Goes on with the agent's journal life, or says why it gets a new one. */
function decideEpoch(parts: CommitParts, hello: HelloFacts, epochs: readonly KnownEpoch[], again: boolean): EpochDecision {
  const newest = epochs.at(-1);
  const fresh = { no: Math.max(newest?.no ?? 0, hello.epoch?.no ?? 0) + 1, uuid: hello.newEpochUuid };
  // One process start is granted one epoch, however often and however late its hellos come: it may be writing under it already, and an old hello
  // tells of fewer numbers than were committed since. No journal is rolled back without a new start.
  if (again && newest?.closed === false && isAnswered(hello, newest))
    return { epoch: { no: newest.no, uuid: newest.uuid }, reason: undefined };
  if (hello.epoch === null) return { epoch: fresh, reason: newest === undefined ? 'firstEpoch' : 'journalLost' };
  const { no, uuid } = hello.epoch;
  const known = epochs.find((epoch) => epoch.no === no);
  if (known === undefined) {
    if (no > adoptedEpochMax) return { epoch: { ...fresh, no: (newest?.no ?? 0) + 1 }, reason: 'journalLost' };
    if (newest !== undefined && no < newest.no) return { epoch: fresh, reason: 'journalLost' };
    adopt(parts, hello, no, uuid);
    return { epoch: { no, uuid }, reason: undefined };
  }
  if (known.uuid !== uuid) return { epoch: fresh, reason: 'journalLost' };
  if (known.closed || wasRolledBack(parts, hello, no)) return { epoch: fresh, reason: 'rolledBack' };
  return { epoch: { no, uuid }, reason: undefined };
}

const isAnswered = ({ epoch }: HelloFacts, newest: KnownEpoch): boolean =>
  epoch === null || epoch.no < newest.no || epoch.uuid === newest.uuid;

/** Numbers are committed that the agent says it has not written yet: its disk is an older copy, and would use them again. */
const wasRolledBack = (parts: CommitParts, hello: HelloFacts, epoch: number): boolean =>
  streams.some((stream) => highestOf(parts.streams.entry(hello.agent, epoch, stream).ranges) > hello.last[stream]);

/** A journal life that this ledger does not know (it was restored, or is new): it goes on, and what is missing becomes a visible gap. */
function adopt({ db }: CommitParts, { agent, now }: HelloFacts, no: number, uuid: string): void {
  db.run('UPDATE epoch SET closed_at = ? WHERE agent_id = ? AND closed_at IS NULL AND epoch < ?', now, agent, no);
  db.run("INSERT INTO epoch (agent_id, epoch, uuid, reason, opened_at) VALUES (?,?,?,'adopted',?)", agent, no, uuid, now);
}

function keepDeclared(parts: CommitParts, hello: HelloFacts, epoch: number, before: KnownEpoch['declaredLast'] = {}): void {
  const declared: Partial<Record<Stream, { first: number; last: number }>> = {};
  for (const stream of streams) {
    declared[stream] = { first: hello.first[stream], last: Math.max(hello.last[stream], before[stream] ?? 0) };
    parts.streams.entry(hello.agent, epoch, stream).holesSeen = [];
  }
  parts.db.run('UPDATE epoch SET declared = ? WHERE agent_id = ? AND epoch = ?', JSON.stringify(declared), hello.agent, epoch);
}

interface Grant {
  readonly epochs: readonly KnownEpoch[];
  readonly no: number;
  readonly reason: NonNullable<HelloOutcome['reason']>;
}

function grant(parts: CommitParts, hello: HelloFacts, { epochs, no, reason }: Grant): void {
  const { agent, now, newEpochUuid } = hello;
  for (const old of epochs) {
    if (old.closed) continue;
    parts.db.run('UPDATE epoch SET closed_at = ? WHERE agent_id = ? AND epoch = ?', now, agent, old.no);
    const heldUpto = (stream: Stream): number => (reason === 'rolledBack' && old.no === hello.epoch?.no ? hello.last[stream] : 0);
    for (const stream of ['money', 'event'] as const) recordLoss(parts, hello, { old, stream, heldUpto: heldUpto(stream) });
  }
  parts.db.run(
    'INSERT INTO epoch (agent_id, epoch, uuid, reason, opened_at) VALUES (?,?,?,?,?)',
    agent,
    no,
    newEpochUuid,
    reason,
    now,
  );
}

/**
 * The old journal is gone, or its newest part where an older copy came back: what was still missing of it will not come. One row says so from the watermark
 * on (from behind what the copy holds), even where no missing number is known, because nobody knows how far the journal went: it has no end. Records
 * come again from the terminals; device gaps tell which of them did not.
 */
function recordLoss(parts: CommitParts, hello: HelloFacts, lost: { old: KnownEpoch; stream: Stream; heldUpto: number }): void {
  const entry = parts.streams.entry(hello.agent, lost.old.no, lost.stream);
  const highest = Math.max(highestOf(entry.ranges), lost.old.declaredLast[lost.stream] ?? 0);
  if (highest === 0) return;
  const first = Math.max(contiguousOf(entry.ranges), lost.heldUpto) + 1;
  const present = entry.ranges.map(({ first: from, last }): Range => [from, last]);
  const said = { first, last: Math.max(highest, first), cause: endless, estimateFen: null, lost: true };
  const end = { ...said, first: highest + 1, last: highest + 1 };
  const before = parts.streams.gaps(entry);
  const known = declare(before, present, said, hello.now);
  const after = known.some((row) => row.last >= highest) ? known : declare(known, present, end, hello.now);
  parts.streams.writeGaps(parts.outbox, entry, { before, after });
}

/**
 * Where the ledger stands with each terminal and gate of the agent: the last number up to which nothing is missing, in its newest generation. Numbers that
 * are declared lost do not hold it back, and holes that are natural neither.
 */
function cursorsOf(parts: CommitParts, agent: string): HelloOutcome['cursors'] {
  const newest = parts.db.all(
    `SELECT booked.device_id, max(booked.generation) AS generation FROM booked JOIN device USING (device_id)
     WHERE device.agent_id = ? GROUP BY booked.device_id ORDER BY booked.device_id LIMIT ?`,
    agent,
    sessionLimits.cursors,
  );
  return newest.map((row) => {
    const deviceId = text(row['device_id']);
    const generation = int(row['generation']);
    return { deviceId, generation, lastRecordNo: cursorOf(parts, deviceId, generation) };
  });
}

function cursorOf({ db }: CommitParts, device: string, generation: number): number {
  const rows = db.all('SELECT first, last FROM booked WHERE device_id = ? AND generation = ? ORDER BY first', device, generation);
  const booked: RangeSet = rows.map((row): Range => [int(row['first']), int(row['last'])]);
  const start = booked[0]?.[0] ?? 0;
  if (isSparse(db, device)) return booked.at(-1)?.[1] ?? start;
  if (holesOf(booked).length === 0) return contiguousUpto(booked, start);
  const lost = readGaps(db, { scope: 'device', device, generation }).filter((row) => row.state === 'lost');
  const covered = [...booked, ...lost.map((row): Range => [row.first, row.last])].sort(([a], [b]) => a - b);
  return covered.reduce((upto, [first, last]) => (first <= upto + 1 ? Math.max(upto, last) : upto), start);
}
