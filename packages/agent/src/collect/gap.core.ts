import type { DeviceFacts } from '@cardwatch/drivers';
import type { Range } from '@cardwatch/kernel';
import { cursorLimits, type DeviceCursor, type OpenGap } from './cursor.ts';

/** A part of a gap that was filled later (补采). */
export interface FilledPiece {
  readonly gap: OpenGap;
  readonly from: number;
  readonly to: number;
}

/** Adds a gap, joined to its neighbour when it goes on where that ends. At the limit the two oldest become one that spans both. */
export function addGap(gaps: readonly OpenGap[], gap: OpenGap): readonly OpenGap[] {
  const last = gaps.at(-1);
  if (last !== undefined && !last.announced && sameLife(last, gap) && last.cause === gap.cause && last.to + 1 === gap.from)
    return [...gaps.slice(0, -1), { ...last, to: gap.to }];
  const all = [...gaps, gap];
  if (all.length <= cursorLimits.gapsPerDevice) return all;
  return joinOldest(all);
}

// Numbers in between are asked for once more; the business key makes that harmless.
function joinOldest(gaps: readonly OpenGap[]): readonly OpenGap[] {
  const at = gaps.findIndex((gap, index) => index > 0 && sameLife(gap, gaps[index - 1] as OpenGap));
  if (at < 0) return gaps.slice(1);
  const [a, b] = [gaps[at - 1] as OpenGap, gaps[at] as OpenGap];
  const joined = { ...a, from: Math.min(a.from, b.from), to: Math.max(a.to, b.to), announced: false, asked: false };
  return [...gaps.slice(0, at - 1), joined, ...gaps.slice(at + 1)];
}

const sameLife = (a: OpenGap, b: OpenGap): boolean => a.generation === b.generation;

/** Takes a range of numbers out of the gaps of one generation. */
export function fillGap(
  gaps: readonly OpenGap[],
  generation: number,
  [first, last]: Range,
): { readonly gaps: readonly OpenGap[]; readonly filled: FilledPiece[] } {
  const filled: FilledPiece[] = [];
  const left = gaps.flatMap((gap) => {
    const from = Math.max(first, gap.from);
    const to = Math.min(last, gap.to);
    if (gap.generation !== generation || from > to) return [gap];
    filled.push({ gap, from, to });
    return [...(gap.from < from ? [{ ...gap, to: from - 1 }] : []), ...(to < gap.to ? [{ ...gap, from: to + 1 }] : [])];
  });
  return { gaps: filled.length === 0 ? gaps : left.slice(-cursorLimits.gapsPerDevice), filled };
}

/** Records that were newly taken over: their count and net amount, undefined when one of them could not be decoded. */
export interface Taken {
  readonly records: number;
  readonly netFen: number | undefined;
}

/**
 * Compares the terminal's own totals with what was collected since they last agreed. When all up to the newest number is in, the difference
 * is what the open gaps hold: their estimate, shared by the count of numbers.
 */
export function settleTotals(cursor: DeviceCursor, facts: DeviceFacts, taken: Taken, more: boolean): DeviceCursor {
  const before = cursor.totals;
  const since = before && {
    ...before,
    sinceRecords: before.sinceRecords + taken.records,
    sinceFen: before.sinceFen + (taken.netFen ?? 0),
    certain: before.certain && taken.netFen !== undefined,
  };
  const { totalRecords, totalFen, newestRecordNo } = facts;
  const complete = !more && newestRecordNo !== undefined && newestRecordNo === cursor.lastRecordNo;
  if (!complete || totalRecords === undefined || totalFen === undefined)
    return since === undefined ? cursor : { ...cursor, totals: since };
  const missingFen = since?.certain === true && totalFen >= since.fen ? totalFen - since.fen - since.sinceFen : undefined;
  const gaps = missingFen === undefined ? cursor.gaps : estimate(cursor.gaps, cursor.generation, missingFen);
  return { ...cursor, gaps, totals: { records: totalRecords, fen: totalFen, sinceRecords: 0, sinceFen: 0, certain: true } };
}

/** Whole fen, rounded down, the rest to the last gap, so that the parts add up to the whole. */
function estimate(gaps: readonly OpenGap[], generation: number, missingFen: number): readonly OpenGap[] {
  const open = gaps.filter((gap) => mayEstimate(gap, generation));
  if (open.length === 0) return gaps;
  const count = open.reduce((sum, gap) => sum + gap.to - gap.from + 1, 0);
  let rest = missingFen;
  return gaps.map((gap) => {
    if (!mayEstimate(gap, generation)) return gap;
    const share = gap === open.at(-1) ? rest : Math.trunc((missingFen * (gap.to - gap.from + 1)) / count);
    rest -= share;
    return { ...gap, estimateFen: share };
  });
}

const mayEstimate = (gap: OpenGap, generation: number): boolean =>
  gap.generation === generation && gap.estimateFen === undefined && !gap.announced;

/** A gap waits for its estimate until the terminal is caught up, but no longer than this. */
export const announceAfterMs = 30_000;

export const toAnnounce = (cursor: DeviceCursor, caughtUp: boolean, nowMs: number): readonly OpenGap[] =>
  cursor.gaps.filter((gap) => !gap.announced && (caughtUp || nowMs - gap.foundAt >= announceAfterMs || nowMs < gap.foundAt));

export function markAnnounced(cursor: DeviceCursor, announced: readonly OpenGap[]): DeviceCursor {
  if (announced.length === 0) return cursor;
  return { ...cursor, gaps: cursor.gaps.map((gap) => (announced.includes(gap) ? { ...gap, announced: true } : gap)) };
}
