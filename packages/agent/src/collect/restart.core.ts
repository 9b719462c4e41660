import { minuteMs } from '@cardwatch/kernel';
import type { DeviceCursor } from './cursor.ts';

/**
 * A lower record number counts as a new life of the counter only when it was written this much later than the highest one: a terminal whose clock was
 * set back a little and that offers old records again must not get a second key for its money.
 */
export const restartMarginMs = 10 * minuteMs;
/** Of events: their drivers leave out what was told before. */
export const eventMarginMs = 1_000;

/** A numbered record or event of a device that tells them as they come, in no certain order. */
export interface Told {
  /** undefined: not numbered, or the number cannot be trusted. */
  readonly number: number | undefined;
  /** Device time; undefined when it has none that can be read. */
  readonly at: number | undefined;
  readonly hash: string;
  readonly marginMs: number;
}

export type Standing =
  /** Never seen, or missing until now. */
  | 'new'
  /** Taken over before. */
  | 'known'
  /** Not above what was taken over, and not newer: taken over before, unless the device's numbers have holes by nature. */
  | 'old'
  /** Below what was taken over, and nothing proves that it is the same: booked once more, the collector's key decides. */
  | 'doubtful'
  /** The first of a new life of the counter. */
  | 'restart';

export interface Seen {
  readonly last: number | undefined;
  readonly newestAt: number | undefined;
}

export const seenOf = (cursor: DeviceCursor | undefined): Seen => ({
  last: cursor?.lastRecordNo,
  newestAt: cursor?.newestAt,
});

/** How one number stands to what was taken over before. `knownHash`: of the content that was lately seen under this number. */
export function standingOf(
  told: Told & { readonly number: number },
  seen: Seen,
  cursor: DeviceCursor | undefined,
  knownHash: string | undefined,
): Standing {
  const { number, at, hash, marginMs } = told;
  if (knownHash === hash) return 'known';
  if (seen.last === undefined || number > seen.last || isMissing(cursor, number)) return 'new';
  const timed = at !== undefined && seen.newestAt !== undefined;
  const later = timed ? at > seen.newestAt : knownHash !== undefined;
  if (later && (knownHash !== undefined || !timed || at > seen.newestAt + marginMs)) return 'restart';
  if (number < (cursor?.firstNo ?? 0) || later || !timed) return 'doubtful';
  return 'old';
}

const isMissing = (cursor: DeviceCursor | undefined, number: number): boolean =>
  cursor?.gaps.some(({ generation, from, to }) => generation === cursor.generation && number >= from && number <= to) === true;

export const moveOn = (seen: Seen, { number, at }: Told): Seen =>
  number === undefined || (seen.last !== undefined && number <= seen.last)
    ? seen
    : { last: number, newestAt: at ?? seen.newestAt };

/** Places at which the counter began anew, in ascending order. */
export function restartsIn(
  cursor: DeviceCursor | undefined,
  told: readonly Told[],
  hashOf: (number: number) => string | undefined,
): readonly number[] {
  const found: number[] = [];
  let seen = seenOf(cursor);
  for (const [index, each] of told.entries()) {
    if (each.number === undefined) continue;
    const first = found.length === 0;
    const known = first ? hashOf(each.number) : undefined;
    if (standingOf({ ...each, number: each.number }, seen, first ? cursor : undefined, known) === 'restart') {
      found.push(index);
      seen = { last: undefined, newestAt: undefined };
    }
    seen = moveOn(seen, each);
  }
  return found;
}
