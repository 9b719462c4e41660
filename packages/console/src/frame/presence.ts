import type { Clock, EpochMs } from '@cardwatch/kernel';

export const presenceLimits = {
  /** Without a key, a click or a movement for this long, nobody is taken to be there. */
  awayMs: 300_000,
  tickMs: 5_000,
} as const;

/**
 * Whether somebody sits at the page. Background calls count as use of the session: they are made only while somebody is there, so that an
 * empty chair is signed out by the collector as it should be.
 */
export class Presence {
  #lastAt: EpochMs;
  #isThere = true;
  readonly #clock: Clock;
  readonly #watchers = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastAt = clock.now();
    this.#tick();
  }

  readonly isThere = (): boolean => this.#isThere;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** A sign of life. */
  readonly seen = (): void => {
    this.#lastAt = this.#clock.now();
    this.#set(true);
  };

  #tick(): void {
    this.#clock.after(presenceLimits.tickMs, () => {
      this.#set(this.#clock.now() - this.#lastAt < presenceLimits.awayMs);
      this.#tick();
    });
  }

  #set(isThere: boolean): void {
    if (isThere === this.#isThere) return;
    this.#isThere = isThere;
    for (const watcher of this.#watchers) watcher();
  }
}

export const signsOfLife = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;
