/** A picture of one point, and its name among those that maps show. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildingMap } from '@cardwatch/contracts/watch';
import { at0, uuid } from '../watch/store/rows.ts';

export const tinyPng = new Uint8Array(
  Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'),
);
export const tinyImage = createHash('sha256').update(tinyPng).digest('hex');

/** Of the seeded watch. */
export const sampleMap = BuildingMap.parse({
  mapId: uuid(5_000_001),
  name: '竹苑1栋 一层',
  area: '宜宾校区/竹苑1栋',
  picture: { image: tinyImage, type: 'image/png', widthPx: 1, heightPx: 1, bytes: tinyPng.length },
  placements: [],
  version: 1,
  changedAt: at0,
  changedBy: 'admin',
});

/** As the collector keeps it. */
export function keepTinyPng(folder: string): void {
  mkdirSync(join(folder, 'maps'), { recursive: true });
  writeFileSync(join(folder, 'maps', tinyImage), tinyPng);
}
