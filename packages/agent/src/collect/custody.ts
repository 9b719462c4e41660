/**
 * Taking a terminal's records into our custody, in an order that no crash can turn into a loss:
 * read, number, append (durable), persist the cursor, and only then confirm to the terminal.
 */
import type { CollectMode, DeviceGap, DeviceId } from '@cardwatch/contracts';
import type { CommonProfile, Observation, RawRecord, Recollection } from '@cardwatch/drivers';
import { type Clock, err, type Logger, ok, type Range, type Result } from '@cardwatch/kernel';
import type { Journal, JournalFailure } from '../journal/journal.ts';
import { normaliseRecord } from '../normalise/normalise.core.ts';
import type { CursorFailure, RecordCrypto } from '../ports.ts';
import { lineOf } from '../report/line.ts';
import type { DeviceCursor } from './cursor.ts';
import type { CursorKeeper } from './cursor-keeper.ts';
import { type FilledPiece, fillGap, markAnnounced, settleTotals, type Taken, toAnnounce } from './gap.core.ts';
import { beginGeneration, generationOf, type Offered, type Sighting, takeNumbers } from './generation.core.ts';
import type { StorageGuard } from './storage-guard.ts';

export const custodyLimits = { linesPerAppend: 128, unconfirmed: 1_024 } as const;

export interface CustodyParts {
  readonly journal: Journal;
  readonly cursors: CursorKeeper;
  readonly crypto: RecordCrypto;
  readonly guard: StorageGuard;
  readonly clock: Clock;
  readonly log: Logger;
}

export type CustodyFailure = JournalFailure | ({ readonly kind: 'cursor' } & { readonly cause: CursorFailure });

/** Of one device: what is in the journal and not yet confirmed to the terminal, by record number. */
export type Unconfirmed = Map<number, string>;

export interface Terminal {
  readonly deviceId: DeviceId;
  readonly profile: CommonProfile;
  readonly unconfirmed: Unconfirmed;
  readonly driftMs: number | undefined;
}

/** Takes over all records of one observation. When it fails the terminal keeps them: nothing was confirmed. */
export async function takeOver(
  terminal: Terminal,
  observation: Observation,
  parts: CustodyParts,
  signal: AbortSignal,
): Promise<Result<void, CustodyFailure>> {
  const sighting = sightingOf(observation);
  const before = parts.cursors.get(terminal.deviceId);
  const opened = await openGeneration(terminal, before, sighting, parts);
  if (!opened.ok) return opened;
  const { cursor: moved, numbers, filled } = takeNumbers(opened.value, sighting, parts.clock.now());
  const taken = await appendRecords(terminal, observation.records, numbers, { cursor: opened.value, mode: 'poll' }, parts);
  if (!taken.ok) return taken;
  // A gap that was filled before it had an estimate: what is missing can no longer be told from the totals.
  const clear = filled.every(({ gap }) => gap.announced);
  const sum = clear ? taken.value : { ...taken.value, netFen: undefined };
  const settled = settleTotals(moved, observation.facts, sum, observation.more);
  const told = await announce(terminal.deviceId, settled, filled, !observation.more, parts);
  const kept = await keep(terminal.deviceId, before, told, observation.records.length > 0, parts);
  return kept.ok ? confirm(terminal, observation, parts, signal) : kept;
}

const sightingOf = ({ facts, records, more }: Observation): Sighting => ({ facts, more, offered: records.map(offeredOf) });

// A number from a record whose check failed may be anything; trusting it could jump the cursor over millions.
const offeredOf = (raw: RawRecord): Offered => ({ recordNo: raw.check === 'bad' ? undefined : raw.recordNo });

async function openGeneration(
  terminal: Terminal,
  before: DeviceCursor | undefined,
  sighting: Sighting,
  { cursors, clock, log, guard }: CustodyParts,
): Promise<Result<DeviceCursor, CustodyFailure>> {
  const generation = generationOf(before, sighting);
  if (before !== undefined && generation === before.generation) return ok(before);
  const cursor = beginGeneration(before, generation, sighting.facts, clock.now());
  terminal.unconfirmed.clear();
  if (before === undefined) return ok(cursor);
  log.log('warn', 'generationBegan', { device: terminal.deviceId, generation, lastRecordNo: before.lastRecordNo });
  cursors.put(terminal.deviceId, cursor);
  const saved = await cursors.persist();
  if (saved.ok) return ok(cursor);
  guard.sawFailure(saved.error.detail);
  return err({ kind: 'cursor', cause: saved.error });
}

interface Appending {
  readonly cursor: DeviceCursor;
  readonly mode: CollectMode;
}

async function appendRecords(
  terminal: Terminal,
  records: readonly RawRecord[],
  numbers: readonly (number | undefined)[],
  { cursor, mode }: Appending,
  parts: CustodyParts,
): Promise<Result<Taken, CustodyFailure>> {
  const { deviceId, profile, driftMs, unconfirmed } = terminal;
  const context = { deviceId, profile, driftMs, generation: cursor.generation, collectMode: mode, crypto: parts.crypto };
  let count = 0;
  let netFen: number | undefined = 0;
  const lines: Uint8Array[] = [];
  const written: (readonly [number, string])[] = [];
  for (const [index, raw] of records.entries()) {
    const number = numbers[index];
    const hash = parts.crypto.contentHash(raw.raw);
    if (number !== undefined && unconfirmed.get(number) === hash) continue;
    const trusted = raw.check !== 'bad' || raw.recordNo === number;
    const normal = normaliseRecord(trusted ? raw : { ...raw, recordNo: undefined }, context, parts.clock.now());
    lines.push(lineOf(normal.line));
    if (number !== undefined) written.push([number, hash]);
    if (raw.check === 'bad' || (number !== undefined && number <= (cursor.lastRecordNo ?? -1))) continue;
    count++;
    netFen = normal.netFen === undefined || netFen === undefined ? undefined : netFen + normal.netFen;
  }
  const appended = await appendLines('money', lines, parts);
  if (!appended.ok) return appended;
  for (const [number, hash] of written) if (unconfirmed.size < custodyLimits.unconfirmed) unconfirmed.set(number, hash);
  return ok({ records: count, netFen });
}

async function appendLines(
  stream: 'money' | 'event',
  lines: readonly Uint8Array[],
  { journal, guard }: CustodyParts,
): Promise<Result<void, CustodyFailure>> {
  for (let at = 0; at < lines.length; at += custodyLimits.linesPerAppend) {
    const appended = await journal.append(stream, lines.slice(at, at + custodyLimits.linesPerAppend));
    if (!appended.ok) {
      if (appended.error.kind !== 'noEpoch' && appended.error.kind !== 'closed') guard.sawFailure(appended.error.kind);
      return appended;
    }
  }
  return ok(undefined);
}

/** Puts new gaps and filled ones into the event stream. What could not be written stays unannounced in the cursor and is tried again. */
async function announce(
  deviceId: DeviceId,
  cursor: DeviceCursor,
  filled: readonly FilledPiece[],
  caughtUp: boolean,
  parts: CustodyParts,
): Promise<DeviceCursor> {
  const now = parts.clock.now();
  const found = toAnnounce(cursor, caughtUp, now);
  const event = (gap: FilledPiece['gap'], from: number, to: number): DeviceGap => ({
    type: 'gap',
    deviceId,
    generation: gap.generation,
    from,
    to,
    cause: gap.cause,
    // An estimate is of the whole gap; of a part that was filled the amount is in the ledger.
    ...(gap.estimateFen === undefined || from !== gap.from || to !== gap.to ? {} : { estimateFen: gap.estimateFen }),
    observedAt: now,
    recordedAt: now,
  });
  const opened = found.map((gap) => event(gap, gap.from, gap.to));
  const closed = filled
    .filter(({ gap }) => gap.announced)
    .map(({ gap, from, to }): DeviceGap => ({ ...event(gap, from, to), closedBy: 'recollected' }));
  const written = await appendLines('event', [...opened, ...closed].map(lineOf), parts);
  return written.ok ? markAnnounced(cursor, found) : cursor;
}

async function keep(
  deviceId: DeviceId,
  before: DeviceCursor | undefined,
  cursor: DeviceCursor,
  always: boolean,
  { cursors, guard }: CustodyParts,
): Promise<Result<void, CustodyFailure>> {
  cursors.put(deviceId, cursor);
  const changed = before === undefined || before.lastRecordNo !== cursor.lastRecordNo || before.gaps !== cursor.gaps;
  if (!always && !changed) return ok(undefined);
  const saved = await cursors.persist();
  if (saved.ok) {
    guard.sawSuccess();
    return ok(undefined);
  }
  guard.sawFailure(saved.error.detail);
  return err({ kind: 'cursor', cause: saved.error });
}

async function confirm(
  terminal: Terminal,
  observation: Observation,
  { log }: CustodyParts,
  signal: AbortSignal,
): Promise<Result<void, CustodyFailure>> {
  if (observation.confirm === undefined) return ok(undefined);
  const confirmed = await observation.confirm(signal);
  if (confirmed.ok) terminal.unconfirmed.clear();
  // Not confirmed: the terminal offers the same records again, and they are known by their hash.
  else log.log('warn', 'confirmFailed', { device: terminal.deviceId, kind: confirmed.error.kind });
  return ok(undefined);
}

export interface Refilled {
  readonly recovered: number;
  readonly overwritten: readonly Range[];
}

/** Books records that were read again by number (补采), and closes the gaps that they fill. They need no confirmation to the terminal. */
export async function refill(
  terminal: Terminal,
  recollection: Recollection,
  range: Range,
  parts: CustodyParts,
): Promise<Result<Refilled, CustodyFailure>> {
  const cursor = parts.cursors.get(terminal.deviceId);
  if (cursor === undefined) return err({ kind: 'noEpoch' });
  const inRange = (raw: RawRecord): boolean =>
    raw.check !== 'bad' && raw.recordNo !== undefined && raw.recordNo >= range[0] && raw.recordNo <= range[1];
  const records = recollection.records.filter(inRange);
  const numbers = records.map(({ recordNo }) => recordNo);
  const appended = await appendRecords(
    { ...terminal, unconfirmed: new Map() },
    records,
    numbers,
    { cursor, mode: 'recollect' },
    parts,
  );
  if (!appended.ok) return appended;
  const { gaps, filled } = fillAll(parts.cursors.get(terminal.deviceId) ?? cursor, numbers);
  const told = await announce(terminal.deviceId, { ...cursor, gaps }, filled, true, parts);
  const kept = await keep(terminal.deviceId, cursor, told, true, parts);
  return kept.ok ? ok({ recovered: records.length, overwritten: recollection.overwritten }) : kept;
}

function fillAll(cursor: DeviceCursor, numbers: readonly (number | undefined)[]): ReturnType<typeof fillGap> {
  let gaps: DeviceCursor['gaps'] = cursor.gaps;
  const filled: FilledPiece[] = [];
  for (const [first, last] of runs(numbers)) {
    const step = fillGap(gaps, cursor.generation, [first, last]);
    gaps = step.gaps;
    filled.push(...step.filled);
  }
  return { gaps, filled };
}

function runs(numbers: readonly (number | undefined)[]): Range[] {
  const sorted = numbers.filter((number): number is number => number !== undefined).sort((a, b) => a - b);
  const found: [number, number][] = [];
  for (const number of sorted) {
    const last = found.at(-1);
    if (last !== undefined && number <= last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  return found;
}
