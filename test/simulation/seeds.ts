import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Mode } from './world/campus.ts';

/** `both`: even seeds without destruction, where everything must come out exactly; odd seeds with it. */
export function modeOf(wanted: string, seed: number): Mode {
  if (wanted === 'safety' || wanted === 'liveness') return wanted;
  return seed % 2 === 0 ? 'liveness' : 'safety';
}

const RegressionSeed = z.strictObject({
  seed: z.int().min(0),
  events: z.int().min(1),
  mode: z.enum(['safety', 'liveness']),
  story: z.string().min(1),
});
export type RegressionSeed = z.infer<typeof RegressionSeed>;

/** Seeds that once found something, from seeds.yaml. */
export function regressionSeeds(): readonly RegressionSeed[] {
  return z.array(RegressionSeed).parse(parse(readFileSync(new URL('seeds.yaml', import.meta.url), 'utf8')));
}
