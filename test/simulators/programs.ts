import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathFolders = (process.env['PATH'] ?? '').split(':');
export const installed = (program: string): boolean => pathFolders.some((folder) => existsSync(`${folder}/${program}`));

const bin = fileURLToPath(new URL('../../packages/simulators/bin/cardwatch-simulators.js', import.meta.url));

export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** Runs a foreign program to its end, at most 15 s. */
export function run(program: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: 15_000 }, (failure, stdout, stderr) => {
      const code = failure === null ? 0 : typeof failure.code === 'number' ? failure.code : -1;
      resolve({ code, output: stdout + stderr });
    });
  });
}

/** `[260]: \t 17 (…)` lines of mbpoll by register. */
export function polled(output: string): ReadonlyMap<number, string> {
  return new Map([...output.matchAll(/^\[(\d+)\]:\s+(\S+)/gm)].map(([, register, value]) => [Number(register), value ?? '']));
}

export function runSimulators(args: readonly string[]): Ran {
  const ran = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', timeout: 20_000 });
  return { code: ran.status ?? -1, output: ran.stdout + ran.stderr };
}

export interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  kill(signal: 'SIGINT' | 'SIGKILL'): Promise<number | null>;
}

/** Starts the program and waits until it says where its HTTP is. */
export async function startSimulatorsProcess(args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [bin, 'run', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    const hear = (text: string): void => {
      output += text;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (found !== undefined) resolve(found);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    ended.then(
      () => reject(new Error(`ended early: ${output}`)),
      () => {},
    );
  });
  return {
    child,
    url,
    kill: async (signal) => {
      child.kill(signal);
      return (await ended)[0];
    },
  };
}

/** Two ends of a wire: `socat` with a pty at one or both ends. Resolves when the links exist. */
export async function startSocat(left: string, right: string, links: readonly string[]): Promise<ChildProcess> {
  const child = spawn('socat', [left, right], { stdio: 'ignore' });
  const end = performance.now() + 5_000;
  while (!links.every((link) => existsSync(link))) {
    if (performance.now() > end || child.exitCode !== null) throw new Error('socat made no pty');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return child;
}
