/** Errors and delays of the disk under a running process: strace holds its system calls and answers some of them itself. */
import { spawn } from 'node:child_process';
import { createReadStream, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { sleep } from './command.ts';
import type { DiskFault } from './plan.ts';

const syncs = 'fsync,fdatasync';
const writes = 'pwrite64,pwritev,pwritev2';

interface Rule {
  readonly calls: string;
  readonly answer: string;
  /** Only calls on this file of the agent's folder. */
  readonly file?: string;
}

// write() is left alone but on the cursors' own path: the event loop wakes itself with it, and ends the process when that fails.
const rules: Readonly<Record<DiskFault, Rule>> = {
  syncsFail: { calls: syncs, answer: 'error=EIO' },
  someSyncsFail: { calls: syncs, answer: 'error=EIO:when=1+3' },
  diskFull: { calls: writes, answer: 'error=ENOSPC' },
  slowSyncs: { calls: syncs, answer: 'delay_enter=400000' },
  cursorsFail: { calls: `write,${writes},${syncs}`, answer: 'error=ENOSPC:when=1+2', file: 'cursors.json.new' },
};

export interface Injection {
  readonly pid: number;
  readonly fault: DiskFault;
  readonly agentFolder: string;
  readonly log: string;
  readonly ms: number;
}

/** Resolves with how many calls were answered wrongly or late. Rejects when strace cannot hold the process. */
export async function inject({ pid, fault, agentFolder, log, ms }: Injection): Promise<number> {
  const { calls, answer, file } = rules[fault];
  const only = file === undefined ? [] : ['-P', `${agentFolder}/${file}`];
  const words = ['-f', '-q', '-o', log, '-e', `trace=${calls}`, '-e', `inject=${calls}:${answer}`, ...only, '-p', String(pid)];
  const child = spawn('strace', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 0)));
  await Promise.race([sleep(ms), ended]);
  child.kill('SIGINT');
  await ended;
  if (/attach|not permitted/i.test(said)) throw new Error(`strace: ${said.trim()}`);
  const count = await injected(log);
  rmSync(log, { force: true });
  return count;
}

async function injected(log: string): Promise<number> {
  let calls = 0;
  for await (const line of createInterface({ input: createReadStream(log) })) if (/\(INJECTED\)|\(DELAYED\)/.test(line)) calls++;
  return calls;
}
