import type { Clock } from '@cardwatch/kernel';

export const seldomLimits = { everyMs: 60_000, keys: 1_000 } as const;

interface Passed {
  readonly at: number;
  held: number;
}

/** Lets each key through once a minute, and with `most` no more than so many of all: what happens in a loop is written once, not a thousand times. */
export class Seldom {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #last = new Map<string, Passed>();
  #minute = { from: Number.NEGATIVE_INFINITY, passed: 0 };

  constructor(clock: Clock, most = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#most = most;
  }

  pass(key: string): boolean {
    return this.take(key) !== undefined;
  }

  /** How often the key was held back since it last came through; undefined when it is held back now. */
  take(key: string): number | undefined {
    const now = this.#clock.mono();
    const last = this.#last.get(key);
    const soon = last !== undefined && now - last.at < seldomLimits.everyMs;
    if (soon || this.#isFull(now)) {
      if (last !== undefined) last.held++;
      return undefined;
    }
    if (this.#last.size >= seldomLimits.keys) this.#last.clear();
    this.#last.set(key, { at: now, held: 0 });
    this.#minute.passed++;
    return last?.held ?? 0;
  }

  #isFull(now: number): boolean {
    if (now - this.#minute.from >= seldomLimits.everyMs) this.#minute = { from: now, passed: 0 };
    return this.#minute.passed >= this.#most;
  }
}
