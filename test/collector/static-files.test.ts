/** The console's files as they are served: what was read is kept in memory, and never served after it changed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochMs, VirtualClock } from '@cardwatch/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { staticFolder, staticLimits } from '../../packages/collector/src/shell/http-static.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardwatch-static-'));
  mkdirSync(join(folder, 'assets'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const packed = new Set(['br', 'gzip']);
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
const openFolder = () => staticFolder(folder, new VirtualClock(epochMs(0)));

test('a file is served as it stands, packed for whoever takes it, again and again', async () => {
  write('assets/a-1.js', 'plain');
  write('assets/a-1.js.br', 'packed');
  const files = openFolder();
  for (let n = 0; n < 2; n++) {
    const [br, plain] = [await files.find('/assets/a-1.js', packed), await files.find('/assets/a-1.js', new Set())];
    expect([br?.bytes.toString(), br?.encoding, br?.immutable]).toEqual(['packed', 'br', true]);
    expect([plain?.bytes.toString(), plain?.encoding, plain?.type]).toEqual(['plain', undefined, br?.type]);
    expect(plain?.etag).not.toBe(br?.etag);
  }
});

test('a file that was built anew is served anew, one that is gone is gone', async () => {
  write('index.html', 'first');
  const files = openFolder();
  const before = await files.find('/', packed);
  write('index.html', 'second');
  const after = await files.find('/', packed);
  expect([before?.bytes.toString(), after?.bytes.toString(), before?.etag === after?.etag]).toEqual(['first', 'second', false]);
  rmSync(join(folder, 'index.html'));
  expect(await files.find('/', packed)).toBeUndefined();
});

test('more than is kept in memory is served all the same', async () => {
  const half = staticLimits.keptBytes / 2;
  for (const name of ['a', 'b', 'c']) write(`assets/${name}.js`, Buffer.alloc(half, name));
  const files = openFolder();
  for (const name of ['a', 'b', 'c', 'a']) {
    const found = await files.find(`/assets/${name}.js`, packed);
    expect([found?.bytes.length, found?.bytes[0]]).toEqual([half, name.charCodeAt(0)]);
  }
});
