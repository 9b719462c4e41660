/** The simulation finds what it is there for: bugs planted in real code. From seed 1 on, without knowing where: `node test/simulation/planted.ts`. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { huntFor } from './hunt.ts';
import { plants } from './plant/catalogue.ts';
import { mutate } from './plant/hook.ts';
import { madeGoodPlants } from './plant/made-good.ts';
import { openPlants } from './plant/open.ts';
import type { Plant } from './plant/plant.ts';
import { keptSeeds } from './plant/seeds.ts';
import type { RunSpec } from './shrink/found.ts';
import { SpecRunner } from './shrink/runner.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const seeds = new Map(keptSeeds().map((seed) => [seed.name, seed]));
const specOf = ({ name, mode }: Plant): RunSpec | undefined => {
  const known = seeds.get(name);
  return known === undefined ? undefined : { seed: known.seed, events: known.events, mode, spare: {} };
};

describe('planted bugs', () => {
  test('are at least forty, on both sides, each with a name and a seed of its own', () => {
    expect(plants.length).toBeGreaterThanOrEqual(40);
    expect(new Set(plants.map(({ name }) => name)).size).toBe(plants.length);
    for (const side of ['packages/agent/', 'packages/collector/'])
      expect(plants.filter(({ file }) => file.startsWith(side)).length).toBeGreaterThanOrEqual(12);
    expect(plants.filter((plant) => specOf(plant) === undefined)).toEqual([]);
  });

  test.each([...plants, ...openPlants, ...madeGoodPlants])('$name stands in the real source exactly once', (plant) => {
    const source = readFileSync(`${root}${plant.file}`, 'utf8');
    expect(mutate(source, plant)).not.toBe(source);
  });

  test('cannot be reached by a program: no package loads a hook or names this folder', () => {
    const reaches = /registerHooks|simulation\/plant|--import\b(?!=\$\{new URL\('after-start\.js')|--loader\b/;
    let visited = 0;
    const guilty: string[] = [];
    for (const name of sourcesUnder(`${root}packages/`)) {
      visited++;
      if (reaches.test(readFileSync(name, 'utf8'))) guilty.push(name.slice(root.length));
    }
    expect(visited).toBeGreaterThan(500);
    expect(guilty).toEqual([]);
  });
});

describe('with the bug in it', () => {
  let sound: SpecRunner | undefined;
  beforeAll(() => {
    sound = new SpecRunner(undefined);
  });
  afterAll(() => sound?.close());

  test.each(plants)('$name is found, and by nothing else than the bug', async (plant) => {
    const spec = specOf(plant);
    const runner = new SpecRunner(plant.name);
    const report = spec === undefined ? undefined : await runner.run(spec);
    runner.close();
    if (spec !== undefined && report !== undefined && report.violations.length > 0) {
      expect((await sound?.run(spec))?.violations).toEqual([]);
      return;
    }
    // The world has changed since the seed was noted: another one must show it.
    const { report: other } = await huntFor(plant, { seconds: 45, events: 6_000 });
    expect(other?.violations.length).toBeGreaterThan(0);
  });
});

function sourcesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|json|mjs|js)$/.test(entry.name))
    .filter((entry) => /\/packages\/[^/]+\/(src\/|package\.json|bin\/)/.test(`${entry.parentPath}/${entry.name}`))
    .map((entry) => `${entry.parentPath}/${entry.name}`);
}
