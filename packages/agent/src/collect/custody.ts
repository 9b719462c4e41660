/**
 * Taking a terminal's records into our custody, in an order that no crash can turn into a loss:
 * read, number, append (durable), persist the cursor, and only then confirm to the terminal.
 */
import type { CollectMode, DeviceId } from '@cardwatch/contracts';
import type { Observation, RawRecord, Recollection } from '@cardwatch/drivers';
import { type Clock, err, type Logger, ok, type Range, type Result } from '@cardwatch/kernel';
import type { Journal, JournalFailure } from '../journal/journal.ts';
import { normaliseRecord } from '../normalise/normalise.core.ts';
import type { CursorFailure, RecordCrypto } from '../ports.ts';
import { lineOf } from '../report/line.ts';
import { announce, appendLimits, appendLines } from './announce.ts';
import { bookEvents } from './book-events.ts';
import type { DeviceCursor } from './cursor.ts';
import type { CursorKeeper } from './cursor-keeper.ts';
import { type FilledPiece, fillGap, settleTotals, type Taken } from './gap.core.ts';
import { beginGeneration, generationOf, type Sighting, takeNumbers } from './generation.core.ts';
import { type LifeOf, livesOf, sightingOf, toldBy, withTimes } from './lives.ts';
import type { StorageGuard } from './storage-guard.ts';
import { countsRecords, newMemory, type Terminal, toldEvent, trustedNo } from './terminal.ts';

export interface CustodyParts {
  readonly journal: Journal;
  readonly cursors: CursorKeeper;
  readonly crypto: RecordCrypto;
  readonly guard: StorageGuard;
  readonly clock: Clock;
  readonly log: Logger;
}

export type CustodyFailure = JournalFailure | ({ readonly kind: 'cursor' } & { readonly cause: CursorFailure });

/** Takes over all records and events of one observation. When it fails the device keeps them: nothing was confirmed. */
export async function takeOver(
  terminal: Terminal,
  observation: Observation,
  parts: CustodyParts,
  signal: AbortSignal,
): Promise<Result<void, CustodyFailure>> {
  for (const life of livesOf(terminal, observation, parts.cursors.get(terminal.deviceId), parts.crypto)) {
    const taken = await takeLife(terminal, life, parts);
    if (!taken.ok) return taken;
  }
  return confirm(terminal, observation, parts, signal);
}

async function takeLife(
  terminal: Terminal,
  { observation, restarted }: LifeOf,
  parts: CustodyParts,
): Promise<Result<void, CustodyFailure>> {
  const sighting = { ...sightingOf(terminal, observation), restarted };
  const before = parts.cursors.get(terminal.deviceId);
  const opened = await (goesOn(before, sighting) ? ok(before) : openGeneration(terminal, before, sighting, parts));
  if (!opened.ok) return opened;
  const { cursor: moved, numbers, filled } = takeNumbers(opened.value, sighting, parts.clock.now());
  const selling = countsRecords(terminal, observation);
  const from = { cursor: opened.value, mode: modeOf(terminal, observation) };
  const { records, events = [] } = observation;
  const taken = await (records.length === 0
    ? nothingTaken
    : appendRecords(terminal, records, selling ? numbers : [], from, parts));
  if (!taken.ok) return taken;
  const booking = { numbersFrom: selling ? undefined : opened.value, generation: opened.value.generation };
  const booked = await (events.length === 0 ? nothingBooked : bookEvents(terminal, events, booking, parts));
  if (!booked.ok) return booked;
  // A gap that was filled before it had an estimate: what is missing can no longer be told from the totals.
  const clear = filled.every(({ gap }) => gap.announced);
  const sum = clear ? taken.value : { ...taken.value, netFen: undefined };
  const settled = settleTotals(moved, selling ? observation.facts : {}, sum, observation.more);
  const timed =
    sighting.asTheyCome === true
      ? withTimes(settled, opened.value, sighting, toldBy(terminal, observation, parts.crypto))
      : settled;
  const told = await announce(terminal.deviceId, timed, filled, !observation.more, parts);
  return keep(terminal.deviceId, before, told, sighting.offered.length > 0, parts);
}

const modeOf = ({ way }: Terminal, { collectMode }: Observation): CollectMode =>
  collectMode ?? (way === 'listen' ? 'realtime' : 'poll');

const goesOn = (before: DeviceCursor | undefined, sighting: Sighting): before is DeviceCursor =>
  before !== undefined && generationOf(before, sighting) === before.generation;

async function openGeneration(
  terminal: Terminal,
  before: DeviceCursor | undefined,
  sighting: Sighting,
  { cursors, clock, log, guard }: CustodyParts,
): Promise<Result<DeviceCursor, CustodyFailure>> {
  const generation = generationOf(before, sighting);
  const cursor = beginGeneration(before, generation, sighting.facts, clock.now());
  terminal.memory.numbered.clear();
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

const nothingTaken: Result<Taken, never> = ok({ records: 0, netFen: 0 });
const nothingBooked: Result<void, never> = ok(undefined);

async function appendRecords(
  terminal: Terminal,
  records: readonly RawRecord[],
  numbers: readonly (number | undefined)[],
  { cursor, mode }: Appending,
  parts: CustodyParts,
): Promise<Result<Taken, CustodyFailure>> {
  const { deviceId, profile, driftMs, memory } = terminal;
  const context = { deviceId, profile, driftMs, generation: cursor.generation, collectMode: mode, crypto: parts.crypto };
  let count = 0;
  let netFen: number | undefined = 0;
  for (let at = 0; at < records.length; at += appendLimits.linesPerAppend) {
    const lines: Uint8Array[] = [];
    const written: (readonly [number, string])[] = [];
    for (const [index, raw] of records.slice(at, at + appendLimits.linesPerAppend).entries()) {
      const number = numbers[at + index];
      const hash = parts.crypto.contentHash(raw.raw);
      if (number !== undefined && memory.numbered.get(number) === hash) {
        memory.duplicates++;
        continue;
      }
      const trusted = raw.check !== 'bad' || raw.recordNo === number;
      const normal = normaliseRecord(
        trusted ? raw : { ...raw, recordNo: undefined },
        { ...context, contentHash: hash },
        parts.clock.now(),
      );
      lines.push(lineOf(normal.line));
      if (number !== undefined) written.push([number, hash]);
      if (raw.check === 'bad' || (number !== undefined && number <= (cursor.lastRecordNo ?? -1))) continue;
      count++;
      netFen = normal.netFen === undefined || netFen === undefined ? undefined : netFen + normal.netFen;
    }
    const appended = await appendLines('money', lines, parts);
    if (!appended.ok) return appended;
    for (const [number, hash] of written) memory.numbered.put(number, hash);
  }
  return ok({ records: count, netFen });
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
  // Not confirmed: the terminal offers the same records again, and they are known by their hash.
  if (!confirmed.ok) log.log('warn', 'confirmFailed', { device: terminal.deviceId, kind: confirmed.error.kind });
  else if (terminal.way === 'poll' && countsRecords(terminal, observation)) terminal.memory.numbered.clear();
  return ok(undefined);
}

export interface Refilled {
  readonly recovered: number;
  readonly overwritten: readonly Range[];
}

/** Books records and events that were read again by number (补采), and closes the gaps that they fill. They need no confirmation to the device. */
export async function refill(
  terminal: Terminal,
  recollection: Recollection,
  [from, to]: Range,
  parts: CustodyParts,
): Promise<Result<Refilled, CustodyFailure>> {
  const cursor = parts.cursors.get(terminal.deviceId);
  if (cursor === undefined) return err({ kind: 'noEpoch' });
  const inRange = (number: number | undefined): boolean => number !== undefined && number >= from && number <= to;
  const records = recollection.records.filter((raw) => inRange(trustedNo(raw)));
  const events = (recollection.events ?? []).filter((raw) => inRange(toldEvent(raw).number));
  const numbers = records.map(({ recordNo }) => recordNo);
  const again = { ...terminal, memory: newMemory() };
  const appended = await appendRecords(again, records, numbers, { cursor, mode: 'recollect' }, parts);
  if (!appended.ok) return appended;
  const selling = terminal.profile.records !== undefined;
  const booking = { numbersFrom: undefined, generation: cursor.generation };
  const booked = await bookEvents(again, selling ? [] : events, booking, parts);
  if (!booked.ok) return booked;
  const found = selling ? numbers : events.map((raw) => toldEvent(raw).number);
  const { gaps, filled } = fillAll(parts.cursors.get(terminal.deviceId) ?? cursor, found);
  const told = await announce(terminal.deviceId, { ...cursor, gaps }, filled, true, parts);
  const kept = await keep(terminal.deviceId, cursor, told, found.length > 0, parts);
  return kept.ok ? ok({ recovered: found.length, overwritten: recollection.overwritten }) : kept;
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
