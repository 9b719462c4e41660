/**
 * Distinct cards of a slot: exact up to 64, then estimated from the 64 smallest hashes (k minimum values: (k - 1) / k-th smallest of the unit interval,
 * standard error 1/√(k - 2), an eighth). The same 64 numbers of two slots give those of both together, so that slots can be added.
 */
export const exactMax = 64;
const unit = 2 ** 53;

export class Distinct {
  /** Ascending. */
  readonly #smallest: number[] = [];
  #more = false;

  /** Whether it is the first time, as far as can be told. */
  add(key: string): void {
    this.#take(hash53(key));
  }

  merge(other: Distinct): void {
    this.#more ||= other.#more;
    for (const hash of other.#smallest) this.#take(hash);
  }

  /** Distinct keys taken in; rounded when it is an estimate. */
  count(): number {
    const largest = this.#smallest.at(-1);
    if (!this.#more || largest === undefined) return this.#smallest.length;
    return Math.round((exactMax - 1) / ((largest + 1) / unit));
  }

  #take(hash: number): void {
    const smallest = this.#smallest;
    let at = smallest.length;
    while (at > 0 && (smallest[at - 1] ?? 0) > hash) at--;
    if (at > 0 && smallest[at - 1] === hash) return;
    if (at < exactMax) smallest.splice(at, 0, hash);
    if (smallest.length > exactMax) smallest.pop();
    else if (at < exactMax) return;
    this.#more = true;
  }
}

/** 53 well-mixed bits of a text (cyrb53, two multiplicative lanes). */
export function hash53(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & low) + (high >>> 0);
}
