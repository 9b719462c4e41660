import { chainInput } from '@cardwatch/contracts';
import { describe, expect, test } from 'vitest';
import { epoch1, epoch2, hasher, line, lines, quickHasher, rig, same, textOf, uuid1, uuid2, walk } from './harness.ts';

const limits = { records: 256, bytes: 64 * 1024 };

describe('append and read', () => {
  test('what was appended is read back in order, with the chain of the contract', async () => {
    const { journal } = await rig();
    const all = lines(1, 500);
    const results = await Promise.all(all.map((one) => journal.append('money', [one])));
    expect(results.map((result) => (result.ok ? result.value.firstSeq : 0))).toEqual(all.map((_, index) => index + 1));
    const walked = await walk(journal);
    expect(walked.entries.map((entry) => textOf(entry.line))).toEqual(all.map(textOf));
    expect(walked).toMatchObject({ holes: [], breaks: 0 });
    let hash: Uint8Array = new Uint8Array(32);
    for (const [index, one] of all.entries()) hash = hasher.sha256(chainInput(hash, index + 1, one));
    const last = await journal.read('money', epoch1, 500, limits);
    expect(last.ok && last.value !== undefined && same(last.value.endHash, hash)).toBe(true);
  });

  test('a large hole is hashed once over all of its slices, and once again when it is read anew', async () => {
    const first = await rig({ hasher: quickHasher, limits: { segmentBytes: 64 * 1024 } });
    for (let at = 1; at <= 24_000; at += 500) await first.journal.append('money', lines(at, at + 499));
    await first.journal.close();
    const disk = first.disk.copy();
    const segments = disk.paths('money/').filter((path) => path.endsWith('.seg'));
    for (const path of segments.slice(1, -1)) disk.names.delete(path);
    let hashes = 0;
    const counting = { sha256: (bytes: Uint8Array): Uint8Array => (hashes++, quickHasher.sha256(bytes)) };
    const { journal } = await rig({ disk, hasher: counting });
    for (let round = 0; round < 2; round++) {
      hashes = 0;
      const { holes, breaks, entries } = await walk(journal, { hasher: quickHasher });
      const missing = holes.reduce((sum, { first: from, last }) => sum + last - from + 1, 0);
      // the chain goes on from what really stood in the hole
      expect([missing + entries.length, breaks]).toEqual([24_000, 1]);
      expect(missing).toBeGreaterThan(20_000);
      expect(holes.length).toBeGreaterThanOrEqual(5);
      expect(hashes).toBeLessThan(missing + 2 * entries.length + 1_000);
    }
  });

  test('a slice keeps both limits and never is empty', async () => {
    const { journal } = await rig();
    await journal.append('money', lines(1, 300));
    const byCount = await journal.read('money', epoch1, 10, { records: 7, bytes: 1 << 20 });
    expect(byCount.ok && byCount.value?.entries.map((entry) => entry.seq)).toEqual([10, 11, 12, 13, 14, 15, 16]);
    const byBytes = await journal.read('money', epoch1, 10, { records: 7, bytes: 1 });
    expect(byBytes.ok && byBytes.value?.entries.map((entry) => entry.seq)).toEqual([10]);
    const none = await journal.read('money', epoch1, 301, limits);
    expect(none).toEqual({ ok: true, value: undefined });
  });

  test('goes on after a restart where it stood', async () => {
    const first = await rig();
    await first.journal.append('money', lines(1, 100));
    await first.journal.append('event', lines(1, 3));
    await first.journal.close();
    const second = await rig({ disk: first.disk });
    expect(second.journal.epoch()).toEqual({ no: epoch1, uuid: uuid1 });
    const appended = await second.journal.append('money', lines(101, 150));
    expect(appended).toEqual({ ok: true, value: { firstSeq: 101, lastSeq: 150 } });
    const walked = await walk(second.journal);
    expect(walked.entries).toHaveLength(150);
    expect(walked).toMatchObject({ holes: [], breaks: 0 });
    expect(second.journal.states('event')).toMatchObject([{ epoch: 1, first: 1, last: 3, acked: 0 }]);
    expect(second.disk.paths('money')).toEqual(['money/1-00000000000000000001.seg']);
  });

  test('cuts segments, seals them, and reads across them after a restart', async () => {
    const small = { segmentBytes: 8 * 1024 };
    const first = await rig({ limits: small });
    for (let n = 1; n <= 1_000; n += 10) await first.journal.append('money', lines(n, n + 9));
    expect(first.disk.paths('money').length).toBeGreaterThan(8);
    const before = await walk(first.journal, { records: 37 });
    const second = await rig({ disk: first.disk.copy(), limits: small });
    const after = await walk(second.journal, { records: 41 });
    for (const walked of [before, after]) {
      expect(walked.entries).toHaveLength(1_000);
      expect(walked).toMatchObject({ holes: [], breaks: 0 });
    }
  });

  test('a new epoch starts at 1; the older life stays until it is acknowledged', async () => {
    const { journal, disk } = await rig();
    await journal.append('money', lines(1, 5));
    expect(await journal.openEpoch(epoch1, uuid2)).toEqual({ ok: false, error: { kind: 'epochTaken', newest: 1 } });
    expect(await journal.openEpoch(epoch2, uuid2)).toEqual({ ok: true, value: undefined });
    expect(await journal.append('money', [line('new')])).toEqual({ ok: true, value: { firstSeq: 1, lastSeq: 1 } });
    expect(journal.states('money')).toMatchObject([
      { epoch: 1, first: 1, last: 5, acked: 0 },
      { epoch: 2, first: 1, last: 1, acked: 0 },
    ]);
    await journal.acknowledge('money', epoch1, 5);
    expect(journal.states('money').map((state) => state.epoch)).toEqual([2]);
    await journal.close();
    const again = await rig({ disk });
    expect(again.journal.states('money').map((state) => state.epoch)).toEqual([2]);
    expect((await walk(again.journal, { epoch: epoch2 })).entries.map((entry) => textOf(entry.line))).toEqual(['new']);
  });

  test('refuses without an epoch, beyond a limit, and after close', async () => {
    const { journal } = await rig({ epoch: false });
    expect(await journal.append('money', [line('x')])).toEqual({ ok: false, error: { kind: 'noEpoch' } });
    await journal.openEpoch(epoch1, uuid1);
    expect(await journal.append('money', [new Uint8Array(8_192)])).toMatchObject({ ok: true });
    expect(await journal.append('money', [new Uint8Array(8_193)])).toEqual({
      ok: false,
      error: { kind: 'tooLarge', bytes: 8_193, limit: 8_192 },
    });
    await journal.close();
    await journal.close();
    expect(await journal.append('money', [line('x')])).toEqual({ ok: false, error: { kind: 'closed' } });
  });
});
