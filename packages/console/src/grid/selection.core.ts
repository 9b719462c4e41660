/** Which rows of a list are marked. `anchor`: where a range begins. */
export interface Selection {
  readonly keys: ReadonlySet<string>;
  readonly anchor: string | undefined;
}

export const nothingSelected: Selection = { keys: new Set(), anchor: undefined };

/** Marks or unmarks one row. */
export function toggled({ keys }: Selection, key: string): Selection {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return { keys: next, anchor: key };
}

/** Marks all rows from the anchor to `key` in the order of the list; without an anchor on the list, the one row. */
export function ranged(selection: Selection, order: readonly string[], key: string): Selection {
  const from = selection.anchor === undefined ? -1 : order.indexOf(selection.anchor);
  const to = order.indexOf(key);
  if (from < 0 || to < 0) return toggled(selection, key);
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { keys: new Set([...selection.keys, ...range]), anchor: selection.anchor };
}

/** Marks all that are given, or none when all were marked. */
export function allToggled({ keys }: Selection, order: readonly string[]): Selection {
  return order.every((key) => keys.has(key)) ? nothingSelected : { keys: new Set(order), anchor: undefined };
}
