import { err, ok, type Result } from '@cardwatch/kernel';
import { CsvError, parse } from 'csv-parse/sync';
import { sheetRowsMax, type SheetFailure } from './sheets.ts';

/** Most characters of one line, quoted line breaks included. */
export const lineMax = 128 * 1_024;
const bom = '\u{feff}';

/** Rows of a CSV file in UTF-8, UTF-16 with its mark, or GB18030; parted by comma, semicolon or tab, whatever the header has most of. */
export function csvRows(bytes: Uint8Array): Result<string[][], SheetFailure> {
  const text = textOf(bytes);
  if (text === null) return err({ kind: 'encoding' });
  try {
    const rows = parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      max_record_size: lineMax,
      to: sheetRowsMax + 2,
      trim: true,
    });
    return ok(rows.map((row) => row.map(unguarded)));
  } catch (error) {
    if (error instanceof CsvError && error.code === 'CSV_MAX_RECORD_SIZE')
      return err({ kind: 'tooLarge', what: 'line', max: lineMax });
    if (error instanceof CsvError) return err({ kind: 'unreadable', detail: error.message.slice(0, 200) });
    throw error;
  }
}

function textOf(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decoded(bytes, 'utf-16le');
  if (first === 0xfe && second === 0xff) return decoded(bytes, 'utf-16be');
  const text = decoded(bytes, 'utf-8') ?? decoded(bytes, 'gb18030');
  return text === null || text.includes('\0') ? null : text;
}

/** Drops the byte order mark. */
function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function delimiterOf(text: string): string {
  const header = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const counts = [',', ';', '\t'].map((sign) => ({ sign, count: header.split(sign).length }));
  return counts.reduce((most, each) => (each.count > most.count ? each : most)).sign;
}

/** Full-width signs too: a Chinese Excel takes them for the others. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/** Lines end in CR LF (RFC 4180). */
export function csvText(rows: readonly (readonly string[])[]): string {
  return bom + rows.map((row) => `${row.map((cell) => quoted(guarded(cell))).join(',')}\r\n`).join('');
}

const guarded = (cell: string): string => (formula.test(cell) ? `'${cell}` : cell);
const unguarded = (cell: string): string => (cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell);
const quoted = (cell: string): string => (/[",\r\n;]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
