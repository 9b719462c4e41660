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

/** What a file holds: its first sheet. */
export interface NamedSheet extends Sheet {
  /** Empty where the file has no sheets, as CSV. */
  readonly name: string;
}

export interface Sheet {
  readonly header: readonly string[];
  /** Blank ones too, so that row `n` of the file is `rows[n - 2]`. */
  readonly rows: readonly (readonly string[])[];
}

export type SheetFailure =
  | { readonly kind: 'tooLarge'; readonly what: 'bytes' | 'rows' | 'columns'; readonly max: number }
  /** Characters of one cell; `column` is its header. */
  | { readonly kind: 'tooLong'; readonly sheet: string; readonly row: number; readonly column: string; readonly max: number }
  /** Characters of one line of CSV. */
  | { readonly kind: 'tooLarge'; readonly what: 'line'; readonly max: number }
  /** It unpacks to more than `max` bytes or files. */
  | { readonly kind: 'bomb'; readonly what: 'bytes' | 'files'; readonly max: number }
  | { readonly kind: 'encoding' }
  | { readonly kind: 'empty' }
  /** Neither CSV nor XLSX, or broken; `detail` is the reader's own word. */
  | { readonly kind: 'unreadable'; readonly detail: string };

/** The first sheet of a file, told by its bytes and not by its name. Cells are trimmed text; days are `2026-09-01`. */
export async function readSheetBytes(bytes: Uint8Array): Promise<Result<NamedSheet, SheetFailure>> {
  if (bytes.length > sheetBytesMax) return err({ kind: 'tooLarge', what: 'bytes', max: sheetBytesMax });
  if (looksZipped(bytes)) {
    const read = await xlsxRows(bytes);
    return read.ok ? sheetOf(read.value.rows, read.value.name) : read;
  }
  const rows = csvRows(bytes);
  return rows.ok ? sheetOf(rows.value, '') : rows;
}

function sheetOf([header, ...rows]: readonly (readonly string[])[], name: string): Result<NamedSheet, SheetFailure> {
  if (header === undefined || header.every((cell) => cell === '')) return err({ kind: 'empty' });
  while (rows.length > 0 && rows.at(-1)?.every((cell) => cell === '') === true) rows.pop();
  if (rows.length > sheetRowsMax) return err({ kind: 'tooLarge', what: 'rows', max: sheetRowsMax });
  const all = [header, ...rows];
  if (all.some((row) => row.length > sheetColumnsMax)) return err({ kind: 'tooLarge', what: 'columns', max: sheetColumnsMax });
  for (const [index, row] of all.entries()) {
    const long = row.findIndex((cell) => cell.length > sheetCellMax);
    if (long < 0) continue;
    return err({ kind: 'tooLong', sheet: name, row: index + 1, column: (header[long] ?? '').slice(0, 64), max: sheetCellMax });
  }
  return ok({ name, header, rows });
}

/** UTF-8 with a byte order mark, so that Excel reads Chinese; what Excel would take for a formula has an apostrophe before it. */
export const writeCsv = (sheet: Sheet): Uint8Array => new TextEncoder().encode(csvText([sheet.header, ...sheet.rows]));

/** Every cell is text: Excel computes nothing of it. */
export const writeXlsx = (sheet: Sheet): Promise<Uint8Array> => xlsxBytes([sheet.header, ...sheet.rows]);
