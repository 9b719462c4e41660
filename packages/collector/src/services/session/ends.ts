/** Tells whoever holds something open for a person that their sessions have ended. */
export class SessionEnds {
  readonly #watchers = new Map<string, Set<() => void>>();

  /** The returned function stops watching, and may be called twice. */
  watch(name: string, ended: () => void): () => void {
    const watchers = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, watchers.add(ended));
    return () => {
      watchers.delete(ended);
      if (watchers.size === 0 && this.#watchers.get(name) === watchers) this.#watchers.delete(name);
    };
  }

  tell(name: string): void {
    for (const ended of this.#watchers.get(name) ?? []) ended();
  }
}
