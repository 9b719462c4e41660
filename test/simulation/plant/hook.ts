/**
 * Plants a bug: replaces one line of a real source file while Node loads it. Nothing of this is reachable from a program: the hook lives in the process
 * that asked for it, before it imports the agent and the collector.
 */
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plant } from './plant.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** How often the line was replaced so far: a plant whose file was never loaded has planted nothing. */
export interface Planted {
  readonly times: () => number;
}

/** Throws at load time when `find` does not stand in the file exactly once. */
export function plantBug(plant: Plant): Planted {
  const url = pathToFileURL(`${root}${plant.file}`).href;
  let times = 0;
  registerHooks({
    load: (loaded, context, next) => {
      const result = next(loaded, context);
      if (loaded !== url) return result;
      times++;
      return { ...result, source: mutate(String(result.source), plant), shortCircuit: true };
    },
  });
  return { times: () => times };
}

/** The source with the bug in it. */
export function mutate(source: string, plant: Plant): string {
  const parts = source.split(plant.find);
  if (parts.length !== 2) throw new Error(`plant ${plant.name}: found ${parts.length - 1} times in ${plant.file}: ${plant.find}`);
  return parts.join(plant.replace);
}
