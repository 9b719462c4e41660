const kept = 512;

/** The last syncs, for p50 and p99. */
export class SyncTimes {
  readonly #times: number[] = [];
  #next = 0;
  /** All since the start. */
  total = 0;

  add(tookMs: number): void {
    this.total++;
    this.#times[this.#next] = tookMs;
    this.#next = (this.#next + 1) % kept;
  }

  percentiles(): { readonly syncP50Ms: number; readonly syncP99Ms: number } {
    const sorted = this.#times.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { syncP50Ms: at(0.5), syncP99Ms: at(0.99) };
  }
}
