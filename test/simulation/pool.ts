/** Runs seeds in worker processes, one a core, and hands over their reports as they come. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SeedReport } from './simulate.ts';

export interface Share {
  readonly first: number;
  readonly step: number;
  readonly count: number;
  readonly events: number;
  readonly mode: string;
  readonly plant?: string | undefined;
}

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));

/** Nearly all that a simulation makes dies young. */
const youngSpace = '--max-semi-space-size=32';

/** Node keeps here what it made of each source file, by its content: a worker is up in half the time. */
const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'cardwatch-simulation'), ...process.env };

/** A seed takes seconds; a worker that says nothing for this long turns in a circle. */
const silentMs = 180_000;

/** Resolves with the exit code when the worker is done, not 0 when it had to be stopped. `stop` ends it early. */
export function runShare(share: Share, onReport: (report: SeedReport) => void): { readonly done: Promise<number>; stop(): void } {
  const { first, step, count, events, mode, plant } = share;
  const args = [worker, ...[first, step, count, events].map(String), mode, ...(plant === undefined ? [] : [plant])];
  const child = spawn(process.execPath, [youngSpace, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  let next = first;
  const watchdog = setInterval(() => {
    process.stderr.write(`seed ${next} ${mode} has not ended after ${silentMs / 1_000} s and is stopped\n`);
    child.kill('SIGKILL');
  }, silentMs);
  lines.on('line', (line) => {
    next += step;
    watchdog.refresh();
    onReport(JSON.parse(line) as SeedReport);
  });
  const exited = new Promise<number>((resolve) =>
    child.once('exit', (code) => {
      clearInterval(watchdog);
      resolve(code ?? 1);
    }),
  );
  const read = new Promise<void>((resolve) => lines.once('close', resolve));
  return {
    done: Promise.all([exited, read]).then(([code]) => code),
    stop: () => {
      child.kill('SIGKILL');
    },
  };
}
