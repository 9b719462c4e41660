const kept = 512;

/** The last syncs, for p50 and p99. Kept in order as they come: both are asked for far more often than once a sync. */
export class SyncTimes {
  readonly #times = new Float64Array(kept);
  readonly #sorted = new Float64Array(kept);
  #next = 0;
  #count = 0;
  /** All since the start. */
  total = 0;

  add(tookMs: number): void {
    this.total++;
    if (this.#count === kept) this.#drop(this.#times[this.#next] ?? 0);
    this.#times[this.#next] = tookMs;
    this.#next = (this.#next + 1) % kept;
    const at = this.#place(tookMs);
    this.#sorted.copyWithin(at + 1, at, this.#count);
    this.#sorted[at] = tookMs;
    this.#count++;
  }

  percentiles(): { readonly syncP50Ms: number; readonly syncP99Ms: number } {
    const at = (share: number): number => this.#sorted[Math.min(this.#count - 1, Math.floor(this.#count * share))] ?? 0;
    return { syncP50Ms: at(0.5), syncP99Ms: at(0.99) };
  }

  #drop(tookMs: number): void {
    const at = this.#place(tookMs);
    this.#sorted.copyWithin(at, at + 1, this.#count);
    this.#count--;
  }

  /** Index of the first that took as long or longer. */
  #place(tookMs: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < tookMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
