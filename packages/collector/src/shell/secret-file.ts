import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { err, ok, type Result } from '@cardwatch/kernel';

export interface ReservedFile {
  /** Writes, syncs and closes. */
  write(text: string): void;
  /** Takes the reservation back. */
  remove(): void;
}

export type FileFailure = { readonly kind: 'exists' } | { readonly kind: 'denied'; readonly detail: string };

/** An empty file of mode 0600 that was not there before. */
export function reserveFile(path: string): Result<ReservedFile, FileFailure> {
  let handle: number;
  try {
    handle = openSync(path, 'wx', 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return err(code === 'EEXIST' ? { kind: 'exists' } : { kind: 'denied', detail: code });
  }
  return ok({
    write: (text) => {
      writeSync(handle, text);
      fsyncSync(handle);
      closeSync(handle);
    },
    remove: () => {
      closeSync(handle);
      rmSync(path, { force: true });
    },
  });
}
