export interface SteadyInput<T> {
  /** Keys on the screen, top to bottom. */
  readonly shown: readonly string[];
  /** Every row that is loaded, in the order it should have. */
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** Whether a row belongs to the list as it is filtered now. */
  readonly fits: (row: T) => boolean;
  /** The pointer is over the list: nothing may move under it. */
  readonly frozen: boolean;
}

/**
 * The rows to show. While frozen, rows on the screen keep their place (with new contents, even when they no longer fit), rows after the last
 * of them are added (the next page), and those that would push in before are counted as `waiting`.
 */
export function steady<T>(input: SteadyInput<T>): { readonly rows: readonly T[]; readonly waiting: number } {
  const { shown, rows, keyOf, fits, frozen } = input;
  const fitting = rows.filter(fits);
  if (!frozen || shown.length === 0) return { rows: fitting, waiting: 0 };
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  const kept = shown.flatMap((key) => byKey.get(key) ?? []);
  const known = new Set(shown);
  const lastKnown = fitting.findLastIndex((row) => known.has(keyOf(row)));
  const after = fitting.slice(lastKnown + 1);
  const waiting = fitting.slice(0, lastKnown + 1).filter((row) => !known.has(keyOf(row))).length;
  return { rows: [...kept, ...after], waiting };
}
