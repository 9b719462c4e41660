/** What kind of a campus a seed is. */
import { chance, intBetween, pick, type SeededRandom } from '@cardwatch/kernel';
import type { PastService } from './terminal.ts';

export interface Shape {
  /** Terminals of one agent, from and to. */
  readonly terminals: readonly [from: number, to: number];
  /** Mean time between two records of one terminal. */
  readonly recordsEveryMs: number;
}

/**
 * A third of the seeds are a rush hour: few terminals, a record every few seconds on each. The others are a campus as it is for most of the day: many
 * terminals that are asked and have nothing to tell, with a rush here and there (nemesis).
 */
export const shapeOf = (random: SeededRandom): Shape =>
  chance(random, 0.35)
    ? { terminals: [1, 5], recordsEveryMs: pick(random, [1_000, 3_000, 10_000]) }
    : { terminals: [8, 40], recordsEveryMs: pick(random, [30_000, 120_000, 600_000]) };

/** Two terminals in three are new; the others served for years, and each of their registers is about to wrap or has wrapped. */
export function pastService(random: SeededRandom): PastService | undefined {
  if (chance(random, 0.66)) return undefined;
  return {
    records: intBetween(random, 1, pick(random, [1_000, 70_000, 4_000_000_000])),
    boots: 0xffff - intBetween(random, 0, 3),
    overwritten: 0xffff - intBetween(random, 0, 30),
    storeLives: pick(random, [0, 7, 0xffff - intBetween(random, 1, 3)]),
    cardCounter: 0xffff - intBetween(random, 0, 50),
  };
}
