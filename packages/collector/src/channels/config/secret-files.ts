/** Secrets in files below the data folder, each for its owner's eyes alone. */
import { closeSync, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { SecretFault } from './problem.ts';

export const secretBytesMax = 16 * 1024;

export interface SecretFailure {
  readonly kind: SecretFault;
  /** The mode or the system's code; never what stands in the file. */
  readonly detail: string;
}

/** What `ports.secret` throws when a file that was good at start is no longer. */
export class SecretLost extends Error {
  readonly failure: SecretFailure;

  constructor(failure: SecretFailure) {
    super(`a file of a secret is ${failure.kind}`);
    this.failure = failure;
  }
}

/** `ports.secret` over a data folder. */
export function secretsOf(dataFolder: string): (file: string) => string {
  return (file) => {
    const read = readSecret(dataFolder, file);
    if (!read.ok) throw new SecretLost(read.error);
    return read.value;
  };
}

/** The content of a file, trimmed. Links that lead out of the folder, wide modes and empty files are refused. */
export function readSecret(dataFolder: string, file: string): Result<string, SecretFailure> {
  try {
    const path = realpathSync(join(dataFolder, file));
    const below = relative(realpathSync(dataFolder), path);
    if (below.startsWith(`..${sep}`) || below === '..') return err({ kind: 'outside', detail: '' });
    return contentOf(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return err({ kind: code === 'ENOENT' ? 'missing' : 'unreadable', detail: code });
  }
}

function contentOf(path: string): Result<string, SecretFailure> {
  const handle = openSync(path, 'r');
  try {
    const { mode, size } = fstatSync(handle);
    if ((mode & 0o077) !== 0) return err({ kind: 'tooWide', detail: `0${(mode & 0o777).toString(8)}` });
    if (size > secretBytesMax) return err({ kind: 'tooLarge', detail: String(size) });
    const text = readFileSync(handle, 'utf8').trim();
    return text === '' ? err({ kind: 'empty', detail: '' }) : ok(text);
  } finally {
    closeSync(handle);
  }
}
