/** Child processes that a test needs beside it: started here, ended here, whatever happens. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export const python = '/usr/bin/python3';

export const hasPymodbus = (): boolean => spawnSync(python, ['-c', 'import pymodbus'], { timeout: 20_000 }).status === 0;

export const hasSocat = (): boolean => spawnSync('socat', ['-V'], { timeout: 10_000 }).status === 0;

export class Peers {
  readonly #children: ChildProcess[] = [];

  start(command: string, args: readonly string[]): void {
    this.#children.push(spawn(command, [...args], { stdio: 'ignore' }));
  }

  async end(): Promise<void> {
    const ends = this.#children.splice(0).map(
      (child) =>
        new Promise<void>((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) return resolve();
          child.once('exit', () => resolve());
          child.kill('SIGKILL');
        }),
    );
    await Promise.all(ends);
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

async function until(what: string, holds: () => Promise<boolean>, limitMs = 15_000): Promise<void> {
  const endMs = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`${what} did not come up within ${limitMs} ms`);
    await sleep(50);
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

export const portAnswers = (port: number): Promise<void> => until(`port ${port}`, () => answers(port));

export const pathExists = (path: string): Promise<void> => until(path, () => Promise.resolve(existsSync(path)));
