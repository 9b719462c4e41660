/** Two 32-bit lanes of multiply-xor folded to 53 bits: among 32,768 remembered records a chance likeness is one in 10^11. */
export function digest53(text: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & low) + (high >>> 0);
}

/** Which of a device's records are already in our custody. Bounded; the oldest are forgotten first. */
export class Remembered {
  readonly #seen = new Set<number>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  has(key: string): boolean {
    return this.#seen.has(digest53(key));
  }

  /** Called only when the record is on disk. */
  add(key: string): void {
    this.#seen.add(digest53(key));
    if (this.#seen.size <= this.#max) return;
    for (const oldest of this.#seen) {
      this.#seen.delete(oldest);
      return;
    }
  }
}
