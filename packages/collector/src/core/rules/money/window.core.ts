/** Bounded memory of the money rules: keys that are forgotten oldest first, and hits in windows of device time. */
import { type EpochMs, hourMs } from '@cardwatch/kernel';

/** Cards, or pairs of card and purse, that one rule remembers. */
export const cardsMax = 60_000;
/** Findings of one rule that hold at once. */
export const heldMax = 4_096;
/** Hits, charges, sightings or links that one rule keeps of all its keys together: six of each card. */
export const partsMax = 6 * cardsMax;
/** Hits that are kept of one key. */
export const hitsMax = 256;
/** Hits older than the newest of their key by more are forgotten: a later one than that is judged by itself. */
export const hitsKeptMs = 26 * hourMs;

/**
 * Of a full map so small a share makes way at once, the longest untouched: to look for the oldest with every new key costs more than the rule itself, and
 * with a large share the memory of all rules together would rise and fall by tens of megabytes.
 */
export const forgottenShare = 240;

/** How many parts a value has, where they are counted over all keys. */
export interface Parts<V> {
  readonly max: number;
  of(value: V): number;
}

/** A map with room for `max` keys and, where they are counted, for so many parts of all values. Whoever adds to a value says so with `grew`. */
export class Remembered<V> {
  readonly #max: number;
  readonly #parts: Parts<V> | undefined;
  readonly #values = new Map<string, V>();
  #partsNow = 0;

  constructor(max: number = cardsMax, parts?: Parts<V>) {
    this.#max = max;
    this.#parts = parts;
  }

  get size(): number {
    return this.#values.size;
  }

  /** Value of the key, made when it is new; the key becomes the youngest. */
  touch(key: string, make: () => V): V {
    const known = this.#values.get(key);
    const value = known ?? make();
    this.set(key, value);
    return value;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#max) this.#forget(Math.ceil(this.#max / forgottenShare));
  }

  /** A value that was touched last has so many parts more. Beyond the room for all of them the longest untouched keys make way, never the last one. */
  grew(by: number): void {
    this.#partsNow += by;
    const max = this.#parts?.max ?? Number.POSITIVE_INFINITY;
    if (this.#partsNow <= max) return;
    const least = max - Math.ceil(max / forgottenShare);
    for (const key of this.#values.keys()) {
      if (this.#partsNow <= least || this.#values.size <= 1) return;
      this.delete(key);
    }
  }

  #forget(count: number): void {
    let left = count;
    for (const key of this.#values.keys()) {
      if (left-- <= 0) return;
      this.delete(key);
    }
  }

  delete(key: string): void {
    const value = this.#values.get(key);
    if (value !== undefined) this.#partsNow -= this.#parts?.of(value) ?? 0;
    this.#values.delete(key);
  }

  entries(): IterableIterator<[string, V]> {
    return this.#values.entries();
  }
}

/** Last `max` values, oldest first out. */
export class Ring<V> {
  readonly #max: number;
  readonly #values: V[] = [];
  #next = 0;

  constructor(max: number) {
    this.#max = max;
  }

  push(value: V): void {
    if (this.#values.length < this.#max) this.#values.push(value);
    else this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#max;
  }

  /** In no particular order. */
  values(): readonly V[] {
    return this.#values;
  }
}

/** One record that a rule counts. `at` is device time: a batch that arrives late is counted when it happened, not when it came. */
export interface Hit {
  readonly at: EpochMs;
  readonly deviceId: string;
  readonly amountFen: number;
  readonly cardTail: string;
}

/** Hits of one key, ordered by device time. */
export class HitList<H extends { readonly at: EpochMs } = Hit> {
  #hits: H[] = [];

  /** Takes a hit in and gives the fullest window of `windowMs` that it is part of, oldest first. */
  add(hit: H, windowMs: number): readonly H[] {
    const hits = this.#hits;
    if (hits.length === 0) {
      // most cards have one: an array that was pushed into would hold room for seventeen
      this.#hits = [hit];
      return [hit];
    }
    let at = hits.length;
    while (at > 0 && (hits[at - 1]?.at ?? 0) > hit.at) at--;
    hits.splice(at, 0, hit);
    const fullest = this.#fullest(at, windowMs);
    const newest = hits.at(-1)?.at ?? 0;
    while (hits.length > hitsMax || (hits[0]?.at ?? newest) < newest - hitsKeptMs) hits.shift();
    return fullest;
  }

  get length(): number {
    return this.#hits.length;
  }

  all(): readonly H[] {
    return this.#hits;
  }

  #fullest(index: number, windowMs: number): readonly H[] {
    const hits = this.#hits;
    const center = hits[index]?.at ?? 0;
    let best: readonly [number, number] = [index, index + 1];
    let end = index + 1;
    for (let start = index; start >= 0 && (hits[start]?.at ?? 0) >= center - windowMs; start--) {
      if (start === index) while (end < hits.length && (hits[end]?.at ?? 0) <= center + windowMs) end++;
      while (end > index + 1 && (hits[end - 1]?.at ?? 0) > (hits[start]?.at ?? 0) + windowMs) end--;
      if (end - start > best[1] - best[0]) best = [start, end];
    }
    return hits.slice(best[0], best[1]);
  }
}

/** Hits by key, with room for `cardsMax` keys and for `partsMax` hits of all of them. */
export class HitMemory<H extends { readonly at: EpochMs } = Hit> {
  readonly #lists = new Remembered<HitList<H>>(cardsMax, { max: partsMax, of: (list) => list.length });

  of(key: string): readonly H[] {
    return this.#lists.get(key)?.all() ?? [];
  }

  /** As `HitList.add`. */
  add(key: string, hit: H, windowMs: number): readonly H[] {
    const list = this.#lists.touch(key, () => new HitList<H>());
    const before = list.length;
    const fullest = list.add(hit, windowMs);
    this.#lists.grew(list.length - before);
    return fullest;
  }
}
