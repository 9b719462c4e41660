import { SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { huntCrashes } from './crash-hunt.ts';
import { CrashPoint, everyByteCut } from './images.ts';
import { goesOn, judge } from './judge.ts';
import { recordRun } from './recording.ts';

describe('crash images', () => {
  test('killed at every byte of every write: confirmed records are there, nothing is invented, no hole is declared', async () => {
    const recording = await recordRun();
    let holes = 0;
    let most = 0;
    const cuts = await everyByteCut(recording, async (image, { change, byte }) => {
      const judged = await judge(recording, image, change);
      most = Math.max(most, judged.found.length);
      holes += judged.holes;
      if (byte % 16 === 3) await goesOn(recording, judged, change);
      return true;
    });
    expect(cuts).toBeGreaterThan(8_000);
    expect(most).toBeGreaterThan(50);
    expect(holes).toBe(0);
  });

  test('runs that a seed makes up: killed, cut off from power, and crashed again while they recover', async () => {
    const { images, byteCuts, powerCuts, secondCrashes, recordsRead, failures } = await huntCrashes({
      seed: 501,
      images: 8_000,
      cutsMax: 1_000,
    });
    expect(failures).toEqual([]);
    expect(images).toBeGreaterThanOrEqual(8_000);
    expect(byteCuts).toBeGreaterThan(2_000);
    expect(powerCuts).toBeGreaterThan(2_000);
    expect(secondCrashes).toBeGreaterThan(1_000);
    expect(recordsRead).toBeGreaterThan(100_000);
  });

  test.each(['sync', 'syncFolder'] as const)('the judge misses records when no %s counts', async (op) => {
    const recording = await recordRun();
    const idle = { op: 'syncFolder', folder: 'quarantine' } as const;
    const careless = { ...recording, changes: recording.changes.map((change) => (change.op === op ? idle : change)) };
    let lost = 0;
    for (let upto = 0; upto <= careless.changes.length; upto++) {
      const image = new CrashPoint(careless, upto, 512).anyMixture(new SeededRandom(upto));
      lost += await judge(careless, image, upto).then(
        () => 0,
        () => 1,
      );
    }
    expect(lost).toBeGreaterThan(10);
  });
});
