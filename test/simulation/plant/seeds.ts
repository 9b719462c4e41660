/** The seed that found each planted bug first, in seeds.json: written by `planted.ts --keep`, tried before any other by the test. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const file = new URL('seeds.json', import.meta.url);

const KeptSeed = z.strictObject({
  name: z.string(),
  seed: z.int().min(0),
  events: z.int().min(1),
  /** Processor seconds that the hunt took from seed 1 on. */
  cpuS: z.number(),
});
export type KeptSeed = Readonly<z.infer<typeof KeptSeed>>;

export const keptSeeds = (): readonly KeptSeed[] => z.array(KeptSeed).parse(JSON.parse(readFileSync(file, 'utf8')));

/** Takes the place of what was noted of the same bugs. */
export function keepSeeds(seeds: readonly KeptSeed[]): void {
  const names = new Set(seeds.map(({ name }) => name));
  const all = [...keptSeeds().filter(({ name }) => !names.has(name)), ...seeds].sort((a, b) => (a.name < b.name ? -1 : 1));
  writeFileSync(file, `[\n${all.map((seed) => `  ${spaced(seed)}`).join(',\n')}\n]\n`);
}

/** As the formatter has it. */
const spaced = (seed: object): string =>
  JSON.stringify(seed).replaceAll('":', '": ').replaceAll(',"', ', "').replace(/^\{/, '{ ').replace(/\}$/, ' }');
