/** Pictures of maps in the data folder: `maps/<sha256>`, written aside, then moved into place. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type MapImage, mapLimits } from '@cardwatch/contracts/watch';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { MapImages } from '../services/maps/images.ts';

const isImage = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function mapImages(dataFolder: string): MapImages {
  const folder = join(dataFolder, 'maps');
  return {
    put: async ({ image }: MapImage, bytes, shown) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const kept = (await readdir(folder)).filter(isImage);
      if (kept.includes(image)) return ok(null);
      const room = await makeRoom(folder, kept, shown);
      if (!room.ok) return room;
      await write(folder, image, bytes);
      return ok(null);
    },
    get: async (image) => {
      if (!isImage(image)) return undefined;
      const bytes = await readFile(join(folder, image)).catch(() => undefined);
      return bytes !== undefined && digestOf(bytes) === image ? bytes : undefined;
    },
  };
}

/** At the limit the oldest that no map shows goes. */
async function makeRoom(folder: string, kept: readonly string[], shown: ReadonlySet<string>): Promise<Result<null, 'full'>> {
  if (kept.length < mapLimits.images) return ok(null);
  const free = kept.filter((image) => !shown.has(image));
  const ages = await Promise.all(free.map(async (image) => ({ image, at: (await stat(join(folder, image))).mtimeMs })));
  const [oldest] = ages.toSorted((a, b) => a.at - b.at);
  if (oldest === undefined) return err('full');
  await rm(join(folder, oldest.image), { force: true });
  return ok(null);
}

async function write(folder: string, image: string, bytes: Uint8Array): Promise<void> {
  const aside = join(folder, `.${randomUUID()}`);
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, join(folder, image));
}
