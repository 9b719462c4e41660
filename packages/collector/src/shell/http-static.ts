import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { Clock } from '@cardwatch/kernel';
import type { StaticFile, StaticFiles } from '../api/types.ts';

/** `keptBytes`: of files in memory; more lets go of all. */
export const staticLimits = { files: 2_000, bytes: 64 * 1024 * 1024, keptBytes: 8 * 1024 * 1024, lookAgainMs: 3_000 } as const;

/** What the build lays beside a file, smallest first. */
const packed = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * A folder of built files. Paths are looked up in a list made by walking it, so nothing outside can be named. A miss walks again, at most every few
 * seconds: a console built while the collector runs is found.
 */
export function staticFolder(folder: string, clock: Clock): StaticFiles {
  let known = new Map<string, string>();
  let walkedAt = Number.NEGATIVE_INFINITY;
  const kept = new Kept();
  const read = async (path: string, accepts: ReadonlySet<string>): Promise<StaticFile | undefined> => {
    const file = known.get(path);
    return file === undefined ? undefined : readStatic(file, path, accepts, kept);
  };
  return {
    find: async (path, accepts) => {
      const wanted = path === '/' ? '/index.html' : path;
      const found = await read(wanted, accepts);
      if (found !== undefined || clock.mono() - walkedAt < staticLimits.lookAgainMs) return found;
      walkedAt = clock.mono();
      known = await walk(folder);
      return read(wanted, accepts);
    },
  };
}

async function walk(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.slice(0, staticLimits.files)) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && types[extname(file)] !== undefined) found.set(`/${relative(folder, file).split(sep).join('/')}`, file);
  }
  return found;
}

/** Read again only when the file has changed: what a build has once written is asked for by every console that opens. */
class Kept {
  #files = new Map<string, { readonly stamp: string; readonly file: StaticFile }>();
  #bytes = 0;

  find(name: string, stamp: string): StaticFile | undefined {
    const kept = this.#files.get(name);
    return kept?.stamp === stamp ? kept.file : undefined;
  }

  keep(name: string, stamp: string, file: StaticFile): void {
    this.#bytes += file.bytes.length - (this.#files.get(name)?.file.bytes.length ?? 0);
    this.#files.set(name, { stamp, file });
    if (this.#bytes <= staticLimits.keptBytes) return;
    this.#files = new Map();
    this.#bytes = 0;
  }
}

async function readStatic(file: string, path: string, accepts: ReadonlySet<string>, kept: Kept): Promise<StaticFile | undefined> {
  for (const [encoding, ending] of packed) {
    if (!accepts.has(encoding)) continue;
    const found = await readPlain(file + ending, path, kept);
    if (found !== undefined) return { ...found, type: typeOf(file), encoding };
  }
  return readPlain(file, path, kept);
}

const typeOf = (file: string): string => types[extname(file)] ?? 'application/octet-stream';

async function readPlain(file: string, path: string, kept: Kept): Promise<StaticFile | undefined> {
  const seen = await stat(file).catch(() => undefined);
  if (seen === undefined || seen.size > staticLimits.bytes) return undefined;
  const stamp = `${seen.mtimeMs} ${seen.size} ${seen.ino}`;
  const known = kept.find(file, stamp);
  if (known !== undefined) return known;
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  const read = { bytes, type: typeOf(file), etag, immutable: path.startsWith('/assets/') };
  kept.keep(file, stamp, read);
  return read;
}
