/** Resident memory of a quiet site: the programs as they are started by `npm start`, one minute after the last record. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Site, throwWhenEnded } from '../campus/site.ts';

export interface MemoryBench {
  readonly program: string;
  readonly residentMb: number;
  /** Of it anonymous pages: what the program itself asked for, without the shared code of Node. */
  readonly anonymousMb: number;
  readonly limitMb: number;
}

const limitsMb = { collector: 180, agent: 90 } as const;
const warmUpMs = 20_000;
const restMs = 60_000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function benchMemory(options: { readonly basePort?: number } = {}): Promise<readonly MemoryBench[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-memory-'));
  const port = options.basePort ?? 26_000;
  const ports = { httpPort: port, mqttPort: port + 1, simulatorsPort: port + 2, statusPort: port + 3, linePort: port + 10 };
  const site = new Site({
    folder,
    site: 'bench',
    scale: 's',
    ...ports,
    simulatorWords: ['--rate', '10'],
    endedByItself: throwWhenEnded,
  });
  try {
    await site.startSimulators();
    for (const agent of site.agents) site.enrol(agent, site.options.mqttPort);
    await site.startCollector();
    for (const agent of site.agents) site.startAgent(agent);
    await sleep(warmUpMs);
    // The second start finds the code in the cache, as every start after the first one does.
    for (const name of ['collector', ...site.agents]) {
      await site.stop(name, 4_000);
      await site.restart(name);
    }
    await sleep(warmUpMs);
    await fetch(`http://127.0.0.1:${port + 2}/stop-demand`, { method: 'POST' });
    await sleep(restMs);
    return ['collector', ...site.agents].map((program) => ({
      program,
      ...resident(site.program(program)?.child.pid ?? 0),
      limitMb: program === 'collector' ? limitsMb.collector : limitsMb.agent,
    }));
  } finally {
    await site.stopAll(4_000);
    rmSync(folder, { recursive: true, force: true });
  }
}

export function resident(pid: number): { readonly residentMb: number; readonly anonymousMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024);
  return { residentMb: megabytes('VmRSS'), anonymousMb: megabytes('RssAnon') };
}
