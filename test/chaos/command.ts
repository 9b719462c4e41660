/** Runs a program of the system; what it says comes back, a failure throws with its words. */
import { execFile } from 'node:child_process';

const commandMs = 60_000;

export function run(command: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: commandMs, encoding: 'utf8' }, (failure, out, said) => {
      if (failure === null) resolve(out);
      else reject(new Error(`${command} ${args.join(' ')}: ${said.trim() || failure.message}`));
    });
  });
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
