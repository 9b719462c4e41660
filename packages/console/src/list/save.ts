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

/** Cells are typed: a text is a text, whatever it begins with. */
export async function xlsxBlob(header: readonly string[], rows: readonly (readonly Cell[])[]): Promise<Blob> {
  const { default: writeExcelFile } = await import('write-excel-file/universal');
  const cell = (value: Cell) =>
    value === null ? null : typeof value === 'number' ? { type: Number, value } : { type: String, value };
  const head = header.map((value) => ({ type: String, value, fontWeight: 'bold' as const }));
  return await writeExcelFile([head, ...rows.map((row) => row.map(cell))]).toBlob();
}
