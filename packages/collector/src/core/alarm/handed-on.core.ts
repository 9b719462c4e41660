/**
 * A map that is handed on from version to version: the latest one holds the entries, and what a change costs is the change. A version that was handed on stays
 * readable; to read it costs a copy.
 */

/** Null: the key goes. */
export type MapChange<K, V> = readonly [key: K, value: V | null];

/** The map with these changes, one after the other. What is new comes last; what is there keeps its place. */
export function handOn<K, V extends object | string>(
  map: ReadonlyMap<K, V>,
  changes: readonly MapChange<K, V>[],
): ReadonlyMap<K, V> {
  if (changes.length === 0) return map;
  return (map instanceof HandedOn ? (map as HandedOn<K, V>) : new HandedOn<K, V>(new Map(map))).next(changes);
}

class HandedOn<K, V extends object | string> implements ReadonlyMap<K, V> {
  /** Null: the one after has them. */
  #own: Map<K, V> | null;
  #after: HandedOn<K, V> | null = null;
  /** What makes this one of the one after. */
  #undo: readonly MapChange<K, V>[] = [];

  constructor(entries: Map<K, V>) {
    this.#own = entries;
  }

  next(changes: readonly MapChange<K, V>[]): HandedOn<K, V> {
    const entries = this.#entries();
    const undo: MapChange<K, V>[] = [];
    for (const [key, value] of changes) {
      undo.push([key, entries.get(key) ?? null]);
      change(entries, key, value);
    }
    this.#own = null;
    this.#undo = undo.reverse();
    this.#after = new HandedOn(entries);
    return this.#after;
  }

  #entries(): Map<K, V> {
    if (this.#own !== null) return this.#own;
    const undone = [this.#undo];
    let at = this.#after;
    while (at !== null && at.#own === null) {
      undone.push(at.#undo);
      at = at.#after;
    }
    const own = new Map(at === null ? [] : at.#own);
    for (const changes of undone.toReversed()) for (const [key, value] of changes) change(own, key, value);
    this.#own = own;
    this.#after = null;
    this.#undo = [];
    return own;
  }

  get size(): number {
    return this.#entries().size;
  }

  get(key: K): V | undefined {
    return this.#entries().get(key);
  }

  has(key: K): boolean {
    return this.#entries().has(key);
  }

  forEach(each: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    this.#entries().forEach((value, key) => each(value, key, this));
  }

  entries(): MapIterator<[K, V]> {
    return this.#entries().entries();
  }

  keys(): MapIterator<K> {
    return this.#entries().keys();
  }

  values(): MapIterator<V> {
    return this.#entries().values();
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }
}

function change<K, V>(entries: Map<K, V>, key: K, value: V | null): void {
  if (value === null) entries.delete(key);
  else entries.set(key, value);
}
