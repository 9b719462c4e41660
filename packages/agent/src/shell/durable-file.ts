/** Small JSON documents that must survive a power cut: one file each. */
import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { err, ok, type Result } from '@cardwatch/kernel';
import { type Adapter, Low } from 'lowdb';
import type { z } from 'zod';

/** Longest document that is read, bytes. */
export const documentBytesMax = 16 * 1024 * 1024;

export interface DocumentFailure {
  readonly kind: 'damaged' | 'io';
  readonly detail: string;
}

export interface DocumentFile<T> {
  load(): Promise<Result<T, DocumentFailure>>;
  /** Durable when it resolves. */
  save(document: T): Promise<Result<void, DocumentFailure>>;
}

/** One JSON file; `empty` when there is none. A damaged one is put aside as `<name>.damaged` and told once; it is never overwritten unseen. */
export function documentFile<T>(path: string, schema: z.ZodType<T>, empty: T): DocumentFile<T> {
  const low = new Low<unknown>(new DurableFile(path), empty);
  return {
    load: async () => {
      try {
        await low.read();
      } catch (error) {
        return error instanceof SyntaxError ? damaged(path, 'not JSON') : err(ioFailure(error));
      }
      const parsed = schema.safeParse(low.data);
      return parsed.success ? ok(parsed.data) : damaged(path, parsed.error.issues[0]?.message ?? 'not valid');
    },
    save: async (document) => {
      low.data = document;
      try {
        await low.write();
        return ok(undefined);
      } catch (error) {
        return err(ioFailure(error));
      }
    },
  };
}

async function damaged(path: string, detail: string): Promise<Result<never, DocumentFailure>> {
  try {
    await rename(path, `${path}.damaged`);
  } catch (error) {
    return err({ kind: 'damaged', detail: `${detail}; ${String(error)}` });
  }
  return err({ kind: 'damaged', detail });
}

const ioFailure = (error: unknown): DocumentFailure => ({
  kind: 'io',
  detail: error instanceof Error ? error.message : String(error),
});

/** Durable when `write` resolves: the old document stands until the new one is whole on disk. */
class DurableFile implements Adapter<unknown> {
  readonly #path: string;
  #folderMade = false;

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<unknown> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
    if (text.length > documentBytesMax) throw new SyntaxError('too large');
    return JSON.parse(text) as unknown;
  }

  async write(data: unknown): Promise<void> {
    if (!this.#folderMade) await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    this.#folderMade = true;
    const temporary = `${this.#path}.new`;
    try {
      await writeSynced(temporary, JSON.stringify(data));
      await rename(temporary, this.#path);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    await syncFolder(dirname(this.#path));
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
