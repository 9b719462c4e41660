import type { Column } from '../grid/column.ts';

export type Cell = string | number | null;

/** A list as a sheet: titles, then one row each, of the columns that have a text. */
export function sheetOf<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
): { readonly header: readonly string[]; readonly rows: readonly (readonly Cell[])[] } {
  const told = columns.filter((column) => column.text !== undefined);
  return {
    header: told.map((column) => (column.hint === undefined ? column.title : `${column.title} ${column.hint}`)),
    rows: rows.map((row) => told.map((column) => column.text?.(row) ?? null)),
  };
}

/** A spreadsheet runs what begins like a formula: an apostrophe before it makes it the text that it is. */
export const harmless = (cell: Cell): Cell => (typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);

/** RFC 4180 with a byte order mark, so that every spreadsheet reads the Chinese. */
export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => cells.map((cell) => quoted(String(harmless(cell) ?? ''))).join(',');
  return `\ufeff${[header, ...rows].map(line).join('\r\n')}\r\n`;
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
