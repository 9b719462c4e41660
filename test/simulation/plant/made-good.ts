/**
 * Bugs that cost nothing, because what stands beside them makes them good: each story says where. No seed can show one; should its second line of defence go, it moves
 * to its side of the catalogue.
 */
import type { Plant } from './plant.ts';

const agent = 'packages/agent/src';

export const madeGoodPlants: readonly Plant[] = [
  {
    name: 'ledger-ahead-is-ignored',
    story:
      'a cursor that is behind the ledger is kept, and what is booked is told as a gap or under a second key. Made good by the collector: the gap that is told is of numbers that are booked, so that its row is filled at once; what is read again has its key, or is refused as doubled.',
    file: `${agent}/collect/adopt.core.ts`,
    find: 'if (ahead) return { generation: theirs.generation, lastRecordNo: theirs.lastRecordNo, gaps: mine.gaps };',
    replace: 'if (ahead) return mine;',
    mode: 'safety',
  },
  {
    name: 'frames-not-aligned',
    story:
      'a frame is not padded to eight bytes, and the search behind damage steps over the next one. Made good by scan.core.ts for a bit that flipped: head or body tell where the next frame stands. Wider damage costs more numbers, and each of them is declared.',
    file: `${agent}/journal/format.ts`,
    find: 'export const frameBytes = (payload: number): number => (frameHeadBytes + payload + bodyCrcBytes + 7) & ~7;',
    replace: 'export const frameBytes = (payload: number): number => frameHeadBytes + payload + bodyCrcBytes;',
    mode: 'drill-damage',
  },
  {
    name: 'torn-tail-kept',
    story:
      'what an unfinished write left stays behind the last frame. Made good by scan.core.ts: no good frame stands in a torn tail, so that it is one at every later start too, and a later segment begins at its own base.',
    file: `${agent}/journal/recovery.ts`,
    find: 'await replaceFile(parts.disk, path, bytes.subarray(0, end))',
    replace: 'await replaceFile(parts.disk, path, bytes)',
    mode: 'drill',
  },
  {
    name: 'file-written-over',
    story:
      'a file that a failed sync left is opened anew instead of removed. Made good by tail.ts: a file in which nothing is durable is removed when it is given up. What a kill leaves before that are lines that were refused: they come again under their own key.',
    file: `${agent}/journal/disk-io.ts`,
    find: '  await disk.remove(path);\n  return disk.open',
    replace: '  return disk.open',
    mode: 'drill',
  },
  {
    name: 'hole-hides-the-rest',
    story:
      'a hole that was told makes everything before its end durable and nothing behind it readable. Made good by recovery.ts: a start ends where its last segment or its last hole ends, whatever a hole said before.',
    file: `${agent}/journal/holes.ts`,
    find: 'life.durable = Math.max(life.durable, hole.last);',
    replace: '',
    mode: 'drill-damage',
  },
];
