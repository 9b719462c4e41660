import { err, ok, type Result } from '@cardwatch/kernel';
import { Unzip, UnzipInflate, zipSync } from 'fflate';
import { type CellValue, readSheet } from 'read-excel-file/node';
import writeExcelFile from 'write-excel-file/node';
import { sheetColumnsMax, sheetRowsMax, type SheetFailure } from './sheets.ts';

/** What one file may unpack to; 20,000 rows of the register are about 8 MiB. */
export const unpackedBytesMax = 64 * 1_024 * 1_024;
export const packedFilesMax = 256;
/** Packed bytes given to the unpacker at once: at most 16 MiB come out before the limit is asked. */
const sliceBytes = 16 * 1_024;

export const looksZipped = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** Rows of the first sheet. The library reads only what was unpacked here under limits, and no sheet that names cells beyond them. */
export async function xlsxRows(
  bytes: Uint8Array,
): Promise<Result<{ readonly rows: string[][]; readonly name: string }, SheetFailure>> {
  const files = unpack(bytes);
  if (!files.ok) return files;
  const wide = sheetFailure(files.value);
  if (wide !== null) return err(wide);
  try {
    const rows = await readSheet(Buffer.from(zipSync(Object.fromEntries(files.value), { level: 0 })));
    return ok({ rows: rows.map((row) => row.map(cellText)), name: firstName(files.value) });
  } catch (error) {
    return err({ kind: 'unreadable', detail: (error instanceof Error ? error.message : String(error)).slice(0, 200) });
  }
}

/** Of the first sheet, as people see it. */
function firstName(files: ReadonlyMap<string, Uint8Array>): string {
  const workbook = Buffer.from(files.get('xl/workbook.xml') ?? []).toString('utf8');
  const [, name = ''] = /<(?:\w+:)?sheet\s[^>]*?\bname="([^"]*)"/.exec(workbook) ?? [];
  const plain = name.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  return plain.slice(0, 64);
}

/** Parts of the workbook alone: pictures and macros are not even unpacked. */
const wanted = /^(\[Content_Types\]\.xml|_rels\/.*|xl\/.*\.(xml|rels))$/;

function unpack(bytes: Uint8Array): Result<ReadonlyMap<string, Uint8Array>, SheetFailure> {
  const parts = new Map<string, Uint8Array[]>();
  const seen = { files: 0, bytes: 0 };
  let broken: string | null = null;
  const unzip = new Unzip((file) => {
    seen.files++;
    if (seen.files > packedFilesMax || !wanted.test(file.name)) return;
    const chunks: Uint8Array[] = [];
    parts.set(file.name, chunks);
    file.ondata = (error, chunk) => {
      if (error !== null) broken = error.message;
      else if ((seen.bytes += chunk.length) <= unpackedBytesMax) chunks.push(chunk);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for (let from = 0; from < bytes.length; from += sliceBytes) {
    const fault = pushed(unzip, bytes.subarray(from, from + sliceBytes), from + sliceBytes >= bytes.length) ?? broken;
    if (seen.files > packedFilesMax) return err({ kind: 'bomb', what: 'files', max: packedFilesMax });
    if (seen.bytes > unpackedBytesMax) return err({ kind: 'bomb', what: 'bytes', max: unpackedBytesMax });
    if (fault !== null) return err({ kind: 'unreadable', detail: fault.slice(0, 200) });
  }
  return ok(new Map([...parts].map(([name, chunks]) => [name, Buffer.concat(chunks)])));
}

/** The unpacker throws on what is no archive. */
function pushed(unzip: Unzip, slice: Uint8Array, last: boolean): string | null {
  try {
    unzip.push(slice, last);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** One cell `XFD1048576` would have the library build a million rows. */
function sheetFailure(files: ReadonlyMap<string, Uint8Array>): SheetFailure | null {
  for (const [name, content] of files) {
    if (!/^xl\/worksheets\/[^/]+\.xml$/.test(name)) continue;
    for (const [, column = '', row = ''] of Buffer.from(content)
      .toString('latin1')
      .matchAll(/\sr\s*=\s*["']([A-Z]*)(\d*)/gi)) {
      if (Number(row) > sheetRowsMax + 1) return { kind: 'tooLarge', what: 'rows', max: sheetRowsMax };
      if (columnNo(column) > sheetColumnsMax) return { kind: 'tooLarge', what: 'columns', max: sheetColumnsMax };
    }
  }
  return null;
}

const columnNo = (letters: string): number =>
  Array.from(letters.toUpperCase()).reduce((no, letter) => no * 26 + letter.charCodeAt(0) - 64, 0);

/** Dates of a sheet have no zone: as they are read, in UTC, is as they are shown. */
function cellText(value: CellValue<number> | null): string {
  if (value === null) return '';
  if (!(value instanceof Date)) return String(value).trim();
  const text = Number.isNaN(value.getTime()) ? '' : value.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}

export async function xlsxBytes(rows: readonly (readonly string[])[]): Promise<Uint8Array> {
  const cells = rows.map((row, index) =>
    row.map((value) => (value === '' ? null : { value, type: String, ...(index === 0 ? { fontWeight: 'bold' as const } : {}) })),
  );
  const columns = (rows[0] ?? []).map(() => ({ width: 18 }));
  return writeExcelFile(cells, { columns, stickyRowsCount: 1 }).toBuffer();
}
