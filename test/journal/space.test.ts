import type { Stream } from '@cardwatch/contracts';
import { describe, expect, test } from 'vitest';
import { epoch1, pass, type Rig, rig, walk } from './harness.ts';

const kibi = 1024;
const limits = {
  segmentBytes: 64 * kibi,
  retainAckedBytes: { money: 1 << 30, event: 1 << 30, health: 1 << 30 },
  ballastShare: 0.1,
};
const budgetBytes = 2_048 * kibi;

/** About `bytes` of a stream in appends of 4 KiB; tells how the last one went. */
async function fill({ journal, clock }: Rig, stream: Stream, bytes: number): Promise<string> {
  const four = Array.from({ length: 4 }, () => new Uint8Array(980).fill(65));
  let outcome = 'none';
  for (let written = 0; written < bytes; written += 4 * kibi) {
    const appended = await journal.append(stream, four);
    outcome = appended.ok ? 'ok' : appended.error.kind;
    if (stream === 'health') await pass(clock, 15_000);
  }
  return outcome;
}

const bytesOf = ({ disk }: Rig, folder: string): number =>
  disk.paths(`${folder}/`).reduce((sum, path) => sum + (disk.bytesOf(path)?.length ?? 0), 0);

const open = async (): Promise<Rig> => {
  const tested = await rig({ limits, budgetBytes });
  await pass(tested.clock, 1_000);
  return tested;
};

describe('the budget', () => {
  test('the ballast stands from the start and takes its share', async () => {
    const { disk, journal } = await open();
    expect(disk.bytesOf('ballast')).toHaveLength(Math.floor(budgetBytes * 0.1));
    expect(journal.health().storage).toBe('ok');
  });

  test.each([
    ['health', 0.25],
    ['event', 0.15],
  ] as const)('%s keeps to its share: the oldest is dropped and declared, the newest stays', async (stream, share) => {
    const tested = await open();
    expect(await fill(tested, stream, 2 * share * budgetBytes)).toBe('ok');
    expect(bytesOf(tested, stream)).toBeLessThanOrEqual(share * budgetBytes);
    expect(bytesOf(tested, stream)).toBeGreaterThan(0.6 * share * budgetBytes);
    expect(tested.journal.health().storage).toBe('tight');
    const [state] = tested.journal.states(stream);
    const walked = await walk(tested.journal, { stream });
    const dropped = walked.holes.reduce((sum, hole) => sum + hole.last - hole.first + 1, 0);
    expect(walked.holes.every((hole) => hole.cause === 'dropped')).toBe(true);
    expect(dropped + walked.entries.length).toBe(state?.last);
    const again = await rig({ disk: tested.disk.copy(), limits, budgetBytes, epoch: false });
    const after = await walk(again.journal, { stream });
    expect(after.holes).toEqual(walked.holes);
    expect(after.entries).toHaveLength(walked.entries.length);
  });

  test('money pushes in the order: acknowledged of any class, health, event, ballast; then it is refused and nothing of it is lost', async () => {
    const tested = await open();
    const { journal, disk, clock } = tested;
    await fill(tested, 'money', 300 * kibi);
    await fill(tested, 'event', 250 * kibi);
    await fill(tested, 'health', 450 * kibi);
    await journal.acknowledge('money', epoch1, 200);
    const stages: string[] = [];
    const note = (): void => {
      const stage = [
        journal.states('money')[0]?.first === 1 ? '' : 'acked',
        journal.states('health')[0]?.acked === 0 && disk.names.has('health/1.holes') ? 'health' : '',
        disk.names.has('event/1.holes') ? 'event' : '',
        disk.names.has('ballast') ? '' : 'ballast',
      ]
        .join(' ')
        .trim();
      if (stages.at(-1) !== stage) stages.push(stage);
    };
    let outcome = 'ok';
    let confirmed = journal.states('money')[0]?.last ?? 0;
    while (outcome === 'ok') {
      outcome = await fill(tested, 'money', 4 * kibi);
      if (outcome === 'ok') confirmed += 4;
      note();
    }
    expect(stages).toEqual(['', 'acked', 'acked health', 'acked health event', 'acked health event ballast']);
    expect(outcome).toBe('full');
    expect(journal.health().storage).toBe('ballastUsed');
    expect(disk.usedBytes()).toBeLessThanOrEqual(budgetBytes + 16 * kibi);
    expect(await fill(tested, 'health', 4 * kibi)).toBe('full');
    const money = await walk(journal, { from: 201 });
    expect(money.holes).toEqual([]);
    expect(money.entries).toHaveLength(confirmed - 200);
    await journal.acknowledge('money', epoch1, confirmed);
    expect(await fill(tested, 'money', 4 * kibi)).toBe('ok');
    await pass(clock, 60_000);
  });

  test('the ballast comes back when there is room again', async () => {
    const tested = await rig({ limits: { ...limits, retainAckedBytes: { money: 0, event: 0, health: 0 } }, budgetBytes });
    await pass(tested.clock, 1_000);
    while ((await fill(tested, 'money', 4 * kibi)) === 'ok');
    expect(tested.disk.names.has('ballast')).toBe(false);
    await tested.journal.acknowledge('money', epoch1, 1e9);
    await pass(tested.clock, 10_000);
    expect(tested.disk.names.has('ballast')).toBe(true);
    expect(tested.journal.health().storage).toBe('ok');
    expect(tested.disk.paths('money')).toHaveLength(1);
  });

  test('a disk that is full before the budget is: gives way by the same order, money is confirmed', async () => {
    const tested = await open();
    await fill(tested, 'health', 450 * kibi);
    tested.disk.capacityBytes = tested.disk.usedBytes() + 20 * kibi;
    expect(await fill(tested, 'money', 200 * kibi)).toBe('ok');
    expect((await walk(tested.journal)).holes).toEqual([]);
    expect((await walk(tested.journal, { stream: 'health' })).holes[0]?.cause).toBe('dropped');
    expect(tested.journal.health().storage).not.toBe('failed');
  });

  test('acknowledged records stay up to their retention, the oldest go first', async () => {
    const retain = { money: 200 * kibi, event: 0, health: 0 };
    const tested = await rig({ limits: { ...limits, retainAckedBytes: retain }, budgetBytes });
    await fill(tested, 'money', 600 * kibi);
    const last = tested.journal.states('money')[0]?.last ?? 0;
    await tested.journal.acknowledge('money', epoch1, last);
    await pass(tested.clock, 10_000);
    const [state] = tested.journal.states('money');
    expect(state?.bytes).toBeLessThanOrEqual(265 * kibi);
    expect(state?.bytes).toBeGreaterThan(130 * kibi);
    expect((await walk(tested.journal, { from: state?.first ?? 0 })).entries.at(-1)?.seq).toBe(last);
    const gone = await tested.journal.read('money', epoch1, 1, { records: 1, bytes: 1 });
    expect(gone.ok && gone.value?.hole?.cause).toBe('dropped');
    const again = await rig({ disk: tested.disk.copy(), limits, budgetBytes, epoch: false });
    expect(again.journal.states('money')).toMatchObject([{ acked: last, last }]);
    expect(again.journal.health().holes).toBe(0);
  });

  test('no room even for the hole: what was dropped is known after a restart', async () => {
    const tested = await rig({ limits: { ...limits, ballastShare: 0 }, budgetBytes });
    await fill(tested, 'event', 200 * kibi);
    const { disk } = tested;
    const full: typeof disk.fault = (op, path) => (op === 'write' && path.endsWith('.holes') ? { kind: 'noSpace' } : undefined);
    disk.fault = full;
    disk.capacityBytes = disk.usedBytes() + 10 * kibi;
    expect(await fill(tested, 'money', 40 * kibi)).toBe('ok');
    const [hole] = (await walk(tested.journal, { stream: 'event' })).holes;
    expect(hole).toMatchObject({ first: 1, cause: 'dropped' });
    const again = await rig({ disk: disk.copy(), limits, budgetBytes, epoch: false });
    expect((await walk(again.journal, { stream: 'event' })).holes).toEqual([hole]);
    const left = disk.copy();
    for (const path of left.paths('event')) await left.remove(path);
    const none = await rig({ disk: left, limits, budgetBytes, epoch: false });
    const appended = await none.journal.append('event', [new Uint8Array(1)]);
    expect(appended.ok && appended.value.firstSeq).toBe((hole?.last ?? 0) + 1);
  });
});
