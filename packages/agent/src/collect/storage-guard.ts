import type { Clock } from '@cardwatch/kernel';
import type { Reporter } from '../report/reporter.ts';

/** After a failed write of money the terminals keep their records; one is tried again after this. */
export const storageRetryMs = 10_000;

/** Knows whether the journal takes money at present, and says so once in each direction. */
export class StorageGuard {
  readonly #clock: Clock;
  readonly #reporter: Reporter;
  #retryAtMs: number | undefined;

  constructor(clock: Clock, reporter: Reporter) {
    this.#clock = clock;
    this.#reporter = reporter;
  }

  get failed(): boolean {
    return this.#retryAtMs !== undefined;
  }

  mayTry(): boolean {
    return this.#retryAtMs === undefined || this.#clock.mono() >= this.#retryAtMs;
  }

  sawFailure(detail: string): void {
    if (!this.failed) this.#reporter.notice({ notice: 'storageFailed', detail: detail.slice(0, 200) });
    this.#retryAtMs = this.#clock.mono() + storageRetryMs;
  }

  sawSuccess(): void {
    if (this.failed) this.#reporter.notice({ notice: 'storageRecovered' });
    this.#retryAtMs = undefined;
  }
}
