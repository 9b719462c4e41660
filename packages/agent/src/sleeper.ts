import type { CancelTimer, Clock } from '@cardwatch/kernel';

/** Lets one loop wait for a time or for a call of `wake`, whichever comes first. A wake between two waits is not lost. */
export class Sleeper {
  readonly #clock: Clock;
  #woken = false;
  #resolve: (() => void) | undefined;
  /** The signal that is listened to: a loop waits under one signal for all its life, and listens once. */
  #heard: AbortSignal | undefined;
  readonly #stop = (): void => this.#resolve?.();

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
    this.#listen(signal);
    let cancel: CancelTimer | undefined;
    await new Promise<void>((resolve) => {
      this.#resolve = resolve;
      if (Number.isFinite(delayMs)) cancel = this.#clock.after(delayMs, resolve);
    });
    cancel?.();
    this.#resolve = undefined;
  }

  #listen(signal: AbortSignal): void {
    if (this.#heard === signal) return;
    this.#heard?.removeEventListener('abort', this.#stop);
    this.#heard = signal;
    signal.addEventListener('abort', this.#stop, { once: true });
  }
}

/** Resolves with what `work` gives, or with `late()` after `limitMs`. The work itself goes on: abort it by its own signal. */
export function within<T>(clock: Clock, limitMs: number, work: Promise<T>, late: () => T): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(limitMs, () => resolve(late()));
    work.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (cause: unknown) => {
        cancel();
        reject(cause);
      },
    );
  });
}
