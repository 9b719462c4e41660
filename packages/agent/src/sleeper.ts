import type { CancelTimer, Clock } from '@cardwatch/kernel';

/** Lets one loop wait for a time or for a call of `wake`, whichever comes first. A wake between two waits is not lost. */
export class Sleeper {
  readonly #clock: Clock;
  #woken = false;
  #resolve: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    this.#woken = true;
    this.#resolve?.();
  }

  /** Resolves after `delayMs` (infinity: never by time), at once when woken, and when `signal` aborts. */
  async sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#woken && !signal.aborted && delayMs > 0) await this.#wait(delayMs, signal);
    this.#woken = false;
  }

  async #wait(delayMs: number, signal: AbortSignal): Promise<void> {
    let cancel: CancelTimer | undefined;
    const stop = (): void => this.#resolve?.();
    await new Promise<void>((resolve) => {
      this.#resolve = resolve;
      if (Number.isFinite(delayMs)) cancel = this.#clock.after(delayMs, resolve);
      signal.addEventListener('abort', stop, { once: true });
    });
    cancel?.();
    signal.removeEventListener('abort', stop);
    this.#resolve = undefined;
  }
}

/** Resolves with what `work` gives, or with `late()` after `limitMs`. The work itself goes on: abort it by its own signal. */
export async function within<T>(clock: Clock, limitMs: number, work: Promise<T>, late: () => T): Promise<T> {
  let cancel: CancelTimer | undefined;
  const timeout = new Promise<T>((resolve) => {
    cancel = clock.after(limitMs, () => resolve(late()));
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    cancel?.();
  }
}
