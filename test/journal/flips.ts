/** Every bit of a journal flipped in turn: at most its own record is lost, the loss is told, nothing is invented. */
import { line, quickHasher, rig, textOf, walk } from './harness.ts';
import type { MemoryDisk } from './memory-disk.ts';

export interface Flippable {
  readonly disk: MemoryDisk;
  /** Records 1..count, of `lineOf`. */
  readonly count: number;
  readonly segmentBytes: number;
}

export const lineOf = (n: number): Uint8Array =>
  line(`{"recordNo":${n},"kind":"consume","rawSealed":"${'A'.repeat(200 + (n % 7))}"}`);

const limitsOf = (segmentBytes: number) => ({ segmentBytes, retainAckedBytes: { money: 0, event: 0, health: 0 } });

/** A journal that was killed when it had begun its `segments`th segment and put at least one record in, or just before it began it. */
export async function journalOf(segmentBytes: number, segments: number, begun: boolean): Promise<Flippable> {
  const { disk, journal } = await rig({ limits: limitsOf(segmentBytes), hasher: quickHasher });
  for (let count = 1; ; count++) {
    const before = disk.copy();
    await journal.append('money', [lineOf(count)]);
    if (disk.paths('money').length < segments) continue;
    if (!begun) return { disk: before, count: count - 1, segmentBytes };
    await journal.append('money', [lineOf(count + 1), lineOf(count + 2), lineOf(count + 3)]);
    await journal.close();
    return { disk, count: count + 3, segmentBytes };
  }
}

export interface Damage {
  readonly flips: number;
  readonly lostOne: number;
  readonly lostNone: number;
}

/** Flips every bit of the files in turn, starts, reads everything. Throws when a flip does more than it may. */
export async function flipAll(
  journal: Flippable,
  paths: readonly string[],
  told: (flips: number) => void = () => {},
): Promise<Damage> {
  let flips = 0;
  let lostOne = 0;
  for (const path of paths) {
    const bits = (journal.disk.bytesOf(path)?.length ?? 0) * 8;
    for (let bit = 0; bit < bits; bit++) {
      lostOne += await flipOne(journal, path, bit);
      told(++flips);
    }
  }
  return { flips, lostOne, lostNone: flips - lostOne };
}

/** How many records were lost: none or one. */
async function flipOne({ disk, count, segmentBytes }: Flippable, path: string, bit: number): Promise<number> {
  const image = disk.copy();
  const bytes = image.bytesOf(path) ?? new Uint8Array();
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  const { journal } = await rig({ disk: image, limits: limitsOf(segmentBytes), hasher: quickHasher });
  const { entries, holes } = await walk(journal, { hasher: quickHasher });
  for (const entry of entries)
    if (textOf(entry.line) !== textOf(lineOf(entry.seq))) throw new Error(`${path} bit ${bit} changed ${entry.seq}`);
  const missing = holes.reduce((sum, hole) => sum + hole.last - hole.first + 1, 0);
  if (entries.length + missing !== count || missing > 1)
    throw new Error(`${path} bit ${bit}: ${entries.length} records, ${missing} declared lost of ${count}`);
  return missing;
}
