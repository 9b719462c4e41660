import { execFile } from 'node:child_process';
import { isIP } from 'node:net';
import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, ProgramCall, ProgramOutput } from '../contract.ts';

/** Where the programs stand on Debian, whatever the service's own path is. */
const folders = '/usr/bin:/bin:/usr/sbin:/sbin';

/** Options of ours stand before `--`, addresses behind it; nothing else may reach a program of the system. */
export function areOptionsAndAddresses(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  const addresses = end < 0 ? [] : words.slice(end + 1);
  return options.every((word) => /^-?[A-Za-z0-9.]{1,16}$/.test(word)) && addresses.every((word) => isIP(word) !== 0);
}

/**
 * Runs a program of the system without a shell, in the C locale. `unsupported` when it is not installed or the words are none that it may get, `timeout` when it
 * was ended after the deadline, `malformed` when it said more than `outputBytesMax`. Any exit code is an output.
 */
export function runProgram({
  program,
  words,
  deadlineMs,
  outputBytesMax,
}: ProgramCall): Promise<Result<ProgramOutput, DriverFailure>> {
  if (!areOptionsAndAddresses(words))
    return Promise.resolve(err({ kind: 'unsupported', detail: `${program} gets options and addresses only` }));
  const path = [process.env['PATH'], folders].filter((each) => each !== undefined && each !== '').join(':');
  return new Promise((resolve) => {
    execFile(
      program,
      [...words],
      {
        timeout: deadlineMs,
        killSignal: 'SIGKILL',
        maxBuffer: outputBytesMax,
        encoding: 'utf8',
        env: { LC_ALL: 'C', PATH: path },
      },
      (error, stdout, stderr) => {
        if (error?.code === 'ENOENT') return resolve(err({ kind: 'unsupported', detail: `${program} is not installed` }));
        if (error !== null && typeof error.code !== 'number' && typeof error.code !== 'string' && error.killed === true)
          return resolve(err({ kind: 'timeout', afterMs: deadlineMs }));
        if (error !== null && typeof error.code !== 'number')
          return resolve(err({ kind: 'malformed', detail: error.message.slice(0, 120), frameHex: '' }));
        resolve(ok({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }));
      },
    );
  });
}
