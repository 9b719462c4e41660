import type { RunMode } from '../simulate.ts';

/** A bug to be put into one place of real code, and what it would cost. */
export interface Plant {
  readonly name: string;
  readonly story: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Where it is looked for. */
  readonly mode: RunMode;
}
