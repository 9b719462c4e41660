/** What one observation says of the device's own numbers, and where in it they began anew. */
import type { Observation } from '@cardwatch/drivers';
import type { RecordCrypto } from '../ports.ts';
import type { DeviceCursor } from './cursor.ts';
import type { Sighting } from './generation.core.ts';
import { restartsIn, type Told } from './restart.core.ts';
import { countsRecords, isSparse, type Terminal, toldEvent, toldRecord, trustedNo } from './terminal.ts';

export function sightingOf(terminal: Terminal, observation: Observation): Sighting {
  const { facts, records, events = [], more } = observation;
  const selling = countsRecords(terminal, observation);
  const numbered = events.map(toldEvent).filter(({ number }) => number !== undefined);
  return {
    facts,
    more,
    offered: selling
      ? records.map((raw) => ({ recordNo: trustedNo(raw) }))
      : numbered.map(({ number }) => ({ recordNo: number })),
    asTheyCome: terminal.way === 'listen' || !selling,
    sparse: isSparse(terminal.profile),
  };
}

/** What the device's counter counts, with time and content. */
export const toldBy = (terminal: Terminal, observation: Observation, crypto: RecordCrypto): readonly Told[] =>
  countsRecords(terminal, observation)
    ? observation.records.map((raw) => toldRecord(raw, crypto))
    : (observation.events ?? []).map(toldEvent);

/** What belongs to one life of the device's counter. */
export interface LifeOf {
  readonly observation: Observation;
  readonly restarted: boolean;
}

/** Cuts an observation where the numbers began anew. A polled terminal is judged by its registers; it offers in order. */
export function livesOf(
  terminal: Terminal,
  observation: Observation,
  cursor: DeviceCursor | undefined,
  crypto: RecordCrypto,
): readonly LifeOf[] {
  const { records, events = [], facts } = observation;
  const selling = countsRecords(terminal, observation);
  if (facts.storeLife !== undefined || (selling && terminal.way === 'poll')) return [{ observation, restarted: false }];
  const told = toldBy(terminal, observation, crypto);
  const starts = restartsIn(cursor, told, (number) => terminal.memory.numbered.get(number));
  const edges = starts[0] === 0 ? starts : [0, ...starts];
  return edges.map((from, index) => {
    const to = edges[index + 1];
    const piece = selling ? { records: records.slice(from, to) } : { events: events.slice(from, to) };
    const restarted = starts.includes(from);
    if (to === undefined) return { observation: { ...observation, ...piece }, restarted };
    const rest = selling ? { events: [] } : { records: [] };
    // The registers speak of the newest life.
    return { observation: { ...observation, ...rest, ...piece, facts: {}, more: true }, restarted };
  });
}

/** Where numbers come in no certain order the cursor also keeps the time of the highest one, and the first that was ever offered. */
export function withTimes(
  cursor: DeviceCursor,
  opened: DeviceCursor,
  { offered, asTheyCome }: Sighting,
  told: readonly Told[],
): DeviceCursor {
  if (asTheyCome !== true || offered.length === 0) return cursor;
  const first = opened.lastRecordNo === undefined ? offered.find(({ recordNo }) => recordNo !== undefined)?.recordNo : undefined;
  const newest = told.find(({ number, at }) => number === cursor.lastRecordNo && at !== undefined)?.at;
  const moved = cursor.lastRecordNo !== opened.lastRecordNo;
  return {
    ...cursor,
    ...(first === undefined ? {} : { firstNo: first }),
    ...(moved && newest !== undefined ? { newestAt: newest } : {}),
  };
}
