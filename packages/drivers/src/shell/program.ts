import { execFile } from 'node:child_process';
import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, ProgramCall, ProgramOutput } from '../contract.ts';

/** Runs a program of the system without a shell, in the C locale. `unsupported` when it is not installed. */
export function runProgram({
  program,
  words,
  deadlineMs,
  outputBytesMax,
}: ProgramCall): Promise<Result<ProgramOutput, DriverFailure>> {
  const options = { timeout: deadlineMs, maxBuffer: outputBytesMax, env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' } };
  return new Promise((resolve) => {
    execFile(program, [...words], { ...options, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') return resolve(err({ kind: 'unsupported', detail: `${program} is not installed` }));
      if (error?.killed === true) return resolve(err({ kind: 'timeout', afterMs: deadlineMs }));
      if (error !== null && typeof error.code !== 'number')
        return resolve(err({ kind: 'malformed', detail: error.message, frameHex: '' }));
      resolve(ok({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }));
    });
  });
}
