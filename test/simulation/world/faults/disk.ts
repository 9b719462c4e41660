/** The card under an agent. */
import { chance, intBetween, pick, type SeededRandom } from '@cardwatch/kernel';
import type { Campus } from '../campus.ts';
import type { DiskFaults } from '../disk.ts';
import { type Fault, forAWhile } from './fault.ts';

const kibi = 1024;

/** Something is wrong with one card until it is over. */
const ill = (name: string, longestMs: number, fall: (faults: DiskFaults, random: SeededRandom) => void): Fault => ({
  name,
  strike: (campus, random) => {
    const { disk } = pick(random, campus.agents);
    fall(disk.faults, random);
    return forAWhile(campus, random, name, longestMs, () => campus.weather.settleDisk(disk));
  },
});

export const diskFaults: readonly Fault[] = [
  ill('disk grumbles', 120_000, (faults, random) => {
    faults.shortWrite = random.next() * 0.2;
    faults.writeEio = random.next() * 0.05;
    faults.syncEio = random.next() * 0.1;
    faults.folderSyncEio = random.next() * 0.1;
  }),
  ill('sync fails', 60_000, (faults) => {
    faults.syncBroken = true;
  }),
  ill('disk goes read-only', 60_000, (faults) => {
    faults.readOnly = true;
  }),
  ill('disk stalls', 60_000, (faults, random) => {
    faults.stallMs = random.next() * pick(random, [50, 500, 10_000]);
  }),
  {
    name: 'disk full',
    strike: (campus, random) => {
      const agent = pick(random, campus.agents);
      const { disk } = agent;
      const left = intBetween(random, 0, pick(random, [1, 64]) * kibi);
      disk.faults.takenBytes = Math.max(0, disk.totalBytes - disk.usedBytes() - left);
      if (chance(random, 0.3)) agent.crash('process');
      return forAWhile(campus, random, 'disk full', 180_000, () => campus.weather.settleDisk(disk));
    },
  },
  // A file that cannot be read at a start is set aside and its numbers are declared lost: seen, but lost.
  {
    ...ill('reads fail', 60_000, (faults, random) => {
      faults.readEio = random.next() * 0.1;
    }),
    destroys: true,
  },
  { name: 'bit flipped', destroys: true, strike: (campus, random) => damage(campus, random, 'flip') },
  { name: 'block misdirected', destroys: true, strike: (campus, random) => damage(campus, random, 'misdirect') },
];

/** Money is what the damage is for; some of it falls elsewhere. */
function damage(campus: Campus, random: SeededRandom, how: 'flip' | 'misdirect'): boolean {
  const { disk } = pick(random, campus.agents);
  const files = chance(random, 0.7) ? disk.filesIn('money') : disk.files();
  if (files.length === 0) return false;
  let done = false;
  for (let left = intBetween(random, 1, 3); left > 0; left--) {
    const file = pick(random, files);
    done = (how === 'flip' ? file.flipBit(random) : file.misdirect(random)) || done;
  }
  return done;
}
