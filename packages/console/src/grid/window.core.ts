export const gridLimits = { rowPx: 36, overscanRows: 8, domRows: 90 } as const;

/** Rows to be drawn: `first` included, `end` excluded; never more than `gridLimits.domRows`. */
export function windowOf(view: { readonly scrollPx: number; readonly heightPx: number; readonly rows: number }): {
  readonly first: number;
  readonly end: number;
} {
  const { rowPx, overscanRows, domRows } = gridLimits;
  const top = Math.floor(Math.max(0, view.scrollPx) / rowPx);
  const fitting = Math.ceil(view.heightPx / rowPx) + 1;
  const first = Math.max(0, Math.min(top, view.rows) - overscanRows);
  const end = Math.min(view.rows, top + fitting + overscanRows, first + domRows);
  return { first, end: Math.max(first, end) };
}

/** Least width of all tracks together, in pixels: head and body share it, so that their columns stay in line. */
export const tracksPx = (tracks: readonly string[]): number =>
  tracks.reduce((sum, track) => sum + Number(/(\d+)px/.exec(track)?.[1] ?? 0), 0);

/** Scroll position that brings row `at` into sight with the least movement. */
export function scrollTo(at: number, view: { readonly scrollPx: number; readonly heightPx: number }): number {
  const top = at * gridLimits.rowPx;
  if (top < view.scrollPx) return top;
  const bottom = top + gridLimits.rowPx;
  return bottom > view.scrollPx + view.heightPx ? bottom - view.heightPx : view.scrollPx;
}
