/** What a run showed once, as small as it could be made: one file each in found/. `pnpm sim --replay FILE` runs it again. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runModes } from '../seeds.ts';
import type { SeedReport } from '../simulate.ts';

const folder = fileURLToPath(new URL('../found/', import.meta.url));

/** One run, told in full: the same one gives the same trace. */
export const RunSpec = z.strictObject({
  seed: z.int().min(0),
  events: z.int().min(1),
  mode: z.enum(runModes),
  spare: z
    .strictObject({ strikes: z.array(z.int().min(0)).readonly().optional(), lurking: z.boolean().optional() })
    .readonly()
    .default({}),
});
export type RunSpec = Readonly<z.infer<typeof RunSpec>>;

export const FoundCase = z.strictObject({
  /** One line: what happens, and after which faults. */
  story: z.string().min(1).max(300),
  /** The bug that was planted; without one the run must stay well from the day on which its bug was mended. */
  plant: z.string().optional(),
  /** Invariant that it breaks, or broke. */
  breaks: z.string(),
  spec: RunSpec,
});
export type FoundCase = Readonly<z.infer<typeof FoundCase>>;

export const readFound = (path: string): FoundCase => FoundCase.parse(JSON.parse(readFileSync(path, 'utf8')));

export const allFound = (): readonly FoundCase[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readFound(folder + name));

/** Returns the path, from the root of the repository. */
export function keepFound(found: FoundCase): string {
  const name = `${found.plant ?? `${found.spec.mode}-${found.spec.seed}`}.json`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(folder + name, `${JSON.stringify(found, undefined, 2)}\n`);
  return `test/simulation/found/${name}`;
}

/** "I4: acknowledged ... after agent killed, disk full (2)". */
export function storyOf(report: SeedReport, planted: string | undefined): string {
  const first = report.violations[0];
  const faults = Object.entries(report.counts).filter(([name, count]) => name.includes(' ') && count > 0);
  const after =
    faults.length === 0 ? '' : `; after ${faults.map(([name, count]) => (count > 1 ? `${name} (${count})` : name)).join(', ')}`;
  const what = planted === undefined ? '' : `${planted}: `;
  return (
    `${what}${first?.invariant ?? ''} ${first?.detail ?? 'nothing is broken'}`.slice(0, 200).replaceAll('\n', ' ') +
    after.slice(0, 100)
  );
}
