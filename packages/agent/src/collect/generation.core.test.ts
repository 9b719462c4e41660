import type { DeviceFacts } from '@cardwatch/drivers';
import { describe, expect, test } from 'vitest';
import { adopt } from './adopt.core.ts';
import type { DeviceCursor, OpenGap } from './cursor.ts';
import { addGap, announceAfterMs, fillGap, markAnnounced, settleTotals, toAnnounce } from './gap.core.ts';
import { beginGeneration, generationOf, newGap, takeNumbers } from './generation.core.ts';

const cursor = (change: Partial<DeviceCursor> = {}): DeviceCursor => ({ generation: 1, lastRecordNo: 100, gaps: [], ...change });
const offered = (...numbers: (number | undefined)[]) => numbers.map((recordNo) => ({ recordNo }));
const ranges = (gaps: readonly OpenGap[]) =>
  gaps.map(({ generation, from, to, cause }) => `${generation}:${from}-${to} ${cause}`);

describe('generation', () => {
  const cases: [string, DeviceCursor | undefined, DeviceFacts, number[], boolean, number][] = [
    ['first contact without a store life', undefined, {}, [5], false, 1],
    ['first contact takes the store life', undefined, { storeLife: 7 }, [], false, 7],
    ['numbers go on', cursor(), { newestRecordNo: 130 }, [101], true, 1],
    ['the same records again, newest told', cursor(), { newestRecordNo: 100 }, [90], true, 1],
    ['the same records again in a chunk, nothing told', cursor(), {}, [90], true, 1],
    ['all it has is older than what was taken', cursor(), {}, [3], false, 2],
    ['newest number fell', cursor(), { newestRecordNo: 3 }, [1], true, 2],
    ['newest number is zero', cursor(), { newestRecordNo: 0 }, [], false, 2],
    ['newest fell below what was only seen', cursor({ newestSeen: 150 }), { newestRecordNo: 120 }, [], false, 2],
    ['store life rose', cursor({ storeLife: 4 }), { storeLife: 5, newestRecordNo: 200 }, [1], true, 2],
    ['store life rose by two', cursor({ storeLife: 4 }), { storeLife: 6, newestRecordNo: 2 }, [1], true, 3],
    ['another board', cursor({ storeLife: 400 }), { storeLife: 1, newestRecordNo: 900 }, [1], true, 2],
    ['store life of 16 bits went on at zero', cursor({ storeLife: 0xffff }), { storeLife: 0, newestRecordNo: 2 }, [1], true, 2],
    ['the same, and more was missed', cursor({ storeLife: 0xfffe }), { storeLife: 1, newestRecordNo: 2 }, [1], true, 4],
    ['a long store life fell', cursor({ storeLife: 0x1_0000 }), { storeLife: 1, newestRecordNo: 2 }, [1], true, 2],
    [
      'store life as before, other boot',
      cursor({ storeLife: 4 }),
      { storeLife: 4, bootCounter: 9, newestRecordNo: 101 },
      [101],
      false,
      1,
    ],
    ['total fell', cursor({ totalRecords: 500 }), { totalRecords: 20 }, [120], true, 2],
    ['cursor of the ledger, store life above it', cursor(), { storeLife: 3, newestRecordNo: 500 }, [1], true, 3],
    [
      'cursor of the ledger, store life not above it',
      cursor({ generation: 3 }),
      { storeLife: 3, newestRecordNo: 500 },
      [1],
      true,
      3,
    ],
  ];
  test.each(cases)('%s', (_, before, facts, numbers, more, expected) => {
    expect(generationOf(before, { facts, offered: offered(...numbers), more })).toBe(expected);
  });
  test('visits every case', () => expect(cases).toHaveLength(19));

  test('whoever missed lives of the store comes to the generation of whoever saw each; without a store life an older cursor cannot', () => {
    const seen = (start: DeviceCursor, ...lives: DeviceFacts[]): number =>
      lives.reduce((at, facts) => beginGeneration(at, generationOf(at, { facts, offered: [], more: false }), facts, 0), start)
        .generation;
    const lives = [0xffff, 0, 1, 2].map((storeLife) => ({ storeLife, newestRecordNo: 0 }));
    const start = cursor({ generation: 7, storeLife: 0xfffe });
    expect([seen(start, ...lives), seen(start, ...lives.slice(-1))]).toEqual([11, 11]);
    // Two restarts, of which the older cursor sees one: what it numbers so the ledger knows under the other generation.
    const after = beginGeneration(cursor(), 2, {}, 0);
    const told = { facts: { newestRecordNo: 3 }, offered: [], more: false };
    expect(generationOf({ ...after, lastRecordNo: 9 }, told)).toBe(3);
    expect(generationOf(cursor(), told)).toBe(2);
  });

  test('a crash before the cursor was written gives the same key again', () => {
    const before = cursor({ storeLife: 1, newestSeen: 103 });
    const sighting = { facts: { storeLife: 2, newestRecordNo: 4 }, offered: offered(1, 2, 3, 4), more: false };
    const first = beginGeneration(before, generationOf(before, sighting), sighting.facts, 1_000);
    const again = beginGeneration(before, generationOf(before, sighting), sighting.facts, 9_000);
    expect(again.generation).toBe(first.generation);
    expect(takeNumbers(again, sighting, 9_000).numbers).toEqual(takeNumbers(first, sighting, 1_000).numbers);
  });

  test('what the old life held beyond the cursor is a gap that nothing fills', () => {
    const next = beginGeneration(cursor({ newestSeen: 103 }), 2, { storeLife: 2 }, 1_000);
    expect(ranges(next.gaps)).toEqual(['1:101-103 generationEnded']);
    expect(next.lastRecordNo).toBe(0);
    expect(beginGeneration(cursor(), 2, {}, 1_000).gaps).toEqual([]);
  });
});

describe('numbers', () => {
  const cases: [string, DeviceCursor, DeviceFacts, (number | undefined)[], number | undefined, string[]][] = [
    ['in order', cursor(), {}, [101, 102], 102, []],
    ['nothing', cursor(), {}, [], 100, []],
    ['skipped', cursor(), {}, [104], 104, ['1:101-103 skipped']],
    ['overwritten', cursor({ overwritten: 2 }), { overwrittenRecords: 5 }, [104], 104, ['1:101-103 overwritten']],
    [
      'skipped though some were overwritten before',
      cursor({ overwritten: 5 }),
      { overwrittenRecords: 5 },
      [104],
      104,
      ['1:101-103 skipped'],
    ],
    ['two gaps', cursor(), {}, [103, 106], 106, ['1:101-102 skipped', '1:104-105 skipped']],
    ['unreadable between two', cursor(), {}, [101, undefined, 103], 103, ['1:102-102 unreadable']],
    ['two unreadable', cursor(), {}, [101, undefined, undefined, 104], 104, ['1:102-103 unreadable']],
    ['unreadable at the end, newest told', cursor(), { newestRecordNo: 102 }, [101, undefined], 102, ['1:102-102 unreadable']],
    ['unreadable at the end, nothing told', cursor(), {}, [101, undefined], 101, []],
    ['unreadable without a free number', cursor(), {}, [undefined, 101], 101, []],
    ['again', cursor(), { newestRecordNo: 100 }, [99, 100], 100, []],
    ['first contact', cursor({ lastRecordNo: undefined as never }), {}, [51, 52], 52, []],
    ['first contact at number 1', cursor({ lastRecordNo: undefined as never }), {}, [1, 2], 2, []],
    [
      'first contact after an overflow',
      cursor({ lastRecordNo: undefined as never }),
      { overwrittenRecords: 20 },
      [51],
      51,
      ['1:31-50 overwritten'],
    ],
    [
      'first contact after a long overflow',
      cursor({ lastRecordNo: undefined as never }),
      { overwrittenRecords: 900 },
      [51],
      51,
      ['1:1-50 overwritten'],
    ],
    [
      'first contact, all collected by others',
      cursor({ lastRecordNo: undefined as never }),
      { uncollected: 0, newestRecordNo: 77 },
      [],
      77,
      [],
    ],
    [
      'first contact, nothing offered yet',
      cursor({ lastRecordNo: undefined as never }),
      { uncollected: 3, newestRecordNo: 77 },
      [],
      undefined,
      [],
    ],
    ['confirmed by a state that is gone, seen once', cursor(), { uncollected: 0, newestRecordNo: 110 }, [], 100, []],
    [
      'confirmed by a state that is gone, seen again',
      cursor({ newestSeen: 108 }),
      { uncollected: 0, newestRecordNo: 110 },
      [],
      108,
      ['1:101-108 skipped'],
    ],
    ['seen again, and still waiting', cursor({ newestSeen: 108 }), { uncollected: 8, newestRecordNo: 110 }, [], 100, []],
    ['seen again, nothing told of what waits', cursor({ newestSeen: 108 }), { newestRecordNo: 110 }, [], 100, []],
  ];
  test.each(cases)('%s', (_, before, facts, numbers, last, gaps) => {
    const given = before.lastRecordNo === undefined ? { generation: 1, gaps: [] } : before;
    const step = takeNumbers(given, { facts, offered: offered(...numbers), more: false }, 5);
    expect(step.cursor.lastRecordNo).toBe(last);
    expect(ranges(step.cursor.gaps)).toEqual(gaps);
    expect(step.numbers).toHaveLength(numbers.length);
  });
  test('visits every case', () => expect(cases).toHaveLength(22));

  test('an older number fills the gap that it stands in', () => {
    const gap = { ...newGap(1, 90, 95, 'skipped', 1), announced: true };
    const step = takeNumbers(cursor({ gaps: [gap] }), { facts: {}, offered: offered(92), more: false }, 5);
    expect(ranges(step.cursor.gaps)).toEqual(['1:90-91 skipped', '1:93-95 skipped']);
    expect(step.filled.map(({ from, to }) => [from, to])).toEqual([[92, 92]]);
  });
});

describe('gaps', () => {
  test('at the limit the oldest two become one that spans both', () => {
    let gaps: readonly OpenGap[] = [];
    for (let index = 0; index < 65; index++)
      gaps = addGap(gaps, { ...newGap(1, 10 * index, 10 * index + 1, 'skipped', 1), announced: true });
    expect(gaps).toHaveLength(64);
    expect(ranges(gaps).slice(0, 2)).toEqual(['1:0-11 skipped', '1:20-21 skipped']);
    expect(gaps[0]?.announced).toBe(false);
  });

  test('filling cuts both ends, the middle and nothing of another generation', () => {
    const gap = newGap(1, 10, 20, 'skipped', 1);
    const table: [number, number, string[]][] = [
      [10, 20, []],
      [10, 12, ['1:13-20 skipped']],
      [18, 25, ['1:10-17 skipped']],
      [12, 14, ['1:10-11 skipped', '1:15-20 skipped']],
      [30, 40, ['1:10-20 skipped']],
    ];
    for (const [from, to, left] of table) expect(ranges(fillGap([gap], 1, [from, to]).gaps)).toEqual(left);
    expect(fillGap([gap], 2, [10, 20]).filled).toEqual([]);
  });

  const base = { records: 100, fen: 5_000, sinceRecords: 0, sinceFen: 0, certain: true };

  test('the difference of the totals is what the gap holds', () => {
    const step = takeNumbers(
      cursor({ totals: base }),
      { facts: { newestRecordNo: 105 }, offered: offered(104, 105), more: false },
      5,
    );
    const facts = { totalRecords: 105, totalFen: 6_000, newestRecordNo: 105 };
    const settled = settleTotals(step.cursor, facts, { records: 2, netFen: 300 }, false);
    expect(settled.gaps.map(({ estimateFen }) => estimateFen)).toEqual([700]);
    expect(settled.totals).toEqual({ records: 105, fen: 6_000, sinceRecords: 0, sinceFen: 0, certain: true });
  });

  test('two gaps share by count, the parts add up', () => {
    const step = takeNumbers(cursor({ totals: base }), { facts: {}, offered: offered(103, 105), more: false }, 5);
    const facts = { totalRecords: 105, totalFen: 6_000, newestRecordNo: 105 };
    const settled = settleTotals(step.cursor, facts, { records: 2, netFen: 0 }, false);
    expect(settled.gaps.map(({ estimateFen }) => estimateFen)).toEqual([666, 334]);
  });

  test('no estimate while more wait, nor after a record that nobody could decode', () => {
    const step = takeNumbers(cursor({ totals: base }), { facts: {}, offered: offered(104), more: true }, 5).cursor;
    const facts = { totalRecords: 104, totalFen: 6_000, newestRecordNo: 104 };
    expect(settleTotals(step, facts, { records: 1, netFen: 0 }, true).gaps[0]?.estimateFen).toBeUndefined();
    expect(settleTotals(step, facts, { records: 1, netFen: undefined }, false).gaps[0]?.estimateFen).toBeUndefined();
  });

  test('a gap waits for the end of the reading, but not for ever', () => {
    const open = cursor({ gaps: [newGap(1, 1, 2, 'skipped', 1_000)] });
    expect(toAnnounce(open, true, 1_000)).toHaveLength(1);
    expect(toAnnounce(open, false, 1_000 + announceAfterMs - 1)).toHaveLength(0);
    expect(toAnnounce(open, false, 1_000 + announceAfterMs)).toHaveLength(1);
    expect(toAnnounce(markAnnounced(open, open.gaps), true, 9_999_999)).toHaveLength(0);
  });
});

describe('cursor beside the ledger', () => {
  const theirs = (generation: number, lastRecordNo: number) => ({ deviceId: 'd', generation, lastRecordNo });
  const mine = cursor({ generation: 2, lastRecordNo: 50, storeLife: 2 });
  const table: [string, DeviceCursor | undefined, ReturnType<typeof theirs> | undefined, boolean, string | undefined][] = [
    ['neither', undefined, undefined, true, undefined],
    ['ledger only', undefined, theirs(3, 9), false, '3/9/-'],
    ['ours is further: it stands in the journal', mine, theirs(2, 40), false, '2/50/2'],
    ['ledger is further: rolled back', mine, theirs(2, 60), false, '2/60/-'],
    ['ledger is a generation further', mine, theirs(3, 1), false, '3/1/-'],
    ['fresh journal, ledger behind', mine, theirs(2, 40), true, '2/40/2'],
    ['fresh journal, ledger in an older generation', mine, theirs(1, 90), true, '1/90/-'],
    ['fresh journal, ledger knows nothing', mine, undefined, true, '2/0/2'],
    ['old journal, ledger knows nothing', mine, undefined, false, '2/50/2'],
  ];
  test.each(table)('%s', (_, own, ledger, fresh, expected) => {
    const next = adopt(own, ledger, fresh);
    expect(next && `${next.generation}/${next.lastRecordNo}/${next.storeLife ?? '-'}`).toBe(expected);
  });
});
