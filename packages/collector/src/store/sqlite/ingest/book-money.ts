import { hash } from 'node:crypto';
import type { UndecodedRecord } from '@cardwatch/contracts';
import { minuteMs } from '@cardwatch/kernel';
import { type Booking, decideBooking } from '../../../ingest/book.core.ts';
import { MoneyTexts, moneyColumn, moneyColumns } from '../../../ingest/money-rows.core.ts';
import type { ParsedBatch, ParsedLine } from '../../roles.ts';
import type { TerminalEntry } from './terminals.ts';
import type { CommitParts, SeqStanding, Tally } from './transaction.ts';

type MoneyBatch = Extract<ParsedBatch, { stream: 'money' }> & { readonly texts: MoneyTexts };

/** A record that comes later than this after its device time is late in the flow. */
const lateMs = 300_000;

/** Books every record that its business key does not know, whatever the sequence says. */
export function bookMoney(
  parts: CommitParts,
  parsed: Extract<ParsedBatch, { stream: 'money' }>,
  standing: (seq: number) => SeqStanding,
  tally: Tally,
): void {
  const batch: MoneyBatch = { ...parsed, texts: new MoneyTexts(parsed.rows) };
  bookRows(parts, batch, standing, tally);
  for (const line of batch.others) {
    if (standing(line.seq) === 'known') tally.duplicates++;
    else if (line.ok) keepUndecoded(parts, batch, line, tally);
    else keepInvalid(parts, batch, line, tally);
  }
}

function bookRows(parts: CommitParts, batch: MoneyBatch, standing: (seq: number) => SeqStanding, tally: Tally): void {
  const { numbers } = batch.rows;
  const entries: (TerminalEntry | undefined)[] = [];
  for (let row = 0; row < batch.rows.count; row++) {
    const at = row * moneyColumns;
    const stands = standing(numbers[at + moneyColumn.seq] as number);
    if (stands === 'known') {
      tally.duplicates++;
      continue;
    }
    const device = numbers[at + moneyColumn.device] as number;
    const generation = numbers[at + moneyColumn.generation] as number;
    let entry = entries[device];
    if (entry?.generation !== generation) {
      entry = openTerminal(parts, batch, device, generation);
      entries[device] = entry;
    }
    count(tally, stands, bookRow(parts, batch, row, entry, tally));
  }
}

/** A number that was accepted before and brings a record that nobody knew: two journals share one identity. */
function count(tally: Tally, stands: SeqStanding, became: Became): void {
  if (became === 'new') tally.accepted++;
  else if (became === 'conflict') tally.conflicts++;
  else tally.duplicates++;
  if (stands === 'doubtful' && (became === 'new' || became === 'conflict')) tally.forked = true;
}

function openTerminal(
  parts: CommitParts,
  { rows, agent, ingestedAt }: MoneyBatch,
  device: number,
  generation: number,
): TerminalEntry {
  const deviceId = rows.devices[device] as string;
  parts.devices.mention(deviceId, { agent, profile: rows.profiles[device] ?? '', now: ingestedAt });
  return parts.terminals.entry(deviceId, generation, agent);
}

/** `doubled`: booked, but under another generation of its terminal. */
type Became = Booking | 'doubled';

function bookRow(parts: CommitParts, batch: MoneyBatch, row: number, entry: TerminalEntry, tally: Tally): Became {
  const { rows } = batch;
  const recordNo = rows.numbers[row * moneyColumns + moneyColumn.recordNo] as number;
  if (entry.family.length === 1 && entry.booked.add(recordNo)) {
    insertRow(parts, batch, row, entry);
    return 'new';
  }
  const contentHash = batch.texts.contentHash(row);
  const counted = entry.booked.has(recordNo);
  const bookedHash = counted ? parts.records.hashOf(entry.device, entry.generation, recordNo) : undefined;
  const booking = decideBooking(counted, bookedHash, contentHash);
  if (booking === 'conflict') keepOpen(parts, batch, { row, entry, kind: booking, as: 'with other content' }, tally);
  if (booking !== 'new') return booking;
  const other = bookedAs(parts, entry, recordNo, contentHash);
  if (other !== undefined) {
    keepOpen(parts, batch, { row, entry, kind: 'doubled', as: `with the same content as generation ${other}` }, tally);
    return 'doubled';
  }
  entry.booked.add(recordNo);
  insertRow(parts, batch, row, entry);
  if (counted) parts.letters.resolve(parts.outbox, entry.device, contentHash);
  return booking;
}

/**
 * Another generation of the terminal under which this very record stands. An older copy of an agent's card has missed that the numbers began anew, and numbers
 * what the terminal offers again after the generation that it remembers: the same record would stand under two keys.
 */
function bookedAs(parts: CommitParts, entry: TerminalEntry, recordNo: number, contentHash: string): number | undefined {
  const { records, terminals } = parts;
  return terminals
    .elsewhere(entry, recordNo)
    .find(({ generation, written }) => records.hashOf(entry.device, generation, recordNo, written) === contentHash)?.generation;
}

function insertRow(parts: CommitParts, batch: MoneyBatch, row: number, entry: TerminalEntry): void {
  const { rows, agent, head, ingestedAt, texts } = batch;
  parts.records.add(rows, row, { agent, epoch: head.epoch, ingestedAt, texts });
  const at = row * moneyColumns;
  const observedAt = rows.numbers[at + moneyColumn.observedAt] as number;
  const minute = observedAt - (observedAt % minuteMs);
  let sum = entry.flow.get(minute);
  if (sum === undefined) {
    sum = { records: 0, turnoverFen: 0, lateRecords: 0 };
    entry.flow.set(minute, sum);
  }
  sum.records++;
  sum.turnoverFen += rows.numbers[at + moneyColumn.turnoverFen] as number;
  if (ingestedAt - observedAt > lateMs) sum.lateRecords++;
  if (observedAt > entry.lastRecordAt) entry.lastRecordAt = observedAt;
}

interface Unbooked {
  readonly row: number;
  readonly entry: TerminalEntry;
  readonly kind: 'conflict' | 'doubled';
  /** How it is booked. */
  readonly as: string;
}

/** Not booked and not dropped: people decide. Two records of a terminal without a clock may be alike to the last bit. */
function keepOpen(parts: CommitParts, batch: MoneyBatch, { row, entry, kind, as }: Unbooked, tally: Tally): void {
  const { rows, agent, head, ingestedAt } = batch;
  const at = row * moneyColumns;
  const seq = rows.numbers[at + moneyColumn.seq] as number;
  const reason = `record ${rows.numbers[at + moneyColumn.recordNo]} of generation ${entry.generation} is booked ${as}`;
  const letter = {
    agent,
    epoch: head.epoch,
    stream: 'money' as const,
    seq,
    device: entry.device,
    kind,
    reason,
    contentHash: batch.texts.contentHash(row),
    bytes: rows.body.subarray(rows.numbers[at + moneyColumn.lineStart], rows.numbers[at + moneyColumn.lineEnd]),
    now: ingestedAt,
  };
  if (parts.letters.keep(parts.outbox, letter, tally)) tally.reject.push({ seq, reason });
}

type GoodLine<T> = Extract<ParsedLine<T>, { ok: true }>;
type BadLine = Extract<ParsedLine<never>, { ok: false }>;

/** Its number is accounted for, so it is no gap; the record itself is open as a dead letter. */
function keepUndecoded(
  parts: CommitParts,
  batch: MoneyBatch,
  { seq, line, bytes }: GoodLine<UndecodedRecord>,
  tally: Tally,
): void {
  const { agent, head, ingestedAt } = batch;
  const { deviceId, generation, recordNo, contentHash, reason } = line;
  parts.devices.mention(deviceId, { agent, profile: line.profile, now: ingestedAt });
  const entry = parts.terminals.entry(deviceId, generation, agent);
  if (recordNo !== undefined && parts.records.hashOf(deviceId, generation, recordNo) === contentHash) {
    tally.duplicates++;
    return;
  }
  const letter = { agent, epoch: head.epoch, stream: 'money', seq, device: deviceId, kind: 'undecoded', reason } as const;
  if (!parts.letters.keep(parts.outbox, { ...letter, contentHash, bytes, now: ingestedAt }, tally)) return;
  if (recordNo !== undefined) entry.booked.add(recordNo);
  tally.reject.push({ seq, reason: `undecoded: ${reason}`.slice(0, 120) });
}

/** A line that says nothing we understand: kept as it is. */
export function keepInvalid(parts: CommitParts, batch: ParsedBatch, { seq, reason, bytes }: BadLine, tally: Tally): void {
  const { agent, head, stream, ingestedAt } = batch;
  const contentHash = hash('sha256', bytes, 'hex').slice(0, 32);
  const letter = { agent, epoch: head.epoch, stream, seq, device: null, kind: 'invalid', reason } as const;
  const kept = parts.letters.keep(parts.outbox, { ...letter, contentHash, bytes, now: ingestedAt }, tally);
  if (kept) tally.reject.push({ seq, reason: `invalid: ${reason}`.slice(0, 120) });
}
