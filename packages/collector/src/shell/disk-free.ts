import { statfsSync } from 'node:fs';

/** Bytes that this process may still write below the folder; null where the system does not say. */
export function diskFreeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
