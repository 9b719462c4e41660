import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Passwords } from '../services/password/hash.ts';
import type { Services } from '../services/services.ts';
import { SessionEnds } from '../services/session/ends.ts';
import { systemClock } from '../shell/clock.ts';
import { type DataFolder, dataFolder, guardFiles } from '../shell/data-folder.ts';
import { openDesk } from '../store/sqlite/desk/open.ts';
import { openIngestStore } from '../store/sqlite/ingest/open.ts';
import { both } from './words.ts';

export interface Opened {
  readonly services: Pick<Services, 'people' | 'read' | 'passwords' | 'sessionEnds' | 'clock'>;
  readonly ingest: Awaited<ReturnType<typeof openIngestStore>>;
  readonly folder: DataFolder;
}

/** Nothing was ever collected into the folder that was named. */
export class NoStore extends Error {
  constructor(file: string) {
    super(both(`没有 ${file}：请核对 --data。`, `There is no ${file}: check --data.`));
    this.name = 'NoStore';
  }
}

/** As `withStore`, for verbs that only look: a mistyped folder is told, not made. */
export async function withExistingStore<T>(data: string, work: (opened: Opened) => Promise<T>): Promise<T> {
  const file = join(data, 'cardwatch.db');
  if (!existsSync(file)) throw new NoStore(file);
  return withStore(data, work);
}

/** The data folder's files beside a collector that may be running, for one verb of the command line. Made when they are not there. */
export async function withStore<T>(data: string, work: (opened: Opened) => Promise<T>): Promise<T> {
  const folder = dataFolder(data);
  const ingest = openIngestStore(folder.custody);
  const desk = openDesk(folder, () => systemClock.mono());
  try {
    guardFiles(folder);
    const own = { passwords: new Passwords(), sessionEnds: new SessionEnds(), clock: systemClock };
    const services = { people: desk.role, read: desk.role, ...own };
    return await work({ services, ingest, folder });
  } finally {
    await desk.close();
    await ingest.close();
  }
}
