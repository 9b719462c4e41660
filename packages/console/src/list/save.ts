import { shanghaiOffsetMs } from '@cardwatch/kernel';
import type { Cell } from './sheet.core.ts';

/** Hands a file to the person. */
export function save(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // the download has taken its hold by then
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Cells are typed: a text is a text, whatever it begins with; a moment is a date, money a number. */
export async function xlsxBlob(header: readonly string[], rows: readonly (readonly Cell[])[]): Promise<Blob> {
  const { default: writeExcelFile } = await import('write-excel-file/universal');
  const head = header.map((value) => ({ type: String, value, fontWeight: 'bold' as const }));
  return await writeExcelFile([head, ...rows.map((row) => row.map(typed))]).toBlob();
}

function typed(cell: Cell) {
  if (cell === null) return null;
  if (typeof cell === 'string') return { type: String, value: cell };
  if (typeof cell === 'number') return { type: Number, value: cell };
  // a sheet's date has no zone: it is written as the clock on the campus shows it
  if ('at' in cell) return { type: Date, value: new Date(cell.at + shanghaiOffsetMs), format: 'yyyy-mm-dd hh:mm:ss' };
  return { type: Number, value: cell.fen / 100, format: '#,##0.00' };
}
