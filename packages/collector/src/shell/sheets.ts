/**
 * Tables that people keep in Excel: CSV and XLSX in and out. What comes in is a stranger's file: its size, rows, columns, cells and what it unpacks to are
 * limited before anything is built from it. What goes out cannot become a formula in the reader's Excel.
 */
import { err, ok, type Result } from '@cardwatch/kernel';
import { csvRows, csvText } from './sheets-csv.ts';
import { looksZipped, xlsxBytes, xlsxRows } from './sheets-xlsx.ts';

export const sheetBytesMax = 4 * 1_024 * 1_024;
/** Beside the header. */
export const sheetRowsMax = 20_000;
export const sheetColumnsMax = 64;
/** Characters of one cell. */
export const sheetCellMax = 1_000;

export interface Sheet {
  readonly header: readonly string[];
  /** Blank ones too, so that row `n` of the file is `rows[n - 2]`. */
  readonly rows: readonly (readonly string[])[];
}

export type SheetFailure =
  | { readonly kind: 'tooLarge'; readonly what: 'bytes' | 'rows' | 'columns' | 'cell'; readonly max: number }
  /** It unpacks to more than `max` bytes or files. */
  | { readonly kind: 'bomb'; readonly what: 'bytes' | 'files'; readonly max: number }
  | { readonly kind: 'encoding' }
  | { readonly kind: 'empty' }
  /** Neither CSV nor XLSX, or broken; `detail` is the reader's own word. */
  | { readonly kind: 'unreadable'; readonly detail: string };

/** The first sheet of a file, told by its bytes and not by its name. Cells are trimmed text; days are `2026-09-01`. */
export async function readSheetBytes(bytes: Uint8Array): Promise<Result<Sheet, SheetFailure>> {
  if (bytes.length > sheetBytesMax) return err({ kind: 'tooLarge', what: 'bytes', max: sheetBytesMax });
  const rows = looksZipped(bytes) ? await xlsxRows(bytes) : csvRows(bytes);
  return rows.ok ? sheetOf(rows.value) : rows;
}

function sheetOf([header, ...rows]: readonly (readonly string[])[]): Result<Sheet, SheetFailure> {
  if (header === undefined || header.every((cell) => cell === '')) return err({ kind: 'empty' });
  while (rows.length > 0 && rows.at(-1)?.every((cell) => cell === '') === true) rows.pop();
  if (rows.length > sheetRowsMax) return err({ kind: 'tooLarge', what: 'rows', max: sheetRowsMax });
  const all = [header, ...rows];
  if (all.some((row) => row.length > sheetColumnsMax)) return err({ kind: 'tooLarge', what: 'columns', max: sheetColumnsMax });
  if (all.some((row) => row.some((cell) => cell.length > sheetCellMax)))
    return err({ kind: 'tooLarge', what: 'cell', max: sheetCellMax });
  return ok({ header, rows });
}

/** UTF-8 with a byte order mark, so that Excel reads Chinese; what Excel would take for a formula has an apostrophe before it. */
export const writeCsv = (sheet: Sheet): Uint8Array => new TextEncoder().encode(csvText([sheet.header, ...sheet.rows]));

/** Every cell is text: Excel computes nothing of it. */
export const writeXlsx = (sheet: Sheet): Promise<Uint8Array> => xlsxBytes([sheet.header, ...sheet.rows]);
