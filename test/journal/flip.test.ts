import { describe, expect, test } from 'vitest';
import { line, quickHasher, rig, textOf, walk } from './harness.ts';
import type { MemoryDisk } from './memory-disk.ts';

const limits = { segmentBytes: 4_096, retainAckedBytes: { money: 0, event: 0, health: 0 } };
const firstSegment = 'money/1-00000000000000000001.seg';

const lineOf = (n: number): Uint8Array => line(`{"recordNo":${n},"kind":"consume","rawSealed":"${'A'.repeat(200 + (n % 7))}"}`);

/** A segment of about 4 KiB; sealed when more follows. */
async function segmentOf(
  more: boolean,
): Promise<{ readonly disk: MemoryDisk; readonly count: number; readonly inFirst: number }> {
  const { disk, journal } = await rig({ limits, hasher: quickHasher });
  let count = 0;
  while (disk.paths('money').length < 2) {
    const before = disk.copy();
    await journal.append('money', [lineOf(count + 1)]);
    count++;
    if (disk.paths('money').length === 2 && !more) return { disk: before, count: count - 1, inFirst: count - 1 };
  }
  await journal.append(
    'money',
    [1, 2, 3].map((more) => lineOf(count + more)),
  );
  await journal.close();
  return { disk, count: count + 3, inFirst: count - 1 };
}

interface Damage {
  readonly flips: number;
  readonly lostOne: number;
  readonly lostNone: number;
}

/** Flips every bit of the first segment in turn, starts, reads everything. */
async function flipAll(disk: MemoryDisk, count: number): Promise<Damage> {
  const bits = (disk.bytesOf(firstSegment)?.length ?? 0) * 8;
  const lost = [0, 0];
  for (let bit = 0; bit < bits; bit++) {
    const image = disk.copy();
    const bytes = image.bytesOf(firstSegment) as Uint8Array;
    bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    const { journal } = await rig({ disk: image, limits, hasher: quickHasher });
    const { entries, holes } = await walk(journal, { hasher: quickHasher });
    for (const entry of entries)
      if (textOf(entry.line) !== textOf(lineOf(entry.seq))) throw new Error(`bit ${bit} changed ${entry.seq}`);
    const missing = holes.reduce((sum, hole) => sum + hole.last - hole.first + 1, 0);
    if (entries.length + missing !== count || missing > 1)
      throw new Error(`bit ${bit}: ${entries.length} records, ${missing} declared lost of ${count}`);
    lost[missing] = (lost[missing] as number) + 1;
  }
  return { flips: bits, lostOne: lost[1] as number, lostNone: lost[0] as number };
}

describe('one flipped bit', () => {
  test.each([
    ['in the segment that is written', false],
    ['in a sealed segment', true],
  ])(
    '%s: at most its own record is lost, the loss is declared, nothing is invented',
    async (_where, more) => {
      const { disk, count, inFirst } = await segmentOf(more);
      expect(inFirst).toBeGreaterThan(10);
      const damage = await flipAll(disk, count);
      expect(damage.flips).toBeGreaterThan(30_000);
      expect(damage.lostOne + damage.lostNone).toBe(damage.flips);
      expect(damage.lostOne).toBeGreaterThan(damage.flips * 0.8);
    },
    240_000,
  );
});
