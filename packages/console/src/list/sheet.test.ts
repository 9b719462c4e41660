import { describe, expect, test } from 'vitest';
import type { Column } from '../grid/column.ts';
import { csvOf, harmless, sheetMoney, sheetOf, sheetTime } from './sheet.core.ts';

interface Row {
  readonly name: string;
  readonly fen: number;
}
const columns: readonly Column<Row>[] = [
  { key: 'name', title: '名称', track: '1fr', cell: (row) => row.name, text: (row) => row.name },
  { key: 'mark', title: '', track: '1fr', cell: () => '●' },
  { key: 'fen', title: '金额', hint: '元', track: '1fr', cell: (row) => row.fen, text: (row) => sheetMoney(row.fen) },
];

describe('a list as a sheet', () => {
  test('has the columns that can be told, with their unit', () => {
    expect(sheetOf(columns, [{ name: '一楼', fen: 1250 }])).toEqual({
      header: ['名称', '金额 元'],
      rows: [['一楼', { fen: 1250 }]],
    });
  });

  test.each([
    '=1+1',
    '+86',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    ' =1',
    '　＝1',
    '\tx',
    '\rx',
  ])('%j is text in a spreadsheet', (text) => {
    expect(harmless(text)).toBe(`'${text}`);
  });

  test.each(['食堂', "'quoted", 'a=b', '1-2', ''])('%j stays as it is', (text) => {
    expect(harmless(text)).toBe(text);
  });

  test('CSV tells a moment by the clock of the campus, money in yuan, and leaves nothing where nothing is known', () => {
    const at = Date.UTC(2026, 2, 8, 16, 4, 31);
    const row = [sheetTime(at), sheetMoney(-5), sheetMoney(1_234_567), sheetTime(null), -5, '-5'];
    expect(csvOf(['a'], [row])).toBe("\ufeffa\r\n2026-03-09 00:04:31,-0.05,12345.67,,-5,'-5\r\n");
  });

  test('quotes what CSV needs quoted', () => {
    expect(
      csvOf(
        ['a', 'b'],
        [
          ['x,"y"', null],
          ['=cmd', 3],
        ],
      ),
    ).toBe('\ufeffa,b\r\n"x,""y""",\r\n\'=cmd,3\r\n');
  });
});
