/** A clock that runs too fast or too slow since some moment. */
export class Drift {
  readonly #ppm: number;
  readonly #sinceMs: number;

  constructor(ppm: number, sinceMs: number) {
    this.#ppm = ppm;
    this.#sinceMs = sinceMs;
  }

  /** Milliseconds that it is ahead at this reading of the true monotonic clock. */
  at(monoMs: number): number {
    return ((monoMs - this.#sinceMs) * this.#ppm) / 1_000_000;
  }
}
