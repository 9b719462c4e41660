import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@cardwatch/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../packages/collector/src/shell/clock.ts';
import { openDeskThread } from '../../packages/collector/src/store/sqlite/desk/thread.ts';
import { deviceIds, makeCustody } from './seed.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardwatch-desk-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a desk whose thread ends rejects what was asked of it and is replaced', async () => {
  const files = { custody: join(folder, 'cardwatch.db'), people: join(folder, 'people.db'), watch: join(folder, 'watch.db') };
  const desk = openDeskThread(files, { clock: systemClock, log: silentLogger });
  await expect(desk.role.personCount()).rejects.toThrow('the thread has ended');
  makeCustody(files.custody, systemClock.now()).db.close();
  let total = 0;
  for (let i = 0; i < 60 && total === 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    total = await desk.role.overview(systemClock.now()).then(
      (overview) => overview.devices.total,
      () => 0,
    );
  }
  expect(total).toBe(deviceIds.length);
  await desk.close();
  await desk.close();
  await expect(desk.role.personCount()).rejects.toThrow('the thread has ended');
});
