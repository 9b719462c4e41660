/**
 * From what a terminal tells of its counter to business keys. All is derived from the last durable cursor and from what the terminal says,
 * so that a record that is taken over twice around a crash gets the same key twice.
 */
import type { DeviceFacts } from '@cardwatch/drivers';
import { assert } from '@cardwatch/kernel';
import type { DeviceCursor, OpenGap } from './cursor.ts';
import { addGap, type FilledPiece, fillGap } from './gap.core.ts';

/** One record of an observation, in the order of the terminal's memory. */
export interface Offered {
  /** undefined when the number cannot be trusted (record check failed) or is not there. */
  readonly recordNo: number | undefined;
}

export interface Sighting {
  readonly facts: DeviceFacts;
  readonly offered: readonly Offered[];
  /** More records wait on the terminal. */
  readonly more: boolean;
  /** Told as they come: the highest number that is offered is not the newest of the device. */
  readonly asTheyCome?: boolean;
  /** What is offered is the beginning of a new life. */
  readonly restarted?: boolean;
  /** The numbers have holes by nature. */
  readonly sparse?: boolean;
}

/** Rise of a terminal's store life that is still taken at its word; above it the register is not of the same board. */
const lifeRiseMax = 1_000;

const lives16 = 0x1_0000;

/** Lives from one to the other. A register of 16 bits goes on at 0, so that whoever missed the lives in between comes to the same generation. */
const riseOf = (from: number, to: number): number => (to < from && from < lives16 ? to + lives16 - from : to - from);

/**
 * The generation that the sighting belongs to. It rises when the terminal's numbers restarted: another store life, a newest number or a total
 * below what was seen before. The first contact takes the store life itself, so that a lost cursor finds the same number again.
 */
export function generationOf(cursor: DeviceCursor | undefined, sighting: Sighting): number {
  const { storeLife, totalRecords } = sighting.facts;
  if (cursor === undefined) return Math.max(1, storeLife ?? 1);
  if (storeLife !== undefined && cursor.storeLife !== undefined && storeLife !== cursor.storeLife) {
    const rise = riseOf(cursor.storeLife, storeLife);
    return cursor.generation + (rise > 0 && rise <= lifeRiseMax ? rise : 1);
  }
  if (storeLife !== undefined && cursor.storeLife === undefined && storeLife > cursor.generation) return storeLife;
  if (sighting.restarted === true) return cursor.generation + 1;
  const newest = newestOf(sighting);
  const seen = Math.max(cursor.lastRecordNo ?? 0, cursor.newestSeen ?? 0);
  const fell = newest !== undefined && newest < seen;
  const totalFell = totalRecords !== undefined && cursor.totalRecords !== undefined && totalRecords < cursor.totalRecords;
  return fell || totalFell ? cursor.generation + 1 : cursor.generation;
}

/** The newest number of the terminal: by its register, else by the last record when it offered all it has. */
function newestOf({ facts, offered, more, asTheyCome }: Sighting): number | undefined {
  if (facts.newestRecordNo !== undefined) return facts.newestRecordNo;
  if (more || asTheyCome === true) return undefined;
  const numbers = offered.flatMap(({ recordNo }) => (recordNo === undefined ? [] : [recordNo]));
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

/** The cursor at the start of `generation`. What the old life is known to have held beyond its cursor is a gap that nothing can fill. */
export function beginGeneration(
  cursor: DeviceCursor | undefined,
  generation: number,
  facts: DeviceFacts,
  nowMs: number,
): DeviceCursor {
  const fresh = {
    generation,
    ...(facts.storeLife === undefined ? {} : { storeLife: facts.storeLife }),
    ...(facts.totalRecords === undefined ? {} : { totalRecords: facts.totalRecords }),
  };
  if (cursor === undefined) return { ...fresh, gaps: [] };
  assert(generation > cursor.generation, 'a generation only rises');
  const last = cursor.lastRecordNo ?? 0;
  const lost = cursor.lastRecordNo !== undefined && (cursor.newestSeen ?? 0) > last;
  const gaps = lost
    ? addGap(cursor.gaps, newGap(cursor.generation, last + 1, cursor.newestSeen ?? last, 'generationEnded', nowMs))
    : cursor.gaps;
  // A new life begins at number 1 and at totals of zero; the counter of overwritten records may go on.
  return {
    ...fresh,
    lastRecordNo: 0,
    overwritten: facts.overwrittenRecords ?? cursor.overwritten ?? 0,
    totals: { records: 0, fen: 0, sinceRecords: 0, sinceFen: 0, certain: true },
    gaps,
  };
}

export const newGap = (generation: number, from: number, to: number, cause: OpenGap['cause'], foundAt: number): OpenGap => ({
  generation,
  from,
  to,
  cause,
  foundAt,
  announced: false,
  asked: false,
});

export interface Numbered {
  readonly cursor: DeviceCursor;
  /** Number of each offered record; for one that could not be read the number its place implies, when it implies one. */
  readonly numbers: readonly (number | undefined)[];
  /** Parts of older gaps that these records filled. */
  readonly filled: readonly FilledPiece[];
}

/** Moves the cursor over the offered records of its own generation and finds what is missing in between. */
export function takeNumbers(cursor: DeviceCursor, sighting: Sighting, nowMs: number): Numbered {
  const { facts, offered } = sighting;
  let step = firstContact(cursor, sighting, nowMs);
  const numbers: (number | undefined)[] = [];
  const filled: FilledPiece[] = [];
  for (const [index, { recordNo }] of offered.entries()) {
    const implied = sighting.sparse === true ? undefined : impliedNumber(step, offered, index, facts.newestRecordNo);
    numbers.push(recordNo ?? implied);
    if (recordNo === undefined) step = implied === undefined ? step : unreadable(step, implied, nowMs);
    else {
      const taken = take(step, recordNo, sighting, nowMs);
      step = taken.cursor;
      filled.push(...taken.filled);
    }
  }
  return { cursor: remember(unoffered(step, sighting, nowMs), sighting), numbers, filled };
}

/**
 * Numbers that the terminal showed the last time too and has to give to nobody any more, and that we do not know: they were confirmed to a state of this
 * agent that is no longer there (an older copy of its card). One sighting is not enough, the newest number may be read after the count of what waits.
 */
function unoffered(cursor: DeviceCursor, { facts, offered, more, sparse }: Sighting, nowMs: number): DeviceCursor {
  const { lastRecordNo: last, newestSeen = 0 } = cursor;
  const shown = Math.min(newestSeen, facts.newestRecordNo ?? 0);
  const nothingWaits = facts.uncollected === 0 && offered.length === 0 && !more && sparse !== true;
  if (!nothingWaits || last === undefined || shown <= last) return cursor;
  const gap = newGap(cursor.generation, last + 1, shown, 'skipped', nowMs);
  return { ...cursor, lastRecordNo: shown, gaps: addGap(cursor.gaps, gap) };
}

function take(
  cursor: DeviceCursor,
  recordNo: number,
  { facts, sparse }: Sighting,
  nowMs: number,
): { cursor: DeviceCursor; filled: FilledPiece[] } {
  const last = cursor.lastRecordNo ?? recordNo - 1;
  if (recordNo <= last) {
    const { gaps, filled } = fillGap(cursor.gaps, cursor.generation, [recordNo, recordNo]);
    return { cursor: { ...cursor, gaps }, filled };
  }
  const overwritten = (facts.overwrittenRecords ?? 0) !== (cursor.overwritten ?? 0);
  const cause = overwritten ? 'overwritten' : 'skipped';
  const gaps =
    recordNo === last + 1 || sparse === true
      ? cursor.gaps
      : addGap(cursor.gaps, newGap(cursor.generation, last + 1, recordNo - 1, cause, nowMs));
  return { cursor: { ...cursor, lastRecordNo: recordNo, gaps }, filled: [] };
}

function unreadable(cursor: DeviceCursor, recordNo: number, nowMs: number): DeviceCursor {
  const gap = newGap(cursor.generation, recordNo, recordNo, 'unreadable', nowMs);
  return { ...cursor, lastRecordNo: recordNo, gaps: addGap(cursor.gaps, gap) };
}

/** A record that cannot be read stands between its neighbours: its number is the next one when that is still free. */
function impliedNumber(
  cursor: DeviceCursor,
  offered: readonly Offered[],
  index: number,
  newestRecordNo: number | undefined,
): number | undefined {
  if (cursor.lastRecordNo === undefined) return undefined;
  const implied = cursor.lastRecordNo + 1;
  const next = offered.slice(index + 1).find(({ recordNo }) => recordNo !== undefined)?.recordNo;
  const bound = next ?? (newestRecordNo === undefined ? undefined : newestRecordNo + 1);
  return bound !== undefined && implied < bound ? implied : undefined;
}

/** At first contact the count begins with what is offered; what the terminal says it has overwritten before is a gap. */
function firstContact(cursor: DeviceCursor, { facts, offered, sparse }: Sighting, nowMs: number): DeviceCursor {
  if (cursor.lastRecordNo !== undefined) return cursor;
  const first = offered.find(({ recordNo }) => recordNo !== undefined)?.recordNo;
  const empty = facts.uncollected === 0 ? facts.newestRecordNo : undefined;
  const last = first === undefined ? empty : Math.max(0, first - 1);
  if (last === undefined) return cursor;
  const from = sparse === true ? last + 1 : Math.max(1, last + 1 - (facts.overwrittenRecords ?? 0));
  const gaps = from <= last ? addGap(cursor.gaps, newGap(cursor.generation, from, last, 'overwritten', nowMs)) : cursor.gaps;
  return { ...cursor, lastRecordNo: last, gaps };
}

// The counter of overwritten records explains the next gap, so it is kept back until the records behind it were seen.
const remember = (cursor: DeviceCursor, { facts, offered }: Sighting): DeviceCursor => ({
  ...cursor,
  ...(facts.storeLife === undefined ? {} : { storeLife: facts.storeLife }),
  ...(facts.totalRecords === undefined ? {} : { totalRecords: facts.totalRecords }),
  ...(facts.overwrittenRecords === undefined || (offered.length === 0 && facts.newestRecordNo !== cursor.lastRecordNo)
    ? {}
    : { overwritten: facts.overwrittenRecords }),
  ...(facts.newestRecordNo === undefined
    ? {}
    : { newestSeen: Math.max(facts.newestRecordNo, cursor.newestSeen ?? 0, cursor.lastRecordNo ?? 0) }),
});
