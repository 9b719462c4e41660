/** Run by volume.test.ts in a space of its own: tells as JSON what power cuts left of files that were synced and of files that were not. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.ts';
import { Volume } from './volume.ts';

const cuts = 5;
const bytes = 100_000;

function sync(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}

const root = mkdtempSync(join(tmpdir(), 'cardwatch-volume-'));
const images = join(root, 'images');
mkdirSync(images);
await run('mount', '-t', 'tmpfs', '-o', 'size=512M', 'tmpfs', images);
const volume = await Volume.make(join(root, 'disk'), join(images, 'disk.img'), 64);
let [kept, unsynced, blocks] = [0, 0, 0];
for (let cut = 0; cut < cuts; cut++) {
  const [safe, unsafe] = [join(volume.folder, `safe-${cut}`), join(volume.folder, `unsafe-${cut}`)];
  writeFileSync(safe, Buffer.alloc(bytes, cut + 1));
  sync(safe);
  sync(volume.folder);
  const file = openSync(safe, 'a');
  writeSync(file, Buffer.alloc(bytes, 255));
  closeSync(file);
  writeFileSync(unsafe, Buffer.alloc(bytes, 255));
  blocks += (await volume.cutPower()) ?? 0;
  if (readFileSync(safe).equals(Buffer.alloc(bytes, cut + 1))) kept++;
  if (existsSync(unsafe)) unsynced++;
}
const earlier = Array.from({ length: cuts }, (_, cut) => existsSync(join(volume.folder, `safe-${cut}`))).filter(Boolean).length;
await volume.release();
await run('umount', images);
rmSync(root, { recursive: true, force: true });
console.log(JSON.stringify({ cuts, kept, earlier, unsynced, blocks }));
