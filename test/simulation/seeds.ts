import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { RunMode } from './simulate.ts';

export const runModes = ['safety', 'liveness', 'drill', 'drill-damage'] as const satisfies readonly RunMode[];

/** `both`: even seeds without destruction, where everything must come out exactly; odd seeds with it. */
export function modeOf(wanted: string, seed: number): RunMode {
  const exact = runModes.find((mode) => mode === wanted);
  if (exact !== undefined) return exact;
  if (wanted !== 'both') throw new Error(`mode ${wanted}: both, ${runModes.join(', ')}`);
  return seed % 2 === 0 ? 'liveness' : 'safety';
}

const RegressionSeed = z.strictObject({
  seed: z.int().min(0),
  events: z.int().min(1),
  mode: z.enum(runModes),
  story: z.string().min(1),
});
export type RegressionSeed = z.infer<typeof RegressionSeed>;

/** Seeds that once found something, from seeds.yaml. */
export function regressionSeeds(): readonly RegressionSeed[] {
  return z.array(RegressionSeed).parse(parse(readFileSync(new URL('seeds.yaml', import.meta.url), 'utf8')));
}
