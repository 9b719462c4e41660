#!/usr/bin/env node
// Plain JavaScript, so that an older Node can say what is missing instead of failing on the first type.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

const main = new URL('../src/main.ts', import.meta.url);
// An agent waits for devices most of its time: a small young generation, few helper threads, and compilers that only touch what is hot for
// hours. 85 MB resident instead of 130 MB.
const lean = [
  '--max-semi-space-size=1',
  '--v8-pool-size=1',
  '--optimize-for-size',
  '--no-sparkplug',
  '--expose-gc',
  '--invocation-count-for-maglev=12000',
  '--invocation-count-for-turbofan=500000',
];
const missing = lean.filter((flag) => !process.execArgv.includes(flag));
// The same process, with flags that must be there before the first line runs; pid, signals and streams stay.
if (process.argv[2] === 'run' && missing.length > 0 && typeof process.execve === 'function') {
  // one malloc arena: its threads allocate little
  const env = { MALLOC_ARENA_MAX: '1', ...process.env };
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...missing, ...process.argv.slice(1)], env);
}
if (Number(process.versions.node.split('.')[0]) >= 24) {
  // The cache holds the code without its types: from the second start on, the type stripper is not loaded at all (some 30 MB).
  module.enableCompileCache();
  await import(main.href);
} else {
  const node = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(node)) {
    console.error(
      `cardwatch-agent needs Node 24 or newer, this is ${process.version}. In the project folder, "npm start" brings it.`,
    );
    process.exit(1);
  }
  const child = spawnSync(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(child.status ?? 1);
}
