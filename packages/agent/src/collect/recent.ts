export const recentLimits = { records: 1_024, events: 2_048 } as const;

/** Bounded memory of what was lately taken over, oldest forgotten first: key (number, content) to the hash of the content. */
export class Recent<K> {
  readonly #limit: number;
  readonly #seen = new Map<K, string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#seen.size;
  }

  get(key: K): string | undefined {
    return this.#seen.get(key);
  }

  put(key: K, hash: string): void {
    this.#seen.delete(key);
    const oldest = this.#seen.keys().next();
    if (this.#seen.size >= this.#limit && oldest.done !== true) this.#seen.delete(oldest.value);
    this.#seen.set(key, hash);
  }

  clear(): void {
    this.#seen.clear();
  }
}
