import { describe, expect, test } from 'vitest';
import { lines, rig, walk } from './harness.ts';

describe('start', () => {
  test('sealed segments are known by header, first record and footer; only the last one is walked', async () => {
    const limits = { segmentBytes: 128 * 1024 };
    const first = await rig({ limits });
    for (let n = 1; n <= 40_000; n += 100) await first.journal.append('money', lines(n, n + 99));
    await first.journal.close();
    const disk = first.disk.copy();
    const segments = disk.paths('money').length;
    let read = 0;
    const readInode = disk.readInode.bind(disk);
    disk.readInode = async (inode, path, offset, length) => {
      const bytes = await readInode(inode, path, offset, length);
      if (bytes.ok && path.startsWith('money')) read += bytes.value.length;
      return bytes;
    };
    const tested = await rig({ disk, limits });
    expect(segments).toBeGreaterThan(20);
    expect(read).toBeLessThan(segments * 9 * 1024 + 128 * 1024);
    expect(tested.journal.states('money')).toMatchObject([{ first: 1, last: 40_000 }]);
    expect(await walk(tested.journal)).toMatchObject({ holes: [], breaks: 0 });
  });

  test('a slice in the middle costs a part of one segment, and the next one goes on where it ended', async () => {
    const first = await rig({ limits: { segmentBytes: 1 << 20 } });
    for (let n = 1; n <= 30_000; n += 100) await first.journal.append('money', lines(n, n + 99));
    await first.journal.close();
    const { disk, journal } = await rig({ disk: first.disk.copy() });
    const epoch = journal.epoch()?.no;
    if (epoch === undefined) throw new Error('no epoch');
    const limits = { records: 256, bytes: 64 * 1024 };
    await journal.read('money', epoch, 5_000, limits);
    const before = disk.counts.read ?? 0;
    for (let seq = 5_256; seq < 10_000; seq += 256) await journal.read('money', epoch, seq, limits);
    expect((disk.counts.read ?? 0) - before).toBeLessThanOrEqual(2 * 20);
  });
});
