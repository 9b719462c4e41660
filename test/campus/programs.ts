/** Starts and stops the programs of the campus as separate processes, each with a log file in the data folder. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = (program: string): string => join(root, 'packages', program, 'bin', `cardwatch-${program}.js`);

export interface Program {
  readonly name: string;
  readonly child: ChildProcess;
  /** Everything it printed so far, bounded to the last 64 KiB. */
  output(): string;
  readonly ended: Promise<number>;
}

const outputLimit = 64 * 1024;

/** Nothing outlives its starter, however that ends. */
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

export function startProgram(
  name: string,
  program: 'agent' | 'collector' | 'simulators',
  args: readonly string[],
  logFolder: string,
  /** A command that becomes the program: `nsenter …`. */
  before: readonly string[] = [],
): Program {
  const [command = process.execPath, ...words] = [...before, process.execPath, bin(program), ...args];
  const child = spawn(command, words, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: process.env,
  });
  const log = createWriteStream(join(logFolder, `${name}.log`), { flags: 'a', mode: 0o600 });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed = (printed + chunk.toString('utf8')).slice(-outputLimit);
      log.write(chunk);
    });
  }
  alive.add(child);
  const ended = new Promise<number>((resolve) => {
    child.once('close', (code) => {
      alive.delete(child);
      resolve(code ?? 1);
    });
  });
  return { name, child, output: () => printed, ended };
}

/** Runs a program to its end; its output comes back, an exit code other than 0 throws. */
export function runProgram(program: 'agent' | 'collector' | 'simulators', args: readonly string[]): string {
  const done = spawnSync(process.execPath, [bin(program), ...args], { cwd: root, encoding: 'utf8', timeout: 30_000 });
  if (done.status !== 0) throw new Error(`cardwatch-${program} ${args[0] ?? ''}: ${done.stderr || done.stdout}`);
  return done.stdout;
}

/** Asks every program to end, waits `graceMs`, then kills what is left. */
export async function stopPrograms(programs: readonly Program[], graceMs: number): Promise<void> {
  for (const { child } of programs) child.kill('SIGTERM');
  const timer = setTimeout(() => {
    for (const { child } of programs) if (child.exitCode === null) child.kill('SIGKILL');
  }, graceMs);
  await Promise.all(programs.map((program) => program.ended));
  clearTimeout(timer);
}
