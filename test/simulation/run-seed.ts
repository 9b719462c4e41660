/** One seed in whatever mode. Imports the code under test: a plant must be in place before this file is loaded. */
import { drillJournal } from './drill.ts';
import { type RunMode, type SeedReport, simulate } from './simulate.ts';
import type { Spare } from './spare.ts';
import type { TraceSink } from './world/loop.ts';
import { inMacrotask } from './world/microtasks.ts';

export interface SeedRun {
  readonly seed: number;
  readonly events: number;
  readonly mode: RunMode;
  readonly sink?: TraceSink | undefined;
  readonly spare?: Spare | undefined;
}

export function runSeed({ seed, events, mode, sink, spare }: SeedRun): Promise<SeedReport> {
  return inMacrotask(() =>
    mode === 'drill' || mode === 'drill-damage'
      ? drillJournal({ seed, events, damage: mode === 'drill-damage', sink, spare })
      : simulate({ seed, events, mode, sink, spare }),
  );
}
