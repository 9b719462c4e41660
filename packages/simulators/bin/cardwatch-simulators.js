#!/usr/bin/env node
// Plain JavaScript, so that an older Node can say what is missing instead of failing on the first type.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

const main = new URL('../src/main.ts', import.meta.url);
if (Number(process.versions.node.split('.')[0]) >= 24) {
  // The cache holds the code without its types: from the second start on, the type stripper is not loaded at all (some 30 MB).
  module.enableCompileCache();
  await import(main.href);
} else {
  const node = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(node)) {
    console.error(
      `cardwatch-simulators needs Node 24 or newer, this is ${process.version}. In the project folder, "npm start" brings it.`,
    );
    process.exit(1);
  }
  const child = spawnSync(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(child.status ?? 1);
}
