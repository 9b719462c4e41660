import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '@cardwatch/kernel';
import { type KeyRing, KeysFile, newSiteKeys, type SiteKeys } from '../services/keys/ring.ts';

export const keysFileOf = (folder: string): string => join(folder, 'keys.json');

export type KeysFailure =
  | { readonly kind: 'damaged'; readonly file: string; readonly detail: string }
  | { readonly kind: 'locked'; readonly file: string };

const nothing: KeysFile = { v: 1, sites: {} };
/** A lock this old was left by a process that died. */
const staleLockMs = 10_000;

/** Reads the file again when it has changed: an agent may be added while the collector runs. */
export function fileKeyRing(folder: string): KeyRing {
  const file = keysFileOf(folder);
  let kept: { readonly changedAt: number; readonly sites: KeysFile['sites'] } | undefined;
  return {
    sites: async () => {
      const changedAt = existsSync(file) ? statSync(file).mtimeMs : 0;
      if (kept?.changedAt === changedAt) return kept.sites;
      const read = readKeys(file);
      if (!read.ok) throw new Error(`${file}: ${read.error.kind}`);
      kept = { changedAt, sites: read.value.sites };
      return kept.sites;
    },
  };
}

function readKeys(file: string): Result<KeysFile, KeysFailure> {
  if (!existsSync(file)) return ok(nothing);
  try {
    const parsed = KeysFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success
      ? ok(parsed.data)
      : err({ kind: 'damaged', file, detail: parsed.error.issues[0]?.path.join('.') ?? '' });
  } catch {
    return err({ kind: 'damaged', file, detail: 'not JSON' });
  }
}

/** The keys of a site, made and written (mode 0600, synced) when it has none yet. */
export function ensureSiteKeys(folder: string, site: string): Result<SiteKeys, KeysFailure> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = keysFileOf(folder);
  const lock = `${file}.lock`;
  if (!takeLock(lock)) return err({ kind: 'locked', file: lock });
  try {
    const read = readKeys(file);
    if (!read.ok) return read;
    const known = read.value.sites[site];
    if (known !== undefined) return ok(known);
    const made = newSiteKeys();
    writeKeys(file, { v: 1, sites: { ...read.value.sites, [site]: made } });
    return ok(made);
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(lock: string): boolean {
  if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > staleLockMs) rmSync(lock, { force: true });
  try {
    closeSync(openSync(lock, 'wx', 0o600));
    return true;
  } catch {
    return false;
  }
}

function writeKeys(file: string, keys: KeysFile): void {
  const fresh = `${file}.new`;
  const handle = openSync(fresh, 'w', 0o600);
  try {
    writeSync(handle, `${JSON.stringify(keys, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
}
