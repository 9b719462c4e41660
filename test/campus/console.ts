/** Builds the console when its output is missing or older than a source. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'packages/console/dist/index.html');

export function consoleIsBuilt(): boolean {
  if (!existsSync(built)) return false;
  const newest = ['packages/console/src', 'packages/contracts/src', 'packages/kernel/src'].map((folder) =>
    newestIn(join(root, folder)),
  );
  return statSync(built).mtimeMs >= Math.max(...newest);
}

function newestIn(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Math.max(
    0,
    ...entries.filter((entry) => entry.isFile()).map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
}

export async function buildConsole(): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const child = spawn(process.execPath, [vite, 'build', 'packages/console', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
  const code = await new Promise<number>((resolve) => child.once('close', (value) => resolve(value ?? 1)));
  if (code !== 0) throw new Error(`console build failed 控制台构建失败:\n${printed.slice(-4_000)}`);
}
