#!/usr/bin/env node
// Plain JavaScript, so that an older Node can say what is missing instead of failing on the first type.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = new URL('../src/main.ts', import.meta.url);
// Four threads that allocate: two malloc arenas and a small young generation, at no cost that could be measured. The other threads have limits of their own.
// What a batch is unpacked into is mapped and given back as a whole: by itself malloc raises the bound to megabytes, and the holes grew by two MiB a minute.
const lean = '--max-semi-space-size=4';
const afterStart = `--import=${new URL('after-start.js', import.meta.url).href}`;
// The same process, with what must be there before the first line runs; pid, signals and streams stay.
if (process.argv[2] === 'run' && !process.execArgv.includes(lean) && typeof process.execve === 'function') {
  // Told by the environment, the cache of code without its types serves the threads as well: from the second start on none of the four
  // loads the type stripper (some 30 MB each).
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cardwatch');
  const env = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '65536', NODE_COMPILE_CACHE: cache, ...process.env };
  const flags = [...process.execArgv, lean, afterStart];
  process.execve(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], env);
}
if (Number(process.versions.node.split('.')[0]) >= 24) {
  module.enableCompileCache();
  await import(main.href);
} else {
  const node = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(node)) {
    console.error(
      `cardwatch-collector needs Node 24 or newer, this is ${process.version}. In the project folder, "npm start" brings it.`,
    );
    process.exit(1);
  }
  const child = spawnSync(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(child.status ?? 1);
}
