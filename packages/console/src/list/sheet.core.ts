import { type EpochMs, epochMs, yuanFromFen } from '@cardwatch/kernel';
import { clockTime, day } from '../format/time.ts';
import type { Column } from '../grid/column.ts';

/** A moment, shown in Shanghai civil time: in CSV `2026-03-09 12:04:31`, in XLSX a date that can be reckoned with. */
export interface SheetTime {
  readonly at: EpochMs;
}

/** Money: in CSV yuan with two decimals, in XLSX a number with two. */
export interface SheetMoney {
  readonly fen: number;
}

export type Cell = string | number | null | SheetTime | SheetMoney;

export const sheetTime = (at: number | null): SheetTime | null => (at === null ? null : { at: epochMs(at) });
export const sheetMoney = (fen: number | null): SheetMoney | null => (fen === null ? null : { fen });

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

/** What a spreadsheet takes for a formula, also in its full-width forms and behind blanks. */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** A spreadsheet runs what begins like a formula: an apostrophe before it makes it the text that it is. */
export const harmless = (text: string): string => (formula.test(text) ? `'${text}` : text);

/** RFC 4180 with a byte order mark, so that every spreadsheet reads the Chinese. */
export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => cells.map((cell) => quoted(csvText(cell))).join(',');
  return `\ufeff${[header, ...rows].map(line).join('\r\n')}\r\n`;
}

function csvText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return harmless(cell);
  if (typeof cell === 'number') return String(cell);
  return 'at' in cell ? `${day(cell.at)} ${clockTime(cell.at)}` : yuanFromFen(cell.fen);
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
