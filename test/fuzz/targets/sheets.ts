/** A table that somebody imports: CSV in any encoding, XLSX, archives that are none, and what the register makes of their rows. */
import { preview } from '../../../packages/collector/src/core/register/index.core.ts';
import { emptyRegister } from '../../../packages/collector/src/core/register/register.core.ts';
import {
  type NamedSheet,
  readSheetBytes,
  sheetBytesMax,
  sheetCellMax,
  sheetColumnsMax,
  sheetRowsMax,
  writeCsv,
  writeXlsx,
} from '../../../packages/collector/src/shell/sheets.ts';
import { chance, epochMs, pick, type Random, type Result } from '@cardwatch/kernel';
import { unzipSync, zipSync } from 'fflate';
import { mutate } from '../mutate.ts';
import { told, untouched, within } from '../same.ts';
import { bytesOf, choicesOf, type Feed, type Finding, type Target } from '../target.ts';

const header = ['设备编号', '校区', '楼栋', '区域', '上联设备', '端口', '商户编号', '商户名称', '生效日期', '有效期至'];
const rows = [
  ['pos-1', '宜宾', '三食堂', '一楼', 'sw-1/sw-2; power=ups-1', '7', 'm-1', '老王面馆', '2025-09-01', ''],
  ['pos-2', '宜宾', '', '', '无', '', 'm-2', '川味小炒, "辣"', '2025-09-01', '2026-06-30'],
  ['pos-3', '', '', '', 'sw-1', '', '', '', '', ''],
];
const sheet = { header, rows };
/** GB18030 of 设备编号,校区 / pos-1,宜宾 */
const gb = Uint8Array.from([
  0xc9, 0xe8, 0xb1, 0xb8, 0xb1, 0xe0, 0xba, 0xc5, 0x2c, 0xd0, 0xa3, 0xc7, 0xf8, 0x0a, 0x70, 0x6f, 0x73, 0x2d, 0x31, 0x2c, 0xd2,
  0xcb, 0xb1, 0xf6, 0x0a,
]);
const utf16 = (text: string): Uint8Array => Buffer.from(`\ufeff${text}`, 'utf16le');
const csvSeeds = [
  writeCsv(sheet),
  gb,
  utf16('设备编号;校区\r\npos-1;宜宾\r\n'),
  bytesOf('设备编号\t校区\n"pos-1"\t"a\nb"\n'),
  bytesOf("device,campus\npos-1,'=1+1\n"),
];

function boundsProblem(read: Result<NamedSheet, { readonly kind: string }>): Finding {
  if (!read.ok) return undefined;
  const all = [read.value.header, ...read.value.rows];
  if (all.length > sheetRowsMax + 1) return `${all.length} rows`;
  if (all.some((row) => row.length > sheetColumnsMax)) return 'more columns than the limit';
  if (all.some((row) => row.some((cell) => typeof cell !== 'string' || cell.length > sheetCellMax)))
    return 'a cell that is no text within the limit';
  return undefined;
}

const known = new Set(['pos-1', 'pos-2', 'pos-3', 'sw-1', 'sw-2', 'ups-1']);
const now = epochMs(1_795_392_000_000);

/** Whoever reads the preview finds each error in the file. */
function previewProblem(value: NamedSheet): Finding {
  const seen = preview(value, { register: emptyRegister, known }, now);
  if (seen.errorCount < seen.errors.length) return 'fewer errors than are listed';
  if ((seen.plan === null) !== seen.errorCount > 0) return 'a plan although something is wrong, or none although nothing is';
  const outside = seen.errors.find(({ row }) => row < 1 || row > value.rows.length + 1);
  return outside === undefined ? undefined : `an error in row ${outside.row} of ${value.rows.length + 1}`;
}

async function feedSheet(input: Uint8Array): Promise<Finding> {
  const given = within(input, 0xaa);
  const read = await readSheetBytes(given);
  if (!untouched(given, input, 0xaa)) return 'wrote into its input';
  const problem = boundsProblem(read);
  if (problem !== undefined || !read.ok) return problem;
  const { value } = read;
  const random = choicesOf(input);
  const found = value.rows.length < 300 ? previewProblem(value) : undefined;
  if (found !== undefined || !chance(random, 0.1)) return found;
  const again = await readSheetBytes(writeCsv(value));
  return again.ok && told(padded(again.value)) === told(padded(value))
    ? undefined
    : 'does not survive being written as CSV and read';
}

/** Rows without what is blank at their end; a sheet has no name in CSV. */
const padded = ({ header: first, rows: others }: NamedSheet): string[][] =>
  [first, ...others].map((row) => {
    const cells = row.map((cell) => cell.trim());
    while (cells.at(-1) === '') cells.pop();
    return cells;
  });

/** A part of the archive changed and packed again: what a mutation of packed bytes never gets past. */
function changeZip(random: Random, pool: readonly Uint8Array[]): Uint8Array {
  const whole = pick(random, pool);
  if (chance(random, 0.4)) return mutate(random, pool).bytes;
  let parts: Record<string, Uint8Array>;
  try {
    parts = unzipSync(whole, { filter: ({ originalSize }) => originalSize < 1_000_000 });
  } catch {
    return mutate(random, pool).bytes;
  }
  const names = Object.keys(parts);
  if (names.length === 0) return mutate(random, pool).bytes;
  const name = chance(random, 0.6)
    ? (names.find((each) => each.includes('worksheets/')) ?? pick(random, names))
    : pick(random, names);
  const changed = mutate(random, [parts[name] ?? new Uint8Array(), ...Object.values(parts)]).bytes;
  return zipSync(
    { ...parts, [chance(random, 0.05) ? `${name}${pick(random, ['', '/../x', '\0', '.rels'])}` : name]: changed },
    { level: 1 },
  );
}

async function openXlsx(): Promise<Feed> {
  const plain = await writeXlsx(sheet);
  const bomb = zipSync({ ...unzipSync(plain), 'xl/worksheets/sheet1.xml': new Uint8Array(80 * 1024 * 1024) }, { level: 9 });
  const many = zipSync(Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`xl/${n}.xml`, new Uint8Array(1)])));
  const shared = unzipSync(plain);
  const wide = zipSync({
    ...shared,
    'xl/worksheets/sheet1.xml': bytesOf(
      '<worksheet><sheetData><row r="1"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>',
    ),
  });
  const hostile = [bomb, many, wide];
  return {
    seeds: [plain, many, wide],
    change: (random, pool) => (chance(random, 0.002) ? mutate(random, hostile).bytes : changeZip(random, pool)),
    feed: async (input) => (input.length > sheetBytesMax ? undefined : feedSheet(input)),
  };
}

/** What 64 MiB cost to unpack, in a thread that is ended after 20 s. */
const unpackedMs = 2_000;

export const sheetTargets: readonly Target[] = [
  {
    name: 'sheet-csv',
    code: ['csv-parse'],
    perChange: 8_000,
    open: () => Promise.resolve({ seeds: csvSeeds, feed: feedSheet }),
  },
  { name: 'sheet-xlsx', code: ['fflate', 'read-excel-file'], perChange: 1_000, slowMs: unpackedMs, open: openXlsx },
];
