import { Passwords } from '../services/password/hash.ts';
import type { Services } from '../services/services.ts';
import { systemClock } from '../shell/clock.ts';
import { type DataFolder, dataFolder, guardFiles } from '../shell/data-folder.ts';
import { openDesk } from '../store/sqlite/desk/open.ts';
import { openIngestStore } from '../store/sqlite/ingest/open.ts';

export interface Opened {
  readonly services: Pick<Services, 'people' | 'read' | 'passwords' | 'clock'>;
  readonly ingest: Awaited<ReturnType<typeof openIngestStore>>;
  readonly folder: DataFolder;
}

/** The data folder's files beside a collector that may be running, for one verb of the command line. */
export async function withStore<T>(data: string, work: (opened: Opened) => Promise<T>): Promise<T> {
  const folder = dataFolder(data);
  const ingest = openIngestStore(folder.custody);
  const desk = openDesk(folder, () => systemClock.mono());
  try {
    guardFiles(folder);
    const services = { people: desk.role, read: desk.role, passwords: new Passwords(), clock: systemClock };
    return await work({ services, ingest, folder });
  } finally {
    await desk.close();
    await ingest.close();
  }
}
