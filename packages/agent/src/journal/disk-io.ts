import { err, ok, type Result } from '@cardwatch/kernel';
import type { Disk, DiskFailure, DiskFile } from '../ports.ts';

/** Writes all of `bytes` at `offset`, going on after a short write. A write of nothing is a failure, never a loop. */
export async function writeAll(file: DiskFile, bytes: Uint8Array, offset: number): Promise<Result<void, DiskFailure>> {
  let done = 0;
  while (done < bytes.length) {
    const written = await file.write([done === 0 ? bytes : bytes.subarray(done)], offset + done);
    if (!written.ok) return written;
    if (written.value <= 0) return err({ kind: 'io', detail: 'a write took no byte' });
    done += written.value;
  }
  return ok(undefined);
}

/** At most `limit` bytes of a file from its beginning; `missing` when there is none. */
export async function readFile(disk: Disk, path: string, limit: number): Promise<Result<Uint8Array, DiskFailure>> {
  const file = await disk.open(path, 'read');
  if (!file.ok) return file;
  const size = await file.value.size();
  const bytes = size.ok ? await file.value.read(0, Math.min(size.value, limit)) : size;
  await file.value.close();
  return bytes;
}

/** A file of that name in which nothing of an earlier one lives on: what a failed sync left behind is never written over. */
export async function createFresh(disk: Disk, path: string): Promise<Result<DiskFile, DiskFailure>> {
  await disk.remove(path);
  return disk.open(path, 'create');
}

/** Replaces a small file as a whole: temporary name, sync, rename, sync of the folder. */
export async function replaceFile(disk: Disk, path: string, bytes: Uint8Array): Promise<Result<void, DiskFailure>> {
  const temporary = `${path}.new`;
  const file = await createFresh(disk, temporary);
  if (!file.ok) return file;
  const written = await writeAll(file.value, bytes, 0);
  const synced = written.ok ? await file.value.sync() : written;
  await file.value.close();
  const renamed = synced.ok ? await disk.rename(temporary, path) : synced;
  if (renamed.ok) return disk.syncFolder(folderOf(path));
  await disk.remove(temporary);
  return renamed;
}

/** The folder of a relative path; '' for the root. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
