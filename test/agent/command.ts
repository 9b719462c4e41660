/** The command line of the agent as a person calls it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

export const bin = join(import.meta.dirname, '../../packages/agent/bin/cardwatch-agent.js');

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const runCommand = (args: readonly string[], limitMs = 60_000): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { ...process.env, LANG: 'C', LC_ALL: '' };
    const options = { env, timeout: limitMs, maxBuffer: 32 * 1024 * 1024 };
    const child = execFile(process.execPath, [bin, ...args], options, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
  });

/** Two at a time: as many as a small machine has cores. */
export async function eachOf<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const queue = [...items.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results.set(next[0], await run(next[1]));
  };
  await Promise.all([work(), work()]);
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
