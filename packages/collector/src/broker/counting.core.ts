/** How often something happened of late, by key, with a ban when it was too often. Changes in place. */
import type { EpochMs } from '@cardwatch/kernel';

export interface CountingLimits {
  readonly most: number;
  readonly windowMs: number;
  readonly banMs: number;
  /** Keys kept; the oldest is forgotten. */
  readonly keys: number;
}

interface Count {
  times: EpochMs[];
  bannedUntil: number;
}

export class Counting {
  readonly #limits: CountingLimits;
  readonly #counts = new Map<string, Count>();

  constructor(limits: CountingLimits) {
    this.#limits = limits;
  }

  isBanned(key: string, now: EpochMs): boolean {
    return (this.#counts.get(key)?.bannedUntil ?? 0) > now;
  }

  /** Counts one more. True when it is one too many: the key is banned from now on. */
  happened(key: string, now: EpochMs): boolean {
    const count = this.#counts.get(key) ?? { times: [], bannedUntil: 0 };
    count.times = count.times.filter((at) => now - at < this.#limits.windowMs);
    count.times.push(now);
    const tooOften = count.times.length > this.#limits.most;
    if (tooOften) {
      count.bannedUntil = now + this.#limits.banMs;
      count.times = [];
    }
    this.#counts.delete(key);
    this.#counts.set(key, count);
    this.#forgetOldest();
    return tooOften;
  }

  forget(key: string): void {
    this.#counts.delete(key);
  }

  #forgetOldest(): void {
    if (this.#counts.size <= this.#limits.keys) return;
    const oldest = this.#counts.keys().next().value;
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}
