/** Rows of RFC 4180 CSV as people save them: LF or CRLF, with or without a byte order mark. Undefined: a quote is left open or stands inside a cell. */
export function readCsv(text: string): string[][] | undefined {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y;
  cell.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (found === null) return undefined;
    row.push(plainOf(found[1] ?? ''));
    if (found[2] === ',' && cell.lastIndex < text.length) continue;
    if (found[2] === ',') row.push('');
    rows.push(row);
    row = [];
  }
  return rows.filter((one) => one.some((value) => value !== ''));
}

/** Without its quotes, and without the apostrophe that keeps a spreadsheet from calculating. */
function plainOf(cell: string): string {
  const text = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell.trim();
  return /^'[=+\-@\t\r\n]/.test(text) ? text.slice(1) : text;
}
