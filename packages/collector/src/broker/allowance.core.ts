/** Token bucket: `burst` at once, `perSecond` evenly. What is taken may go into debt once; the debt is waited off. Changes in place. */
export interface AllowanceLimits {
  readonly perSecond: number;
  readonly burst: number;
}

export class Allowance {
  readonly #limits: AllowanceLimits;
  #left: number;
  #at: number;

  constructor(limits: AllowanceLimits, now: number) {
    this.#limits = limits;
    this.#left = limits.burst;
    this.#at = now;
  }

  spend(amount: number, now: number): void {
    this.#refill(now);
    this.#left -= amount;
  }

  /** Milliseconds until the debt is gone; 0 without one. `now` never steps back. */
  waitMs(now: number): number {
    this.#refill(now);
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / this.#limits.perSecond) * 1_000);
  }

  #refill(now: number): void {
    const { perSecond, burst } = this.#limits;
    this.#left = Math.min(burst, this.#left + ((now - this.#at) * perSecond) / 1_000);
    this.#at = now;
  }
}
