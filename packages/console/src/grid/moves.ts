import type { GridRow } from './column.ts';

export type Move = 'next' | 'previous' | 'first' | 'last' | 'pageDown' | 'pageUp';

/** What a key does while the grid has the focus. */
export const moves: Readonly<Record<string, Move | undefined>> = {
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  Home: 'first',
  End: 'last',
  PageDown: 'pageDown',
  PageUp: 'pageUp',
};

const pageRows = 15;

/** The row that a move leads to; a note is stepped over. */
export function nextRow<T>(rows: readonly GridRow<T>[], active: number, move: Move): number {
  const far: Readonly<Record<Move, number>> = {
    next: active + 1,
    previous: active - 1,
    first: 0,
    last: rows.length - 1,
    pageDown: active + pageRows,
    pageUp: active - pageRows,
  };
  const wanted = Math.max(0, Math.min(rows.length - 1, far[move]));
  if (rows[wanted]?.type !== 'note') return wanted;
  return move === 'previous' || move === 'pageUp' ? Math.max(0, wanted - 1) : Math.min(rows.length - 1, wanted + 1);
}
