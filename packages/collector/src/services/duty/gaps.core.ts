/** Hours that nobody has a duty. */
import type { ShiftGapDto } from '@cardwatch/contracts/api';
import type { Shift } from '@cardwatch/contracts/watch';

/** Of each duty that has any shift or is named, what of `[from, to)` no shift covers; by duty, then time. */
export function shiftGaps(
  shifts: readonly Shift[],
  named: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): ShiftGapDto[] {
  const duties = [...new Set([...named, ...shifts.map(({ duty }) => duty)])].toSorted();
  return duties.flatMap((duty) =>
    gapsOf(
      shifts.filter((shift) => shift.duty === duty),
      { from, to },
    ).map((gap) => ({ duty, ...gap })),
  );
}

function gapsOf(
  shifts: readonly Shift[],
  { from, to }: { readonly from: number; readonly to: number },
): { readonly from: number; readonly to: number }[] {
  const gaps: { readonly from: number; readonly to: number }[] = [];
  let covered = from;
  for (const shift of shifts.toSorted((a, b) => a.from - b.from)) {
    if (shift.from >= to) break;
    if (shift.from > covered) gaps.push({ from: covered, to: shift.from });
    covered = Math.max(covered, shift.to);
  }
  if (covered < to) gaps.push({ from: covered, to });
  return gaps;
}

const dutyPrefix = 'duty:';

/** Duties that policies name, so that one that nobody ever had is flagged too. */
export const dutiesOf = (who: readonly string[]): string[] =>
  who.filter((one) => one.startsWith(dutyPrefix)).map((one) => one.slice(dutyPrefix.length));
