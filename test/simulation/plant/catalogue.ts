/** Bugs that the simulation must find: one line of real code each, and what it would have cost. */
import type { Mode } from '../world/campus.ts';

export interface Plant {
  readonly name: string;
  readonly story: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly mode: Mode;
}

export const plants: readonly Plant[] = [];

export function findPlant(name: string): Plant {
  const plant = plants.find((candidate) => candidate.name === name);
  if (plant === undefined) throw new Error(`no plant ${name}; there are ${plants.map((each) => each.name).join(', ')}`);
  return plant;
}
