import { exportJournal, verifyJournal } from '@cardwatch/agent/journal';
import { AgentId, EpochNo } from '@cardwatch/contracts';
import { epochMs, VirtualClock } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { agent, epoch1, epoch2, hasher, line, lines, pass, type Rig, rig, startAt, textOf, uuid2, walk } from './harness.ts';
import type { Fault, MemoryDisk } from './memory-disk.ts';

const firstSegment = 'money/1-00000000000000000001.seg';
const io = { kind: 'io', detail: 'EIO' } as const;

/** Fails every call of `op` below `folder`, or only the `only`-th. */
const failing = (
  op: string,
  folder: string,
  only?: number,
  failure: { readonly kind: 'io'; readonly detail: string } | { readonly kind: 'readOnly' } = io,
): Fault => {
  let count = 0;
  return (called, path) =>
    called === op && path.startsWith(folder) && (only === undefined || ++count === only) ? failure : undefined;
};

const restart = (from: Rig, clock?: VirtualClock): Promise<Rig> =>
  rig({ disk: from.disk.copy(), epoch: false, ...(clock === undefined ? {} : { clock }) });

const textsOf = async (from: Rig): Promise<string[]> => (await walk(from.journal)).entries.map((entry) => textOf(entry.line));

function flip(disk: MemoryDisk, path: string, at: number): void {
  const bytes = disk.bytesOf(path) as Uint8Array;
  bytes[at] = (bytes[at] as number) ^ 4;
}

/** Offset of the frame of number `seq` in a segment that starts at 1. */
const frameAt = (all: readonly Uint8Array[], seq: number): number =>
  all.slice(0, seq - 1).reduce((sum, each) => sum + ((40 + each.length + 4 + 7) & ~7), 64);

describe('a disk that fails', () => {
  test.each(['sync', 'write', 'syncFolder'])('%s fails once: the commit goes into a new segment and is confirmed', async (op) => {
    const tested = await rig();
    await tested.journal.append('money', lines(1, 10));
    if (op === 'syncFolder') {
      tested.disk.fault = failing('sync', 'money', 1);
      await tested.journal.append('money', lines(11, 12));
      expect(tested.disk.paths('money')).toHaveLength(2);
    }
    tested.disk.fault = failing(op, 'money', 1);
    expect(await tested.journal.append('money', lines(13, 20))).toMatchObject({ ok: true });
    expect(tested.journal.health().storage).toBe('ok');
    const expected = (op === 'syncFolder' ? lines(1, 20) : [...lines(1, 10), ...lines(13, 20)]).map(textOf);
    for (const found of [tested, await restart(tested)]) {
      expect(await textsOf(found)).toEqual(expected);
      expect(await walk(found.journal)).toMatchObject({ holes: [], breaks: 0 });
    }
  });

  test('the very first sync of a life fails once', async () => {
    const tested = await rig();
    tested.disk.fault = failing('sync', 'money', 1);
    expect(await tested.journal.append('money', lines(1, 3))).toMatchObject({ ok: true, value: { firstSeq: 1 } });
    expect(tested.disk.paths('money')).toEqual([firstSegment]);
    expect(await textsOf(await restart(tested))).toEqual(lines(1, 3).map(textOf));
  });

  test.each([
    ['sync', io],
    ['write', io],
    ['write', { kind: 'readOnly' } as const],
    ['open', io],
  ] as const)(
    '%s fails always (%o): nothing is confirmed, and it recovers by itself when the disk is well',
    async (op, failure) => {
      const tested = await rig();
      const { disk, clock, journal } = tested;
      await journal.append('money', lines(1, 10));
      // An open file needs no open: the first write meets the disk, the second chance meets the open.
      disk.fault = (called, path) =>
        path.startsWith('money') && (called === op || (op === 'open' && called === 'write')) ? failure : undefined;
      expect(await journal.append('money', lines(11, 20))).toEqual({
        ok: false,
        error: { kind: 'storageFailed', cause: failure },
      });
      expect(await journal.append('money', lines(21, 30))).toMatchObject({ ok: false, error: { kind: 'storageFailed' } });
      expect(journal.health().storage).toBe('failed');
      if (op !== 'open') expect((await walk(journal)).entries).toHaveLength(10);
      await pass(clock, 200_000);
      expect(await journal.append('money', [line('still ill')])).toMatchObject({ ok: false });
      disk.fault = undefined;
      await pass(clock, 61_000);
      expect(journal.health().storage).toBe('ok');
      expect(await journal.append('money', lines(31, 35))).toEqual({ ok: true, value: { firstSeq: 11, lastSeq: 15 } });
      const expected = [...lines(1, 10), ...lines(31, 35)].map(textOf);
      for (const found of [tested, await restart(tested)]) {
        expect(await textsOf(found)).toEqual(expected);
        expect(await walk(found.journal)).toMatchObject({ holes: [], breaks: 0 });
      }
    },
  );

  test('a full disk: fails, nothing is confirmed, goes on when room is made', async () => {
    const tested = await rig();
    const { disk, clock, journal } = tested;
    await journal.append('money', lines(1, 10));
    disk.capacityBytes = disk.usedBytes() + 100;
    expect(await journal.append('money', lines(11, 20))).toEqual({
      ok: false,
      error: { kind: 'storageFailed', cause: { kind: 'noSpace' } },
    });
    await pass(clock, 100_000);
    expect(journal.health().storage).toBe('failed');
    disk.capacityBytes = 1 << 30;
    await pass(clock, 61_000);
    expect(await journal.append('money', lines(21, 22))).toEqual({ ok: true, value: { firstSeq: 11, lastSeq: 12 } });
    expect(await textsOf(await restart(tested))).toEqual([...lines(1, 10), ...lines(21, 22)].map(textOf));
  });

  test('short writes are continued', async () => {
    const tested = await rig();
    tested.disk.writeLimit = 7;
    await tested.journal.append('money', lines(1, 30));
    expect(await textsOf(await restart(tested))).toEqual(lines(1, 30).map(textOf));
  });

  test('health that was written and could not be synced is gone, its numbers are given again', async () => {
    const { disk, clock, journal } = await rig();
    await journal.append('health', lines(1, 5));
    await pass(clock, 15_000);
    await journal.append('health', lines(6, 9));
    disk.fault = (op, path) => (op === 'sync' && path.startsWith('health') ? io : undefined);
    await pass(clock, 15_000);
    expect(journal.health().storage).toBe('failed');
    disk.fault = undefined;
    await pass(clock, 2_000);
    expect(await journal.append('health', lines(10, 10))).toEqual({ ok: true, value: { firstSeq: 6, lastSeq: 6 } });
    await pass(clock, 15_000);
    expect((await walk(journal, { stream: 'health' })).entries).toHaveLength(6);
  });

  test('health survives one failed sync from memory', async () => {
    const { disk, clock, journal } = await rig();
    await journal.append('health', lines(1, 5));
    await journal.append('health', lines(6, 9));
    disk.fault = failing('sync', 'health', 1);
    await pass(clock, 15_000);
    expect((await walk(journal, { stream: 'health' })).entries).toHaveLength(9);
  });

  test('folders that cannot be read at the start are read again until they can', async () => {
    const before = await rig();
    await before.journal.append('money', lines(1, 3));
    const disk = before.disk.copy();
    disk.fault = failing('list', '');
    const tested = await rig({ disk, epoch: false });
    expect(tested.journal.health().storage).toBe('failed');
    expect(tested.journal.epoch()).toBeUndefined();
    expect(await tested.journal.append('money', lines(4, 4))).toMatchObject({ ok: false, error: { kind: 'storageFailed' } });
    expect(await tested.journal.read('money', epoch1, 1, { records: 1, bytes: 1 })).toMatchObject({ ok: false });
    disk.fault = undefined;
    await pass(tested.clock, 2_000);
    expect(await tested.journal.append('money', lines(4, 4))).toEqual({ ok: true, value: { firstSeq: 4, lastSeq: 4 } });
  });

  test('a read-only disk at the start: records are read, nothing is confirmed, and a torn tail hurts nobody', async () => {
    const before = await rig();
    await before.journal.append('money', lines(1, 3));
    const disk = before.disk.copy();
    disk.put(firstSegment, new Uint8Array([...(disk.bytesOf(firstSegment) ?? []), 0xc7, 0x4a, 1, 1]));
    disk.fault = (op) =>
      op === 'write' || op === 'truncate' || op === 'makeFolder' || op === 'rename' ? { kind: 'readOnly' } : undefined;
    const tested = await rig({ disk, epoch: false });
    expect(await textsOf(tested)).toEqual(lines(1, 3).map(textOf));
    expect(await tested.journal.append('money', lines(4, 4))).toEqual({
      ok: false,
      error: { kind: 'storageFailed', cause: { kind: 'readOnly' } },
    });
    disk.fault = undefined;
    await pass(tested.clock, 2_000);
    expect(await tested.journal.append('money', lines(4, 4))).toEqual({ ok: true, value: { firstSeq: 4, lastSeq: 4 } });
    expect(await textsOf(await restart(tested))).toEqual(lines(1, 4).map(textOf));
  });

  test('a place that cannot be read: tried for a minute, then declared; the rest of the segment comes', async () => {
    const tested = await rig();
    const all = lines(1, 600);
    await tested.journal.append('money', all);
    const found = await restart(tested);
    const bad = frameAt(all, 300);
    const { disk } = found;
    const read = disk.readInode.bind(disk);
    disk.readInode = (inode, path, offset, length) =>
      path === firstSegment && offset <= bad && bad < offset + length
        ? Promise.resolve({ ok: false, error: io })
        : read(inode, path, offset, length);
    const from = async (): Promise<boolean> =>
      (await found.journal.read('money', epoch1, 290, { records: 50, bytes: 10_000 })).ok;
    expect(await from()).toBe(false);
    expect(await from()).toBe(false);
    expect(await from()).toBe(false);
    await pass(found.clock, 61_000);
    expect(await from()).toBe(false);
    await found.journal.append('event', lines(1, 1));
    expect(await from()).toBe(true);
    const walked = await walk(found.journal);
    const lost = walked.holes.reduce((sum, hole) => sum + hole.last - hole.first + 1, 0);
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(90);
    expect(walked.entries).toHaveLength(600 - lost);
  });
});

describe('a tail that cannot be read at the start', () => {
  /** The last 4 KiB of the segment fail; `until` says how often. */
  async function spoiled(until: number) {
    const before = await rig();
    const all = lines(1, 300);
    await before.journal.append('money', all);
    const disk = before.disk.copy();
    const from = (disk.bytesOf(firstSegment)?.length ?? 0) - 4_096;
    const read = disk.readInode.bind(disk);
    let failures = 0;
    disk.readInode = (inode, path, offset, length) =>
      path === firstSegment && offset + length > from && failures++ < until
        ? Promise.resolve({ ok: false, error: io })
        : read(inode, path, offset, length);
    return { disk, all, size: disk.bytesOf(firstSegment)?.length ?? 0 };
  }

  test('for a while: the start waits, nothing is cut off', async () => {
    const { disk, all } = await spoiled(40);
    const tested = await rig({ disk, epoch: false });
    expect(tested.journal.health().storage).toBe('failed');
    await pass(tested.clock, 60_000);
    expect(await textsOf(tested)).toEqual(all.map(textOf));
    expect(await walk(tested.journal)).toMatchObject({ holes: [], breaks: 0 });
    expect(disk.paths('quarantine')).toEqual([]);
  });

  test('for good: what may have stood there is declared, no number is given twice, and the file stays as it is', async () => {
    const { disk, size } = await spoiled(Number.POSITIVE_INFINITY);
    const tested = await rig({ disk, epoch: false });
    await pass(tested.clock, 120_000);
    expect(tested.journal.health().storage).toBe('ok');
    const appended = await tested.journal.append('money', [line('after')]);
    expect(appended.ok && appended.value.firstSeq).toBeGreaterThan(300);
    expect(disk.bytesOf(firstSegment)).toHaveLength(size);
    const [hole] = (await walk(tested.journal)).holes;
    expect(hole?.first).toBeLessThan(300);
    expect(hole?.last).toBeGreaterThanOrEqual(300);
  });
});

describe('a disk that is gone', () => {
  test('nothing is declared lost, however long it lasts', async () => {
    const tested = await rig();
    await tested.journal.append('money', lines(1, 50));
    const found = await restart(tested);
    found.disk.fault = () => io;
    for (let minute = 0; minute < 30; minute++) {
      expect((await found.journal.read('money', epoch1, 1, { records: 10, bytes: 1_000 })).ok).toBe(false);
      await found.journal.append('event', lines(1, 1));
      await pass(found.clock, 60_000);
    }
    found.disk.fault = undefined;
    await pass(found.clock, 61_000);
    expect(await walk(found.journal)).toMatchObject({ holes: [], breaks: 0 });
    expect((await walk(found.journal)).entries).toHaveLength(50);
  });
});

describe('a disk that was damaged', () => {
  test.each([
    ['cut', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 5), 9],
    ['zeros behind it', (bytes: Uint8Array) => new Uint8Array([...bytes, ...new Uint8Array(4_096)]), 10],
    ['half a frame behind it', (bytes: Uint8Array) => new Uint8Array([...bytes, ...bytes.subarray(64, 110)]), 10],
    ['an old frame behind it', (bytes: Uint8Array) => new Uint8Array([...bytes, ...bytes.subarray(64, 64 + 72)]), 10],
  ] as const)('torn tail (%s): cut off, no hole, writing goes on in the same file', async (_name, damage, kept) => {
    const before = await rig();
    await before.journal.append('money', lines(1, 10));
    const disk = before.disk.copy();
    disk.put(firstSegment, damage(disk.bytesOf(firstSegment) ?? new Uint8Array()).slice());
    const tested = await rig({ disk, epoch: false });
    expect(await tested.journal.append('money', lines(50, 52))).toEqual({
      ok: true,
      value: { firstSeq: kept + 1, lastSeq: kept + 3 },
    });
    expect(disk.paths()).not.toContainEqual(expect.stringContaining('quarantine'));
    expect(await textsOf(await restart(tested))).toEqual([...lines(1, kept), ...lines(50, 52)].map(textOf));
  });

  test('damage in the middle: one number is declared once, the span is kept aside, writing goes on in a new segment', async () => {
    const before = await rig();
    const all = lines(1, 20);
    await before.journal.append('money', all);
    const disk = before.disk.copy();
    flip(disk, firstSegment, frameAt(all, 7) + 45);
    const tested = await rig({ disk, epoch: false });
    const expected = { holes: [{ first: 7, last: 7, cause: 'journalDamage' }] };
    expect(await walk(tested.journal)).toMatchObject(expected);
    expect(tested.journal.health().holes).toBe(1);
    expect(disk.paths('quarantine')).toEqual([`quarantine/money-1-00000000000000000001.seg-${frameAt(all, 7)}.bin`]);
    await tested.journal.append('money', lines(21, 22));
    const again = await restart(tested);
    const walked = await walk(again.journal);
    expect(walked).toMatchObject({ ...expected, breaks: 0 });
    expect(walked.entries.map((entry) => entry.seq)).toEqual(
      [...all.keys()]
        .map((n) => n + 1)
        .filter((n) => n !== 7)
        .concat(21, 22),
    );
    expect(disk.bytesOf('money/1.holes')).toHaveLength(96);
    expect(again.disk.bytesOf('money/1.holes')).toHaveLength(96);
    expect(again.disk.paths('quarantine')).toHaveLength(1);
  });

  test('damage found while running, in the segment that is written', async () => {
    const { disk, journal } = await rig();
    const all = lines(1, 200);
    await journal.append('money', all);
    flip(disk, firstSegment, frameAt(all, 100) + 50);
    const walked = await walk(journal);
    expect(walked.holes).toEqual([{ first: 100, last: 100, cause: 'journalDamage' }]);
    expect(walked.entries).toHaveLength(199);
    await journal.append('money', lines(201, 210));
    expect((await walk(journal)).entries).toHaveLength(209);
    expect(disk.paths('money')).toContain('money/1-00000000000000000201.seg');
  });

  test('a sealed segment with a broken footer loses nothing', async () => {
    const before = await rig({ limits: { segmentBytes: 2_048 } });
    for (const each of lines(1, 60)) await before.journal.append('money', [each]);
    const disk = before.disk.copy();
    flip(disk, firstSegment, (disk.bytesOf(firstSegment)?.length ?? 0) - 60);
    const tested = await rig({ disk, epoch: false });
    expect(await walk(tested.journal)).toMatchObject({ holes: [], breaks: 0 });
    expect(await textsOf(tested)).toEqual(lines(1, 60).map(textOf));
  });

  test('a segment that is gone is a hole between its neighbours', async () => {
    const before = await rig({ limits: { segmentBytes: 2_048 } });
    for (const each of lines(1, 100)) await before.journal.append('money', [each]);
    const disk = before.disk.copy();
    const [first, second, third] = disk.paths('money').map((path) => Number(path.slice(8, -4)));
    await disk.remove(disk.paths('money')[1] ?? '');
    const tested = await rig({ disk, epoch: false });
    const walked = await walk(tested.journal);
    expect(first).toBe(1);
    expect(walked.holes).toEqual([{ first: second, last: (third ?? 0) - 1, cause: 'journalDamage' }]);
    expect(walked.entries.length).toBe(100 - ((third ?? 0) - (second ?? 0)));
  });

  test('acked.state: one broken slot is made up for by the other, two cost a re-send', async () => {
    const before = await rig();
    await before.journal.append('money', lines(1, 30));
    for (const upto of [10, 20]) {
      await before.journal.acknowledge('money', epoch1, upto);
      await pass(before.clock, 6_000);
    }
    expect((await restart(before)).journal.states('money')).toMatchObject([{ acked: 20, last: 30 }]);
    const one = before.disk.copy();
    // The third writing of the file went into the second slot.
    flip(one, 'acked.state', 4_096 + 30);
    expect((await rig({ disk: one })).journal.states('money')).toMatchObject([{ acked: 10 }]);
    const none = before.disk.copy();
    for (const at of [30, 4_126]) flip(none, 'acked.state', at);
    const tested = await rig({ disk: none });
    expect(tested.journal.states('money')).toMatchObject([{ acked: 0, first: 1, last: 30 }]);
    expect((await walk(tested.journal)).entries).toHaveLength(30);
  });

  test.each(['lost', 'damaged'])(
    'epoch.state is %s: a new epoch is asked for, the records of the old one are still there',
    async (how) => {
      const before = await rig();
      await before.journal.append('money', lines(1, 30));
      const disk = before.disk.copy();
      if (how === 'lost') await disk.remove('epoch.state');
      else flip(disk, 'epoch.state', 20);
      const tested = await rig({ disk, epoch: false });
      expect(tested.journal.epoch()).toBeUndefined();
      expect(await tested.journal.append('money', lines(1, 1))).toEqual({ ok: false, error: { kind: 'noEpoch' } });
      expect(await tested.journal.openEpoch(epoch1, uuid2)).toMatchObject({ ok: false, error: { kind: 'epochTaken' } });
      expect(await tested.journal.openEpoch(epoch2, uuid2)).toMatchObject({ ok: true });
      expect(await tested.journal.append('money', lines(1, 1))).toEqual({ ok: true, value: { firstSeq: 1, lastSeq: 1 } });
      expect(tested.journal.states('money')).toMatchObject([
        { epoch: 1, last: 30 },
        { epoch: 2, last: 1 },
      ]);
    },
  );

  test("another agent's segments are set aside whole", async () => {
    const before = await rig();
    await before.journal.append('money', lines(1, 30));
    const { openJournal } = await import('@cardwatch/agent/journal');
    const { silentLogger } = await import('@cardwatch/kernel');
    const disk = before.disk.copy();
    const journal = await openJournal({
      disk,
      clock: new VirtualClock(startAt),
      hasher,
      log: silentLogger,
      agent: AgentId.parse('other'),
      limits: { ballastShare: 0 },
    });
    expect(journal.epoch()).toBeUndefined();
    expect(journal.states('money')).toEqual([]);
    expect(disk.paths('quarantine')).toEqual(['quarantine/money-1-00000000000000000001.seg']);
  });

  test('the scrub finds damage of a sealed segment before anybody reads it', async () => {
    const { disk, clock, journal } = await rig({ limits: { segmentBytes: 2_048 } });
    const all = lines(1, 60);
    for (const each of all) await journal.append('money', [each]);
    flip(disk, firstSegment, frameAt(all, 5) + 45);
    expect(journal.health().holes).toBe(0);
    await pass(clock, 8 * 24 * 3_600_000);
    expect(journal.health().holes).toBe(1);
    expect((await walk(journal)).holes).toEqual([{ first: 5, last: 5, cause: 'journalDamage' }]);
  });

  test('a wall clock that jumps changes nothing in the order', async () => {
    const clock = new VirtualClock(epochMs(startAt));
    const tested = await rig({ clock });
    for (let n = 1; n <= 20; n++) {
      clock.stepWall(n % 2 === 0 ? -86_400_000 * 40 : 86_400_000 * 30);
      await tested.journal.append('money', lines(n, n));
    }
    expect(await textsOf(await restart(tested))).toEqual(lines(1, 20).map(textOf));
  });
});

describe('verify and export', () => {
  test('a sound journal has no problem, and every record comes out', async () => {
    const { disk, journal } = await rig({ limits: { segmentBytes: 2_048 } });
    for (let n = 1; n <= 100; n += 5) await journal.append('money', lines(n, n + 4));
    await journal.append('event', lines(1, 2));
    await journal.openEpoch(epoch2, uuid2);
    await journal.append('money', lines(1, 7));
    await journal.close();
    const report = await verifyJournal(disk, hasher);
    if (!report.ok) throw new Error(report.error.kind);
    expect(report.value).toMatchObject({ epoch: { no: 2 }, problems: [], chainOk: true });
    expect(report.value.lives).toMatchObject([
      { stream: 'money', epoch: 1, records: 100, first: 1, last: 100 },
      { stream: 'money', epoch: 2, records: 7, segments: 1, sealed: 0 },
      { stream: 'event', epoch: 1, records: 2, sealed: 1 },
    ]);
    const first = report.value.lives[0];
    expect(first?.segments).toBeGreaterThan(3);
    expect(first?.sealed).toBe(first?.segments);
    const out: string[] = [];
    for await (const entry of exportJournal(disk, 'money')) out.push(`${entry.epoch}/${entry.seq} ${textOf(entry.line)}`);
    expect(out).toHaveLength(107);
    expect(out[104]).toBe(`2/5 ${textOf(lines(5, 5)[0] as Uint8Array)}`);
  });

  test.each([
    ['nothing', 0],
    ['a header', 64],
  ])(
    'a segment of %s that was given up and stands again hides nothing that went into the one before it',
    async (_what, bytes) => {
      const { disk, journal } = await rig();
      await journal.append('money', lines(1, 10));
      await journal.close();
      const shell = firstSegment.replace('1.seg', '6.seg');
      disk.put(shell, (disk.bytesOf(firstSegment) ?? new Uint8Array()).slice(0, bytes));
      const report = await verifyJournal(disk, hasher);
      if (!report.ok) throw new Error(report.error.kind);
      expect(report.value).toMatchObject({ problems: [], chainOk: true, lives: [{ records: 10, first: 1, last: 10 }] });
      const out: number[] = [];
      for await (const { seq } of exportJournal(disk, 'money')) out.push(seq);
      expect(out).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    },
  );

  test('every kind of problem is told', async () => {
    const { disk, journal } = await rig({ limits: { segmentBytes: 2_048 } });
    const all = lines(1, 150);
    for (const each of all) await journal.append('money', [each]);
    await journal.close();
    const [first, second, third, fourth] = disk.paths('money');
    flip(disk, first ?? '', frameAt(all, 5) + 45);
    flip(disk, second ?? '', 30);
    await disk.remove(third ?? '');
    flip(disk, fourth ?? '', (disk.bytesOf(fourth ?? '')?.length ?? 0) - 20);
    const last = disk.paths('money').at(-1) ?? '';
    disk.put(last, new Uint8Array([...(disk.bytesOf(last) ?? []), 1, 2, 3]));
    const report = await verifyJournal(disk, hasher);
    if (!report.ok) throw new Error(report.error.kind);
    expect(report.value.problems.map((problem) => problem.kind)).toEqual([
      'badSpan',
      'footer',
      'header',
      'footer',
      'missingNumbers',
      'footer',
      'tornTail',
    ]);
    expect(report.value.chainOk).toBe(false);
  });

  test('an empty folder is a sound journal', async () => {
    const { disk } = await rig({ epoch: false });
    expect(await verifyJournal(disk, hasher)).toEqual({
      ok: true,
      value: { epoch: undefined, lives: [], problems: [], chainOk: true },
    });
    expect(EpochNo.parse(1)).toBe(epoch1);
    expect(agent).toBe('yb-bath-1');
  });
});
