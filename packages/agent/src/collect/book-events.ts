/** Events of one observation into the journal: duplicates are dropped and counted, all else is durable when it resolves. */
import type { RawEvent } from '@cardwatch/drivers';
import { ok, type Result } from '@cardwatch/kernel';
import { type EventContext, normaliseEvent } from '../normalise/event.core.ts';
import { lineOf } from '../report/line.ts';
import { appendLimits, appendLines } from './announce.ts';
import type { DeviceCursor } from './cursor.ts';
import type { CustodyFailure, CustodyParts } from './custody.ts';
import { seenOf, standingOf, type Told } from './restart.core.ts';
import { isSparse, type Terminal, toldEvent } from './terminal.ts';

export interface EventBooking {
  /** Where the numbers stood before; undefined: the cursor counts records, so event numbers are only content. */
  readonly numbersFrom: DeviceCursor | undefined;
  readonly generation: number;
}

/** Appends in pieces; what was appended is remembered piece by piece, so that a failure half-way repeats only the rest. */
export async function bookEvents(
  terminal: Terminal,
  events: readonly RawEvent[],
  booking: EventBooking,
  parts: CustodyParts,
): Promise<Result<void, CustodyFailure>> {
  for (let at = 0; at < events.length; at += appendLimits.linesPerAppend) {
    const piece = events.slice(at, at + appendLimits.linesPerAppend);
    const fresh = freshOf(terminal, piece, booking);
    const lines = fresh.map((raw) => lineOf(normaliseEvent(raw, contextOf(terminal, booking, parts), parts.clock.now())));
    const appended = await appendLines('event', lines, parts);
    if (!appended.ok) return appended;
    for (const raw of fresh) remember(terminal, raw, booking);
    terminal.memory.duplicates += piece.length - fresh.length;
  }
  return ok(undefined);
}

const contextOf = (
  { deviceId, driftMs, profile }: Terminal,
  { generation }: EventBooking,
  { crypto }: CustodyParts,
): EventContext => ({
  deviceId,
  generation,
  numbered: profile.records === undefined,
  driftMs,
  driftMsMax: profile.health.driftMsMax,
  crypto,
});

function freshOf(terminal: Terminal, piece: readonly RawEvent[], booking: EventBooking): readonly RawEvent[] {
  const here = new Set<string>();
  return piece.filter((raw) => {
    const told = toldEvent(raw);
    if (here.has(told.hash) || isKnown(terminal, told, booking)) return false;
    if (told.hash !== '') here.add(told.hash);
    return true;
  });
}

function isKnown({ memory, profile }: Terminal, told: Told, { numbersFrom }: EventBooking): boolean {
  if (told.number === undefined || numbersFrom === undefined)
    return told.hash !== '' && memory.content.get(told.hash) !== undefined;
  const known = memory.numbered.get(told.number);
  const standing = standingOf({ ...told, number: told.number }, seenOf(numbersFrom), numbersFrom, known);
  return standing === 'known' || (standing === 'old' && !isSparse(profile));
}

function remember({ memory }: Terminal, raw: RawEvent, { numbersFrom }: EventBooking): void {
  const { number, hash } = toldEvent(raw);
  if (number !== undefined && numbersFrom !== undefined) memory.numbered.put(number, hash);
  else if (hash !== '') memory.content.put(hash, hash);
}
