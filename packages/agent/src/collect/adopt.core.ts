import type { DeviceCursor } from './cursor.ts';

/** Last committed record of a device, as the collector's welcome tells it. */
export interface TheirCursor {
  readonly deviceId: string;
  readonly generation: number;
  readonly lastRecordNo: number;
}

/**
 * Our cursor beside the ledger's. Normally the further one holds: what we have beyond the ledger stands in our journal. In a `fresh` journal
 * nothing of ours stands, so the ledger's holds, and a device that the ledger does not know begins at its first number, or at the first that it ever
 * offered.
 */
export function adopt(mine: DeviceCursor | undefined, theirs: TheirCursor | undefined, fresh: boolean): DeviceCursor | undefined {
  if (theirs === undefined)
    return fresh && mine !== undefined ? back(mine, mine.generation, Math.max(0, (mine.firstNo ?? 1) - 1)) : mine;
  if (mine === undefined) return { generation: theirs.generation, lastRecordNo: theirs.lastRecordNo, gaps: [] };
  const ahead =
    theirs.generation > mine.generation ||
    (theirs.generation === mine.generation && theirs.lastRecordNo > (mine.lastRecordNo ?? 0));
  if (ahead) return { generation: theirs.generation, lastRecordNo: theirs.lastRecordNo, gaps: mine.gaps };
  return fresh ? back(mine, theirs.generation, theirs.lastRecordNo) : mine;
}

// The store life is kept within a generation: it is how the next restart of the numbers is recognised.
const back = (mine: DeviceCursor, generation: number, lastRecordNo: number): DeviceCursor => ({
  generation,
  lastRecordNo,
  ...(generation === mine.generation && mine.storeLife !== undefined ? { storeLife: mine.storeLife } : {}),
  gaps: mine.gaps,
});
