/** The real disk: one folder of the file system. */
import fs from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { Disk, DiskFailure, DiskFile } from '../ports.ts';

const fileMode = 0o600;
const folderMode = 0o700;

/** `root` is made when it is not there. Files are 0600, folders 0700. */
export function realDisk(root: string): Disk {
  const at = (path: string): string => join(root, path);
  return {
    open: async (path, mode) => {
      const flags = { create: 'w+', readWrite: 'r+', read: 'r' }[mode];
      const opened = await call<number>((done) => fs.open(at(path), flags, fileMode, done));
      return opened.ok ? ok(new RealFile(opened.value)) : opened;
    },
    list: (folder) => call<string[]>((done) => fs.readdir(at(folder), done)),
    makeFolder: (folder) =>
      run((done) => fs.mkdir(at(folder), { recursive: true, mode: folderMode }, (failure) => done(failure))),
    remove: (path) => run((done) => fs.unlink(at(path), done)),
    rename: (from, to) => run((done) => fs.rename(at(from), at(to), done)),
    syncFolder: (folder) => syncFolder(at(folder)),
    space: async () => {
      const found = await call<fs.StatsFs>((done) => fs.statfs(root, done));
      if (!found.ok) return found;
      const { bavail, blocks, bsize } = found.value;
      return ok({ freeBytes: bavail * bsize, totalBytes: blocks * bsize });
    },
  };
}

class RealFile implements DiskFile {
  readonly #fd: number;
  #open = true;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(parts: readonly Uint8Array[], offset: number): Promise<Result<number, DiskFailure>> {
    const [only] = parts;
    if (only !== undefined && parts.length === 1)
      return call<number>((done) =>
        fs.write(this.#fd, only, 0, only.length, offset, (failure, written) => done(failure, written)),
      );
    return call<number>((done) => fs.writev(this.#fd, [...parts], offset, (failure, written) => done(failure, written)));
  }

  async read(offset: number, length: number): Promise<Result<Uint8Array, DiskFailure>> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const got = await call<number>((done) =>
        fs.read(this.#fd, bytes, filled, length - filled, offset + filled, (failure, count) => done(failure, count)),
      );
      if (!got.ok) return got;
      if (got.value === 0) break;
      filled += got.value;
    }
    return ok(filled === length ? bytes : bytes.subarray(0, filled));
  }

  sync(): Promise<Result<void, DiskFailure>> {
    return run((done) => fs.fdatasync(this.#fd, done));
  }

  truncate(length: number): Promise<Result<void, DiskFailure>> {
    return run((done) => fs.ftruncate(this.#fd, length, done));
  }

  async size(): Promise<Result<number, DiskFailure>> {
    const found = await call<fs.Stats>((done) => fs.fstat(this.#fd, done));
    return found.ok ? ok(found.value.size) : found;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await run((done) => fs.close(this.#fd, done));
  }
}

async function syncFolder(path: string): Promise<Result<void, DiskFailure>> {
  const folder = await call<number>((done) => fs.open(path, 'r', done));
  if (!folder.ok) return folder;
  const synced = await run((done) => fs.fsync(folder.value, done));
  await run((done) => fs.close(folder.value, done));
  return synced;
}

function call<T>(
  start: (done: (failure: NodeJS.ErrnoException | null, value: T) => void) => void,
): Promise<Result<T, DiskFailure>> {
  return new Promise((resolve) => {
    start((failure, value) => resolve(failure ? err(diskFailure(failure)) : ok(value)));
  });
}

function run(start: (done: (failure: NodeJS.ErrnoException | null) => void) => void): Promise<Result<void, DiskFailure>> {
  return call<void>((done) => start((failure) => done(failure, undefined)));
}

function diskFailure(failure: NodeJS.ErrnoException): DiskFailure {
  switch (failure.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return { kind: 'noSpace' };
    case 'EROFS':
      return { kind: 'readOnly' };
    case 'ENOENT':
      return { kind: 'missing' };
    default:
      return { kind: 'io', detail: failure.code ?? failure.message };
  }
}
