/** The configuration's door to the disk, and what can be amiss with a file. */
import type { CommonProfile, ProfileFailure } from '@cardwatch/drivers';
import type { Result } from '@cardwatch/kernel';
import type { What } from './problem.ts';

export type FileFailure =
  | { readonly kind: 'missing' }
  | { readonly kind: 'tooLarge'; readonly bytes: number }
  | { readonly kind: 'io'; readonly detail: string };

/** The loader's door to the disk. */
export interface ConfigDoor {
  /** Text and permission bits of a file of at most `bytesMax`. */
  read(path: string, bytesMax: number): Promise<Result<{ readonly text: string; readonly mode: number }, FileFailure>>;
  /** Undefined when the folder is there, or can be made, and may be read and written. */
  folderProblem(path: string): Promise<string | undefined>;
  /** A path of the file, taken from the folder that the file stands in. */
  from(file: string, path: string): string;
  profileNames(): Promise<readonly string[]>;
  profile(name: string): Promise<Result<CommonProfile, ProfileFailure>>;
}

export function fileProblem(failure: FileFailure, limit: number): What {
  if (failure.kind === 'missing') return { kind: 'fileMissing' };
  return failure.kind === 'tooLarge'
    ? { kind: 'fileTooLarge', bytes: failure.bytes, limit }
    : { kind: 'fileUnreadable', detail: failure.detail };
}

/** A secret file may be read by its owner alone. */
export const modeProblem = (mode: number): What[] =>
  (mode & 0o077) === 0 ? [] : [{ kind: 'modeTooWide', mode: `0${(mode & 0o777).toString(8)}` }];
