import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { emptyRegister, exportRows, preview, registerRowsMax } from '../../../packages/collector/src/core/register/index.core.ts';
import {
  readSheetBytes,
  type Sheet,
  sheetBytesMax,
  sheetCellMax,
  sheetColumnsMax,
  sheetRowsMax,
  writeCsv,
  writeXlsx,
} from '../../../packages/collector/src/shell/sheets.ts';
import { lineMax } from '../../../packages/collector/src/shell/sheets-csv.ts';
import { packedFilesMax, unpackedBytesMax } from '../../../packages/collector/src/shell/sheets-xlsx.ts';
import { epochMs } from '@cardwatch/kernel';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const sheet: Sheet = {
  header: ['设备编号', '商户名称'],
  rows: [
    ['pos-1', '老王"面馆", 一楼'],
    ['', ''],
    ['pos-2', '=HYPERLINK("http://x","y")'],
    ['pos-3', '-1+2\n@SUM'],
    ['pos-4', "'quoted"],
  ],
};

describe('what is written is read back', () => {
  test('CSV, with no cell that Excel would compute', async () => {
    const bytes = writeCsv(sheet);
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const plain = new TextDecoder().decode(bytes);
    expect(plain).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
    expect(plain.split(/[\r\n,]+/).filter((cell) => /^"?[=+@-]/.test(cell))).toEqual(['@SUM"']);
    expect(await readSheetBytes(bytes)).toEqual({ ok: true, value: { name: '', ...sheet } });
  });

  test('XLSX, with text alone', async () => {
    const bytes = await writeXlsx(sheet);
    expect([...bytes.subarray(0, 2)]).toEqual([0x50, 0x4b]);
    expect(await readSheetBytes(bytes)).toEqual({ ok: true, value: { name: 'Sheet1', ...sheet } });
  });

  test('the register by both ways, 20,000 rows', async () => {
    const known = new Set(Array.from({ length: registerRowsMax }, (_, index) => `pos-${String(index).padStart(5, '0')}`));
    const exported = exportRows(emptyRegister, known, 'zh');
    for (const bytes of [writeCsv(exported), await writeXlsx(exported)]) {
      const read = await readSheetBytes(bytes);
      if (!read.ok) throw new Error(read.error.kind);
      expect(read.value.rows).toHaveLength(registerRowsMax);
      const seen = preview(read.value, { register: emptyRegister, known }, epochMs(1_800_000_000_000));
      expect([seen.errorCount, seen.unchangedRows]).toEqual([0, registerRowsMax]);
    }
  });
});

describe('CSV as people have it', () => {
  const expected = { ok: true, value: { name: '', header: ['设备', '商户'], rows: [['pos-1', '面馆']] } };
  /** 设备,商户 / pos-1,面馆 */
  const gb = Uint8Array.from([
    0xc9,
    0xe8,
    0xb1,
    0xb8,
    0x2c,
    0xc9,
    0xcc,
    0xbb,
    0xa7,
    0x0d,
    0x0a,
    ...text('pos-1,'),
    0xc3,
    0xe6,
    0xb9,
    0xdd,
  ]);
  const utf16 = (content: string): Uint8Array => Uint8Array.from(Buffer.from(`\u{feff}${content}`, 'utf16le'));

  test.each<[string, Uint8Array]>([
    ['UTF-8', text('设备,商户\npos-1,面馆\n')],
    ['UTF-8 with its mark', text('\u{feff}设备,商户\r\npos-1,面馆')],
    ['GB18030', gb],
    ['UTF-16 with tabs', utf16('设备\t商户\r\npos-1\t面馆\r\n')],
    ['semicolons', text('设备;商户\npos-1;面馆')],
    ['blanks around and blank lines at the end', text('设备 , 商户\n pos-1 ,面馆 \n\n\n')],
  ])('%s', async (_, bytes) => {
    expect(await readSheetBytes(bytes)).toEqual(expected);
  });
});

test('days and numbers that Excel keeps as such', async () => {
  const ns = 'http://schemas.openxmlformats.org';
  const rel = `${ns}/officeDocument/2006/relationships`;
  const bytes = zipSync({
    '[Content_Types].xml': text(`<Types xmlns="${ns}/package/2006/content-types"/>`),
    'xl/workbook.xml': text(
      `<workbook xmlns="${ns}/spreadsheetml/2006/main" xmlns:r="${rel}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': text(
      `<Relationships xmlns="${ns}/package/2006/relationships"><Relationship Id="r1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${rel}/styles" Target="styles.xml"/></Relationships>`,
    ),
    'xl/styles.xml': text(
      `<styleSheet xmlns="${ns}/spreadsheetml/2006/main"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>`,
    ),
    'xl/worksheets/sheet1.xml': text(
      `<worksheet xmlns="${ns}/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>生效日期</t></is></c></row><row r="2"><c r="A2" s="1"><v>46266</v></c><c r="B2" s="2"><v>46266.25</v></c><c r="C2"><v>1001</v></c></row></sheetData></worksheet>`,
    ),
  });
  expect(await readSheetBytes(bytes)).toEqual({
    ok: true,
    value: { name: 'a', header: ['生效日期', '', ''], rows: [['2026-09-01', '2026-09-01 06:00:00', '1001']] },
  });
});

describe('what is refused', () => {
  const csv = (rows: number): Uint8Array => text(`设备\n${'p\n'.repeat(rows)}`);
  const workbook = (sheetXml: string, more: Readonly<Record<string, Uint8Array>> = {}): Uint8Array =>
    zipSync({
      '[Content_Types].xml': text('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
      'xl/workbook.xml': text('<workbook><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'),
      'xl/worksheets/sheet1.xml': text(`<worksheet><sheetData>${sheetXml}</sheetData></worksheet>`),
      ...more,
    });
  const ns = 'http://schemas.openxmlformats.org';
  const rel = `${ns}/officeDocument/2006/relationships`;
  const parts = {
    'xl/workbook.xml': text(
      `<workbook xmlns="${ns}/spreadsheetml/2006/main" xmlns:r="${rel}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': text(
      `<Relationships xmlns="${ns}/package/2006/relationships"><Relationship Id="r1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
  };
  const many = (count: number): Record<string, Uint8Array> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`xl/media/${index}.png`, new Uint8Array(1)]));

  test.each<[string, () => Uint8Array, unknown]>([
    ['bytes', () => new Uint8Array(sheetBytesMax + 1).fill(0x61), { kind: 'tooLarge', what: 'bytes', max: sheetBytesMax }],
    ['rows', () => csv(sheetRowsMax + 1), { kind: 'tooLarge', what: 'rows', max: sheetRowsMax }],
    ['columns', () => text(`${'a,'.repeat(sheetColumnsMax)}a`), { kind: 'tooLarge', what: 'columns', max: sheetColumnsMax }],
    ['100,000 rows', () => csv(100_000), { kind: 'tooLarge', what: 'rows', max: sheetRowsMax }],
    [
      'a cell',
      () => text(`a\n${'x'.repeat(sheetCellMax + 1)}`),
      { kind: 'tooLong', sheet: '', row: 2, column: 'a', max: sheetCellMax },
    ],
    ['a cell of 1 MB', () => text(`a\n${'x'.repeat(1_000_000)}`), { kind: 'tooLarge', what: 'line', max: lineMax }],
    [
      'a cell of 1 MB in a workbook',
      () =>
        workbook(
          `<row r="1"><c r="A1" t="inlineStr"><is><t>设备</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>${'x'.repeat(1_000_000)}</t></is></c></row>`,
          parts,
        ),
      { kind: 'tooLong', sheet: 'a', row: 2, column: '设备', max: sheetCellMax },
    ],
    ['nothing', () => new Uint8Array(0), { kind: 'empty' }],
    ['no text', () => Uint8Array.from([0x61, 0x00, 0xff, 0xff]), { kind: 'encoding' }],
    [
      'a cell at the far end',
      () => workbook('<row r="1"><c r="XFD1"><v>1</v></c></row>'),
      { kind: 'tooLarge', what: 'columns', max: sheetColumnsMax },
    ],
    [
      'a row at the far end',
      () => workbook('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
      { kind: 'tooLarge', what: 'rows', max: sheetRowsMax },
    ],
    [
      'a bomb',
      () => workbook('<row/>', { 'xl/sharedStrings.xml': new Uint8Array(unpackedBytesMax) }),
      { kind: 'bomb', what: 'bytes', max: unpackedBytesMax },
    ],
    ['too many files', () => workbook('<row/>', many(packedFilesMax)), { kind: 'bomb', what: 'files', max: packedFilesMax }],
  ])('%s', async (_, bytes, error) => {
    expect(await readSheetBytes(bytes())).toEqual({ ok: false, error });
  });

  test.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ['a quote that never ends', () => text('a,b\n"c,d')],
    ['an archive that is no workbook', () => zipSync({ 'a.txt': text('a') })],
    ['half a workbook', async () => (await writeXlsx(sheet)).subarray(0, 1_000)],
    ['two letters', () => text('PK')],
  ])('unreadable: %s', async (_, bytes) => {
    expect(await readSheetBytes(await bytes())).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
  });

  test('at the limits it is read', async () => {
    const read = await readSheetBytes(csv(sheetRowsMax));
    expect(read.ok && read.value.rows.length).toBe(sheetRowsMax);
    expect((await readSheetBytes(text(`${'a,'.repeat(sheetColumnsMax - 1)}a\n${'x'.repeat(sheetCellMax)}`))).ok).toBe(true);
  });
});
