/** Builds the console when its output is missing or older than a source. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = [
  'console/src',
  'console/build',
  'console/public',
  'console/index.html',
  'console/vite.config.ts',
  'contracts/src',
  'kernel/src',
];

/** What the collector serves. */
export const consoleFolder = join(root, 'packages/console/dist');

export function consoleIsBuilt(): boolean {
  const built = join(consoleFolder, 'index.html');
  if (!existsSync(built)) return false;
  const newest = sources.map((source) => newestIn(join(root, 'packages', source)));
  return statSync(built).mtimeMs >= Math.max(...newest);
}

function newestIn(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return Math.max(
    0,
    ...entries.filter((entry) => entry.isFile()).map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
}

/** Built aside and moved into place at the end: a collector that runs meanwhile never serves half a console. */
export async function buildConsole(): Promise<void> {
  const aside = join(root, 'packages/console/node_modules', `.build-${process.pid}`);
  try {
    await buildConsoleInto(aside);
    rmSync(consoleFolder, { recursive: true, force: true });
    renameSync(aside, consoleFolder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

export async function buildConsoleInto(folder: string): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', 'packages/console', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'];
  // a test runner sets NODE_ENV to test, and React would be built for development
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
  const code = await new Promise<number>((resolve) => child.once('close', (value) => resolve(value ?? 1)));
  if (code !== 0) throw new Error(`console build failed 控制台构建失败:\n${printed.slice(-4_000)}`);
}
