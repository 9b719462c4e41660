import type { Clock } from '@cardwatch/kernel';

export const seldomLimits = { everyMs: 60_000, keys: 1_000 } as const;

/** Lets each key through once a minute: what happens in a loop is written once, not a thousand times. */
export class Seldom {
  readonly #clock: Clock;
  readonly #last = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  pass(key: string): boolean {
    const now = this.#clock.mono();
    const last = this.#last.get(key);
    if (last !== undefined && now - last < seldomLimits.everyMs) return false;
    if (this.#last.size >= seldomLimits.keys) this.#last.clear();
    this.#last.set(key, now);
    return true;
  }
}
