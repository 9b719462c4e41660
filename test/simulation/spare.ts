/** Leaves faults of a seed out, so that a run which shows a bug can be made small. */

/** What of a seed's faults is left. */
export interface Spare {
  /** Numbers of the strikes that still strike, counted from 0 in the order in which they come; all of them when it is not there. */
  readonly strikes?: readonly number[] | undefined;
  /** Crashes that lurk at every port call, and calls of the store that fail. */
  readonly lurking?: boolean | undefined;
}

/** Counts the strikes of one run and says which of them strike. */
export class Sparing {
  readonly lurks: boolean;
  readonly #left: ReadonlySet<number> | undefined;
  #met = 0;

  constructor({ strikes, lurking = true }: Spare = {}) {
    this.#left = strikes === undefined ? undefined : new Set(strikes);
    this.lurks = lurking;
  }

  /** Strikes that came up so far, left out or not. */
  get met(): number {
    return this.#met;
  }

  strikes(): boolean {
    const number = this.#met++;
    return this.#left === undefined || this.#left.has(number);
  }
}
