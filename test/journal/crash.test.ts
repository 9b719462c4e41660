import type { Stream } from '@cardwatch/contracts';
import { SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { epoch1, epoch2, line, lines, pass, type Rig, rig, textOf, uuid2, walk } from './harness.ts';
import { everyByteCut, powerCut } from './images.ts';
import type { MemoryDisk } from './memory-disk.ts';

const limits = { segmentBytes: 2_048, retainAckedBytes: { money: 0, event: 0, health: 0 } };

interface Sent {
  readonly stream: Stream;
  readonly epoch: number;
  readonly seq: number;
  readonly text: string;
  /** Changes of the disk after which it was confirmed. */
  readonly confirmedAt: number;
}

interface Recording {
  readonly disk: MemoryDisk;
  readonly sent: readonly Sent[];
  /** Acknowledged from this change on. */
  readonly acked: { readonly stream: Stream; readonly epoch: number; readonly upto: number; readonly at: number };
}

/** Two epochs, three streams, several segments, an acknowledgement with its reclaim. */
async function recordRun(): Promise<Recording> {
  const { disk, clock, journal } = await rig({ limits, epoch: false });
  disk.record = true;
  const sent: Sent[] = [];
  await journal.openEpoch(epoch1, '018f4d2e-0000-7000-8000-000000000001');
  let n = 0;
  const send = async (stream: Stream, epoch: number, count: number): Promise<void> => {
    const batch = lines(n + 1, n + count);
    n += count;
    const appended = await journal.append(stream, batch);
    if (!appended.ok) throw new Error(appended.error.kind);
    if (stream === 'health') await pass(clock, 16_000);
    for (const [index, one] of batch.entries())
      sent.push({ stream, epoch, seq: appended.value.firstSeq + index, text: textOf(one), confirmedAt: disk.changes.length });
  };
  for (const count of [1, 3, 20, 2, 15]) await send('money', 1, count);
  await send('event', 1, 4);
  await send('health', 1, 5);
  const acked = { stream: 'money', epoch: 1, upto: 30, at: disk.changes.length } as const;
  await journal.acknowledge('money', epoch1, 30);
  await pass(clock, 6_000);
  await send('money', 1, 6);
  await journal.openEpoch(epoch2, uuid2);
  for (const count of [2, 25, 1]) await send('money', 2, count);
  return { disk, sent, acked };
}

/** What a recovered journal must hold: everything confirmed and not acknowledged, and nothing that was never sent. */
async function judge(
  recording: Recording,
  image: MemoryDisk,
  upto: number,
): Promise<{ readonly found: number; readonly rig: Rig }> {
  const found = await rig({ disk: image, limits, epoch: false });
  let count = 0;
  for (const stream of ['money', 'event', 'health'] as const) {
    for (const epoch of [epoch1, epoch2]) {
      const ofLife = recording.sent.filter((one) => one.stream === stream && one.epoch === epoch);
      const { acked } = recording;
      const ackedUpto = acked.stream === stream && acked.epoch === epoch && acked.at < upto ? acked.upto : 0;
      const { entries, holes } = await walk(found.journal, { stream, epoch, from: ackedUpto + 1 });
      const held = new Map(entries.map((entry) => [entry.seq, textOf(entry.line)]));
      for (const one of ofLife) {
        const text = held.get(one.seq);
        if (text !== undefined) expect(text, `${stream} ${epoch} ${one.seq}`).toBe(one.text);
        const due = one.confirmedAt <= upto && one.seq > ackedUpto;
        if (due && text === undefined)
          throw new Error(`${stream} ${epoch}/${one.seq} was confirmed and is gone; holes ${JSON.stringify(holes)}`);
        held.delete(one.seq);
      }
      if (held.size > 0) throw new Error(`${stream} ${epoch}: invented ${JSON.stringify([...held])}`);
      count += entries.length;
    }
  }
  return { found: count, rig: found };
}

/** It goes on: a new record gets a number that nobody confirmed before, and both survive another start. */
async function goesOn(recording: Recording, { journal, disk }: Rig, upto: number): Promise<void> {
  const epoch = journal.epoch()?.no;
  if (epoch === undefined) return;
  const appended = await journal.append('money', [line('after')]);
  if (!appended.ok) throw new Error(appended.error.kind);
  const seq = appended.value.firstSeq;
  const taken = recording.sent.filter((one) => one.stream === 'money' && one.epoch === epoch && one.confirmedAt <= upto);
  expect(seq).toBeGreaterThan(Math.max(0, ...taken.map((one) => one.seq)));
  const again = await rig({ disk: disk.copy(), limits, epoch: false });
  const read = await again.journal.read('money', epoch, seq, { records: 1, bytes: 1 });
  expect(read.ok && textOf(read.value?.entries[0]?.line ?? line('nothing'))).toBe('after');
}

describe('crash images', () => {
  test('killed at every byte of every write: confirmed records are there, nothing is invented, no hole is declared', async () => {
    const recording = await recordRun();
    let holes = 0;
    let most = 0;
    const cuts = await everyByteCut(recording.disk.changes, async (image, at) => {
      const judged = await judge(recording, image, at.change);
      most = Math.max(most, judged.found);
      holes += judged.rig.journal.health().holes;
      if (at.byte % 16 === 3) await goesOn(recording, judged.rig, at.change);
    });
    expect(cuts).toBeGreaterThan(8_000);
    expect(most).toBeGreaterThan(50);
    expect(holes).toBe(0);
  });

  test('power cut at every change, unsynced sectors there or not in any mixture', async () => {
    const recording = await recordRun();
    const { changes } = recording.disk;
    let images = 0;
    for (let upto = 0; upto <= changes.length; upto++) {
      for (let variant = 0; variant < 96; variant++) {
        const image = powerCut(changes, upto, new SeededRandom(upto * 1_000 + variant));
        const judged = await judge(recording, image, upto);
        await goesOn(recording, judged.rig, upto);
        images++;
      }
    }
    expect(images).toBeGreaterThan(6_000);
  });

  test.each(['sync', 'syncFolder'] as const)('the judge misses records when no %s counts', async (op) => {
    const recording = await recordRun();
    const idle = { op: 'syncFolder', folder: 'quarantine' } as const;
    const changes = recording.disk.changes.map((change) => (change.op === op ? idle : change));
    let lost = 0;
    for (let upto = 0; upto <= changes.length; upto++) {
      const image = powerCut(changes, upto, new SeededRandom(upto));
      lost += await judge(recording, image, upto).then(
        () => 0,
        () => 1,
      );
    }
    expect(lost).toBeGreaterThan(10);
  });
});
