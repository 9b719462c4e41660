/** How often links may be tried: buckets that fill with time. Bounded: who was longest unseen is forgotten first. */
import { secondMs } from '@cardwatch/kernel';

export interface RateLimits {
  readonly burst: number;
  readonly refillMs: number;
  /** Buckets that are remembered. */
  readonly keysMax: number;
}

/** Of one address, over all links: a duty room behind one address, and no more than that. */
export const linkAddressLimits: RateLimits = { burst: 30, refillMs: 2 * secondMs, keysMax: 10_000 };
/** Of one link, over all addresses: its readers and their mail scanners. */
export const linkTokenLimits: RateLimits = { burst: 20, refillMs: 3 * secondMs, keysMax: 10_000 };

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export class LinkRate {
  readonly #limits: RateLimits;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  /** Null: go on. Otherwise seconds to wait. `nowMs` is monotonic. */
  take(key: string, nowMs: number): number | null {
    const { burst, refillMs, keysMax } = this.#limits;
    const before = this.#buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    const filled = Math.min(burst, before.tokens + (nowMs - before.atMs) / refillMs);
    const taken = filled >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: taken ? filled - 1 : filled, atMs: nowMs });
    if (this.#buckets.size > keysMax) this.#forgetOldest();
    return taken ? null : Math.max(1, Math.ceil(((1 - filled) * refillMs) / secondMs));
  }

  get size(): number {
    return this.#buckets.size;
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
