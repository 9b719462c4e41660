/** Bugs that the simulation must find: one place of real code each, and what it would have cost. */
import { agentPlants } from './agent.ts';
import { collectorPlants } from './collector.ts';
import { guardPlants } from './guard.ts';
import { journalPlants } from './journal.ts';
import { madeGoodPlants } from './made-good.ts';
import { openPlants } from './open.ts';
import type { Plant } from './plant.ts';

export const plants: readonly Plant[] = [...collectorPlants, ...agentPlants, ...journalPlants, ...guardPlants];

export function findPlant(name: string): Plant {
  const plant = [...plants, ...openPlants, ...madeGoodPlants].find((candidate) => candidate.name === name);
  if (plant === undefined) throw new Error(`no plant ${name}; there are ${plants.map((each) => each.name).join(', ')}`);
  return plant;
}
