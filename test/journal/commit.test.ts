import { journalLimits } from '@cardwatch/agent/journal';
import type { Stream } from '@cardwatch/contracts';
import { describe, expect, test } from 'vitest';
import { epoch1, line, lines, pass, rig, settle, walk } from './harness.ts';

const standard = { commit: journalLimits.commit };

interface Step {
  readonly at: number;
  readonly lines: readonly Uint8Array[];
}

interface Played {
  /** When each append resolved; undefined: not yet. */
  readonly resolvedAt: readonly (number | undefined)[];
  readonly syncs: number;
  readonly writes: number;
  readonly durableAt: readonly number[];
}

async function play(stream: Stream, script: readonly Step[], untilMs: number): Promise<Played> {
  const { disk, clock, journal } = await rig({ limits: standard });
  const start = clock.mono();
  const durableAt: number[] = [];
  journal.onDurable(() => durableAt.push(clock.mono() - start));
  const before = { syncs: disk.counts.sync ?? 0, writes: disk.counts.write ?? 0 };
  const resolvedAt: (number | undefined)[] = script.map(() => undefined);
  for (const [index, step] of script.entries()) {
    await pass(clock, step.at - (clock.mono() - start));
    void journal.append(stream, step.lines).then((result) => {
      if (result.ok) resolvedAt[index] = clock.mono() - start;
    });
  }
  await pass(clock, untilMs - (clock.mono() - start));
  return {
    resolvedAt,
    syncs: (disk.counts.sync ?? 0) - before.syncs,
    // The header of the segment is a write of its own.
    writes: (disk.counts.write ?? 0) - before.writes - 1,
    durableAt,
  };
}

const one = (): Uint8Array[] => [line('x')];
const kilobytes = (count: number): Uint8Array[] => Array.from({ length: count }, () => new Uint8Array(1_024));

describe('group commit', () => {
  test.each([
    [
      'money: 20 ms after the first',
      'money',
      [
        { at: 0, lines: one() },
        { at: 5, lines: one() },
        { at: 19, lines: one() },
        { at: 21, lines: one() },
      ],
      100,
      [20, 20, 20, 41],
      2,
    ],
    [
      'money: 64 records at once',
      'money',
      [
        { at: 0, lines: one() },
        { at: 3, lines: lines(1, 63) },
      ],
      10,
      [3, 3],
      1,
    ],
    [
      'money: 63 records wait',
      'money',
      [
        { at: 0, lines: one() },
        { at: 3, lines: lines(1, 62) },
      ],
      19,
      [undefined, undefined],
      0,
    ],
    [
      'money: 64 KiB at once',
      'money',
      [
        { at: 0, lines: kilobytes(30) },
        { at: 3, lines: kilobytes(32) },
      ],
      10,
      [3, 3],
      1,
    ],
    [
      'event: 200 ms',
      'event',
      [
        { at: 0, lines: one() },
        { at: 150, lines: one() },
        { at: 199, lines: one() },
      ],
      400,
      [200, 200, 200],
      1,
    ],
    ['event: 199 ms is too early', 'event', [{ at: 0, lines: one() }], 199, [undefined], 0],
  ] as const)('%s', async (_name, stream, script, untilMs, resolvedAt, syncs) => {
    const played = await play(stream, script, untilMs);
    expect(played.resolvedAt).toEqual(resolvedAt);
    expect(played.syncs).toBe(syncs);
    expect(played.durableAt).toHaveLength(syncs);
    expect(Math.max(0, played.writes)).toBe(syncs);
  });

  test('health resolves when written, is synced 15 s after the first, and is read only then', async () => {
    const { disk, clock, journal } = await rig({ limits: standard });
    const before = disk.counts.sync ?? 0;
    const results: boolean[] = [];
    for (let n = 0; n < 20; n++) {
      void journal.append('health', one()).then((result) => results.push(result.ok));
      await pass(clock, 500);
    }
    expect(results).toHaveLength(20);
    expect((disk.counts.sync ?? 0) - before).toBe(0);
    expect(await journal.read('health', epoch1, 1, { records: 10, bytes: 1_000 })).toEqual({ ok: true, value: undefined });
    await pass(clock, 5_200);
    expect((disk.counts.sync ?? 0) - before).toBe(1);
    expect((await walk(journal, { stream: 'health' })).entries).toHaveLength(20);
  });

  test('news on health is durable half a second after it was hurried, and costs one sync however often it was', async () => {
    const { disk, clock, journal } = await rig({ limits: standard });
    const before = disk.counts.sync ?? 0;
    void journal.append('health', one());
    await pass(clock, 300);
    for (let n = 0; n < 5; n++) journal.hurry('health');
    await pass(clock, 400);
    expect((disk.counts.sync ?? 0) - before).toBe(0);
    await pass(clock, 150);
    expect((disk.counts.sync ?? 0) - before).toBe(1);
    expect((await walk(journal, { stream: 'health' })).entries).toHaveLength(1);
    await pass(clock, 20_000);
    expect((disk.counts.sync ?? 0) - before).toBe(1);
  });

  test('nothing resolves before its sync; what comes meanwhile shares the next one', async () => {
    const { disk, clock, journal } = await rig();
    let release: (() => void) | undefined;
    disk.delay = (op) => (op === 'sync' ? new Promise((resolve) => (release = resolve)) : undefined);
    const order: string[] = [];
    const append = (name: string): void => void journal.append('money', [line(name)]).then(() => order.push(name));
    append('a');
    await settle();
    for (const name of ['b', 'c', 'd']) append(name);
    await pass(clock, 1_000);
    expect(order).toEqual([]);
    const syncs = disk.counts.sync ?? 0;
    release?.();
    await settle();
    expect(order).toEqual(['a']);
    expect(disk.counts.sync).toBe(syncs + 1);
    release?.();
    await settle();
    expect(order).toEqual(['a', 'b', 'c', 'd']);
  });

  test('many callers under a slow disk: full commits are prepared ahead, order and numbers hold', async () => {
    const { disk, clock, journal } = await rig();
    disk.delay = (op) => (op === 'sync' || op === 'write' ? new Promise((resolve) => void clock.after(5, resolve)) : undefined);
    const results = lines(1, 2_000).map((each) => journal.append('money', [each]));
    await pass(clock, 2_000);
    const numbers = (await Promise.all(results)).map((result) => (result.ok ? result.value.firstSeq : 0));
    expect(numbers).toEqual(lines(1, 2_000).map((_, index) => index + 1));
    disk.delay = undefined;
    expect(await walk(journal)).toMatchObject({ holes: [], breaks: 0 });
  });

  test('the queue of waiting lines is bounded', async () => {
    const { disk, clock, journal } = await rig();
    disk.delay = (op) => (op === 'sync' ? new Promise((resolve) => void clock.after(60_000, resolve)) : undefined);
    const outcomes: string[] = [];
    for (let n = 0; n < 12; n++)
      void journal.append('money', kilobytes(1_000)).then((result) => outcomes.push(result.ok ? 'ok' : result.error.kind));
    await settle();
    expect(outcomes).toEqual(['full', 'full', 'full']);
    await pass(clock, 3_600_000);
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(9);
  });
});
