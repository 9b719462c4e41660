import { describe, expect, test } from 'vitest';
import type { Column } from '../grid/column.ts';
import { csvOf, harmless, sheetOf } from './sheet.core.ts';

interface Row {
  readonly name: string;
  readonly fen: number;
}
const columns: readonly Column<Row>[] = [
  { key: 'name', title: '名称', track: '1fr', cell: (row) => row.name, text: (row) => row.name },
  { key: 'mark', title: '', track: '1fr', cell: () => '●' },
  { key: 'fen', title: '金额', hint: '元', track: '1fr', cell: (row) => row.fen, text: (row) => row.fen / 100 },
];

describe('a list as a sheet', () => {
  test('has the columns that can be told, with their unit', () => {
    expect(sheetOf(columns, [{ name: '一楼', fen: 1250 }])).toEqual({ header: ['名称', '金额 元'], rows: [['一楼', 12.5]] });
  });

  test.each(['=1+1', '+86', '-2+3', '@SUM(A1)', '\t=1', '\r=1'])('%j is text in a spreadsheet', (text) => {
    expect(harmless(text)).toBe(`'${text}`);
  });

  test('numbers and plain text stay as they are', () => {
    expect([harmless(-5), harmless('食堂'), harmless(null)]).toEqual([-5, '食堂', null]);
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
