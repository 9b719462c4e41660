/** How often one address may open or press links: a bucket that fills with time. Bounded: the address that was longest unseen is forgotten first. */
import { secondMs } from '@cardwatch/kernel';

export const linkRateLimits = { burst: 30, refillMs: 2 * secondMs, addressesMax: 10_000 } as const;

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export class LinkRate {
  readonly #buckets = new Map<string, Bucket>();

  /** Null: go on. Otherwise seconds to wait. `nowMs` is monotonic. */
  take(address: string, nowMs: number): number | null {
    const before = this.#buckets.get(address) ?? { tokens: linkRateLimits.burst, atMs: nowMs };
    const filled = Math.min(linkRateLimits.burst, before.tokens + (nowMs - before.atMs) / linkRateLimits.refillMs);
    const taken = filled >= 1;
    this.#buckets.delete(address);
    this.#buckets.set(address, { tokens: taken ? filled - 1 : filled, atMs: nowMs });
    if (this.#buckets.size > linkRateLimits.addressesMax) this.#forgetOldest();
    return taken ? null : Math.max(1, Math.ceil(((1 - filled) * linkRateLimits.refillMs) / secondMs));
  }

  get addresses(): number {
    return this.#buckets.size;
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
