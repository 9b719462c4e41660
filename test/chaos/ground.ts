/** What this machine lets the chaos do, and a space of its own to do it in: mounts, network and processes that end with it, however it ends. */
import { spawn, spawnSync } from 'node:child_process';

export const needs = ['space', 'images', 'strace', 'network'] as const;
export type Need = (typeof needs)[number];

/** Why a need is not met; a need that is not named is met. */
export type Missing = ReadonlyMap<Need, string>;

const insideMark = 'CARDWATCH_CHAOS_INSIDE';
const space = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

const works = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const present = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;

/** A command in a space of its own: mounts, network and processes that the kernel frees when its first process ends. */
export const isolated = (command: string, ...words: readonly string[]): readonly string[] => [
  'unshare',
  ...space,
  command,
  ...words,
];

/** True in the process that has the space for itself. */
export const isInside = (): boolean => process.env[insideMark] === '1';

/** Undefined: a space of its own can be had. */
export function noSpace(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  const [command = '', ...words] = isolated('true');
  return works(command, ...words) ? undefined : 'unshare cannot make mount, network and process namespaces here';
}

/** Asked inside the space; outside of one, everything but plain kills and the proxy is missing. */
export function missing(outsideFor: string | undefined): Missing {
  const found = new Map<Need, string>();
  if (outsideFor !== undefined) for (const need of needs) found.set(need, outsideFor);
  else {
    if (!present('mkfs.ext4') || !works('losetup', '--find')) found.set('images', 'needs mkfs.ext4 and a free loop device');
    if (!present('strace')) found.set('strace', 'needs strace');
    if (!present('ip') || !present('nsenter')) found.set('network', 'needs ip and nsenter');
  }
  return found;
}

/** In the space: when the program that made it is gone, however it ended, this one is not wanted any more. */
export function endWithStarter(): void {
  process.stdin.once('end', () => process.exit(130)).resume();
}

/**
 * Runs this program again in a space of its own and resolves with its exit code. The kernel ends every process in it and frees its mounts, loop
 * devices and links when its first process ends, also after kill -9.
 */
export function runInside(): Promise<number> {
  const [command = '', ...words] = isolated(process.execPath, ...process.argv.slice(1));
  const child = spawn(command, words, {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...process.env, [insideMark]: '1' },
  });
  // A terminal sends Ctrl-C to the whole group; a TERM to this process alone is handed on by ending the space.
  process.on('SIGINT', () => undefined);
  process.once('SIGTERM', () => child.kill('SIGKILL'));
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 130)));
}
