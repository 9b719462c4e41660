/**
 * Gap rows of one numbering (an agent's stream, a terminal's generation) against the numbers that are there. A gap is open until its numbers came
 * (`filled`) or were declared lost (`lost`); what comes after all is taken out of a lost gap too. Rows never overlap.
 */
import { missingIn, type Range, type RangeSet } from '@cardwatch/kernel';

export type GapState = 'open' | 'filled' | 'lost';

/** `id` undefined: not in the table yet. */
export interface GapRow {
  readonly id: number | undefined;
  readonly first: number;
  readonly last: number;
  readonly state: GapState;
  readonly cause: string;
  readonly estimateFen: number | null;
  readonly openedAt: number;
  readonly closedAt: number | null;
}

export const gapLimits = { rowsPerNumbering: 1_000 } as const;

/** Holes below the highest number, the lowest `gapLimits.rowsPerNumbering` of them. */
export function holesOf(present: RangeSet, from?: number): Range[] {
  const holes: Range[] = [];
  let next = from;
  for (const [first, last] of present) {
    if (next !== undefined && first > next) holes.push([next, first - 1]);
    next = last + 1;
    if (holes.length >= gapLimits.rowsPerNumbering) break;
  }
  return holes;
}

/** Takes what is there out of the rows: shrinks, splits, fills. `rows` are those open or lost. */
export function settle(rows: readonly GapRow[], present: RangeSet, now: number): GapRow[] {
  return rows.flatMap((row) => settleOne(row, missingIn(present, row.first, row.last), now));
}

function settleOne(row: GapRow, missing: readonly Range[], now: number): GapRow[] {
  const [head, ...rest] = missing;
  if (head === undefined) return [{ ...row, state: 'filled', closedAt: now }];
  const whole = head[0] === row.first && head[1] === row.last;
  const kept = whole ? row : { ...row, first: head[0], last: head[1] };
  return [kept, ...rest.map(([first, last]) => ({ ...row, id: undefined, first, last, estimateFen: null }))];
}

/** Opens rows for holes that no row covers. */
export function open(rows: readonly GapRow[], holes: readonly Range[], cause: string, now: number): GapRow[] {
  const covered = coverOf(rows);
  const room = Math.max(0, gapLimits.rowsPerNumbering - rows.length);
  const added = holes.flatMap(([first, last]) => missingIn(covered, first, last)).slice(0, room);
  return [...rows, ...added.map((range) => newRow(range, cause, now))];
}

const newRow = ([first, last]: Range, cause: string, now: number): GapRow => ({
  id: undefined,
  first,
  last,
  state: 'open',
  cause,
  estimateFen: null,
  openedAt: now,
  closedAt: null,
});

export interface Declaration {
  readonly first: number;
  readonly last: number;
  readonly cause: string;
  readonly estimateFen: number | null;
  readonly lost: boolean;
}

/** What somebody who knows says of `first..last`: its cause, what it is worth, that it will never come. Rows are cut at its edges. */
export function declare(rows: readonly GapRow[], present: RangeSet, said: Declaration, now: number): GapRow[] {
  const cut = rows.flatMap((row) => cutAt(row, said));
  const inside = (row: GapRow): boolean => row.first >= said.first && row.last <= said.last && row.state !== 'filled';
  const missing = missingIn(present, said.first, said.last).flatMap(([first, last]) => missingIn(coverOf(cut), first, last));
  const all = [...cut, ...missing.map((range) => newRow(range, said.cause, now))];
  const worth = all.find(inside);
  return all.map((row) => (inside(row) ? told(row, said, row === worth, now) : row));
}

function told(row: GapRow, said: Declaration, worth: boolean, now: number): GapRow {
  const lost = said.lost && row.state === 'open';
  return {
    ...row,
    cause: said.cause,
    estimateFen: worth ? (said.estimateFen ?? row.estimateFen) : row.estimateFen,
    state: lost ? 'lost' : row.state,
    closedAt: lost ? now : row.closedAt,
  };
}

/** How far a lost journal went nobody knows: the row that says so has no end. */
export const endless = 'journalLost';

/**
 * Numbers of a lost journal that came after all, up to `upto`. What a copy of it brings tells nothing of the end of the original, which may have given the
 * same numbers to others: the row without an end goes on behind them.
 */
export function endStaysOpen(rows: readonly GapRow[], upto: number, now: number): GapRow[] {
  const wasEnd = rows.some((row) => row.cause === endless && row.state === 'filled');
  const reaches = rows.some((row) => row.cause === endless && row.state === 'lost' && row.last > upto);
  if (!wasEnd || reaches) return [...rows];
  return [...rows, { ...newRow([upto + 1, upto + 1], endless, now), state: 'lost', closedAt: now }];
}

/** A lost row that begins at `at` becomes part of the one before it that says the same. */
export function joinLost(rows: readonly GapRow[], at: number): GapRow[] {
  const added = rows.find((row) => row.first === at && row.state === 'lost' && row.id === undefined);
  const before = rows.find((row) => row.last === at - 1 && row.state === 'lost' && row.cause === added?.cause);
  if (added === undefined || before === undefined) return [...rows];
  const joined = { ...before, last: added.last, closedAt: added.closedAt };
  return rows.filter((row) => row !== added).map((row) => (row === before ? joined : row));
}

/** The row's id stays with its first piece. */
function cutAt(row: GapRow, { first, last }: Declaration): GapRow[] {
  if (row.last < first || row.first > last) return [row];
  const pieces: Range[] = [
    [row.first, first - 1],
    [Math.max(row.first, first), Math.min(row.last, last)],
    [last + 1, row.last],
  ];
  return pieces
    .filter(([from, to]) => from <= to)
    .map(([from, to], at) => ({
      ...row,
      id: at === 0 ? row.id : undefined,
      first: from,
      last: to,
      estimateFen: at === 0 ? row.estimateFen : null,
    }));
}

const coverOf = (rows: readonly GapRow[]): RangeSet =>
  rows
    .filter((row) => row.state !== 'filled')
    .map(({ first, last }): Range => [first, last])
    .sort(([a], [b]) => a - b);
