/** 编号: `GZ-20261123-0007`, counted anew each Shanghai day. */
import { businessDay, type EpochMs } from '@cardwatch/kernel';

/** The next number of the day of `now`, after those that exist; gaps are never filled, a fifth digit is grown rather than a number given twice. */
export function nextIncidentNumber(existing: Iterable<string>, now: EpochMs): string {
  const head = `GZ-${businessDay(now).replaceAll('-', '')}-`;
  let last = 0;
  for (const number of existing)
    if (number.startsWith(head)) last = Math.max(last, Number.parseInt(number.slice(head.length), 10) || 0);
  return `${head}${String(last + 1).padStart(4, '0')}`;
}
