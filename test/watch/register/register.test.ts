/** The register over HTTP with the watch itself behind it: from a file to topology, merchants and places, and back. */
import { randomUUID } from 'node:crypto';
import type {
  PlacesDto,
  RegisteredDeviceDto,
  RegisterImportDetailDto,
  RegisterImportDto,
  RegisterPreviewDto,
} from '@cardwatch/contracts/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLine } from '../../../packages/collector/src/services/caller.ts';
import { setUserAreas } from '../../../packages/collector/src/services/user/standing.ts';
import { readSheetBytes, sheetBytesMax, writeXlsx } from '../../../packages/collector/src/shell/sheets.ts';
import { addPerson, type Answer, call, type House, openHouse, signIn } from '../../api/harness.ts';
import { suggestionRow } from '../store/rows.ts';
import { openRealWatch, type RealWatch } from './real-watch.ts';

let house: House;
let real: RealWatch;
let expert: Readonly<Record<string, string>>;
let abroad: Readonly<Record<string, string>>;

const bath = (no: number, agent = 'yb-a'): string => `${agent}-bath-${String(no).padStart(2, '0')}`;
const proposals = [
  suggestionRow(1, { deviceId: bath(5), parent: bath(6) }),
  suggestionRow(2, { deviceId: bath(6), parent: bath(5) }),
  suggestionRow(3, { deviceId: bath(5), parent: bath(7) }),
];

beforeAll(async () => {
  house = await openHouse({
    watch: async (folder, clock) => {
      real = await openRealWatch(folder, clock, proposals);
      return real;
    },
  });
  for (const name of ['expert', 'abroad']) await addPerson(house, name, 'expert');
  await setUserAreas(house.serving.services, commandLine, 'abroad', ['临港校区']);
  expert = (await signIn(house, 'expert')).headers;
  abroad = (await signIn(house, 'abroad')).headers;
});
afterAll(() => house.close());

const head = '设备编号,校区,片区,楼栋,区域,集群,上联设备,端口,商户编号,商户名称,生效日期,有效期至';
const csv = (...lines: string[]): string => [head, ...lines, ''].join('\r\n');
const get = (path: string, headers = expert): Promise<Answer> => call(house, `/api/v1${path}`, { headers });
const post = (path: string, body: object, headers = expert): Promise<Answer> =>
  call(house, `/api/v1${path}`, { method: 'POST', headers, body: { reason: '建账', idempotencyKey: randomUUID(), ...body } });

async function upload(body: string | Uint8Array, headers = expert, type = 'text/csv'): Promise<Answer> {
  const sent = { origin: house.base, 'content-type': type, ...headers };
  const bytes = typeof body === 'string' ? body : Uint8Array.from(body);
  const response = await fetch(`${house.base}/api/v1/register/preview`, { method: 'POST', headers: sent, body: bytes });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}
const previewOf = async (body: string | Uint8Array, headers = expert): Promise<RegisterPreviewDto> =>
  (await upload(body, headers)).json as RegisterPreviewDto;

async function imported(...lines: string[]): Promise<RegisterImportDto> {
  const { previewId, errors } = await previewOf(csv(...lines));
  expect(errors).toEqual([]);
  const answer = await post('/register/imports', { previewId });
  expect(answer.status).toBe(200);
  return answer.json as RegisterImportDto;
}
const registered = async (no: number): Promise<RegisteredDeviceDto> =>
  (await get(`/register/devices/${bath(no)}`)).json as RegisteredDeviceDto;

describe('an import', () => {
  test('is looked at, done once, taken back to the letter', async () => {
    const before = (await get('/topology')).json;
    const file = csv(
      `${bath(1)},宜宾校区,东区,竹苑3栋,一楼浴室,edge-7,${bath(2)}|${bath(3)}; ${bath(4)},7,m-1,=老王浴室,2025-09-01,`,
      `${bath(2)},宜宾校区,,竹苑3栋,,,,,m-2,二号,2025-09-01,2026-06-30`,
    );
    const preview = await previewOf(file);
    expect(preview).toMatchObject({ rows: 2, errorCount: 0, backdated: 2, changeCount: 5, unchangedRows: 0 });
    expect(preview.counts).toEqual({ added: 5, changed: 0, ended: 0, removed: 0 });
    expect((await get('/topology')).json).toEqual(before);
    const ask = { previewId: preview.previewId, idempotencyKey: randomUUID() };
    const [first, again] = [await post('/register/imports', ask), await post('/register/imports', ask)];
    expect([first.status, again.json]).toEqual([200, first.json]);
    const item = first.json as RegisterImportDto;
    expect(item).toMatchObject({
      importId: ask.idempotencyKey,
      kind: 'import',
      by: 'expert',
      reason: '建账',
      digest: preview.digest,
    });
    expect(await registered(1)).toMatchObject({
      place: { area: '宜宾校区/竹苑3栋/一楼浴室', zone: '东区', cluster: 'edge-7' },
      node: { upstream: [{ parents: [bath(2), bath(3)] }, { parents: [bath(4)] }], port: '7', source: 'person' },
      bindings: [{ merchantId: 'm-1', merchantName: '=老王浴室', validTo: null }],
    });
    expect((await previewOf(file)).unchangedRows).toBe(2);
    const back = await post(`/register/imports/${item.importId}/rollback`, { reason: '导错了' });
    expect(back.json).toMatchObject({ kind: 'rollback', rollbackOf: item.importId, counts: { removed: 5 } });
    expect((await get('/topology')).json).toEqual(before);
    const twice = await post(`/register/imports/${item.importId}/rollback`, {});
    expect([twice.status, twice.json]).toMatchObject([409, { code: 'refused' }]);
  });

  test('a rollback that later changes stand in the way of is refused with their rows', async () => {
    const first = await imported(`${bath(8)},宜宾校区,,竹苑3栋,,,,8,,,,`, `${bath(9)},宜宾校区,,竹苑3栋,,,,9,,,,`);
    const later = await post(`/register/devices/${bath(9)}`, { port: '19' });
    expect(later.status).toBe(200);
    const refused = await post(`/register/imports/${first.importId}/rollback`, {});
    expect([refused.status, refused.json]).toMatchObject([409, { code: 'inTheWay', value: bath(9) }]);
    const { inTheWay, editCount } = (await get(`/register/imports/${first.importId}`)).json as RegisterImportDetailDto;
    expect([editCount, inTheWay]).toMatchObject([
      4,
      [{ table: 'topology', key: bath(9), after: { port: '9' }, now: { port: '19' } }],
    ]);
    expect((await registered(8)).node?.port).toBe('8');
    const { items } = (await get('/register/imports?limit=1')).json as { readonly items: readonly RegisterImportDto[] };
    expect((await post(`/register/imports/${items[0]?.importId}/rollback`, {})).status).toBe(200);
    expect((await post(`/register/imports/${first.importId}/rollback`, {})).status).toBe(200);
    expect(await registered(9)).toMatchObject({ place: null, node: null });
  });

  test('of what somebody else changed since the preview is refused; a preview is for who made it, for a while', async () => {
    const { previewId } = await previewOf(csv(`${bath(10)},宜宾校区,,,,,,10,,,,`));
    expect((await post('/register/imports', { previewId }, abroad)).status).toBe(404);
    await imported(`${bath(10)},宜宾校区,,,,,,11,,,,`);
    expect((await post('/register/imports', { previewId })).json).toMatchObject({ code: 'changedMeanwhile' });
    const { previewId: old } = await previewOf(csv(`${bath(10)},宜宾校区,,,,,,12,,,,`));
    house.pass(15 * 60_000 + 1);
    expert = (await signIn(house, 'expert')).headers;
    abroad = (await signIn(house, 'abroad')).headers;
    expect((await post('/register/imports', { previewId: old })).status).toBe(404);
  });

  test.each<[string, string, object]>([
    ['an unknown device', `${bath(99)},,,,,,,,,,,`, { row: 2, column: 'deviceId', value: bath(99), code: 'unknownDevice' }],
    ['a zone of no campus', `${bath(1)},,东区,,,,,,,,,`, { row: 2, column: 'zone', value: '东区', code: 'gapInPlace' }],
    [
      'a day that is none',
      `${bath(1)},,,,,,,,m-1,店,2026-13-01,`,
      { column: 'validFrom', value: '2026-13-01', code: 'badDate', right: '2026-09-01' },
    ],
    ['a ring', `${bath(1)},,,,,,${bath(1)},,,,,`, { column: 'upstream', code: 'cycle', right: `${bath(1)} → ${bath(1)}` }],
  ])('%s is told by row, column, value and what would be right, in both languages', async (_, line, expected) => {
    const { errors, previewId } = await previewOf(csv(line));
    expect([previewId, errors]).toMatchObject([null, [expected]]);
    expect(errors[0]?.words.zh).toMatch(/\p{Script=Han}/u);
    expect(errors[0]?.words.en).toMatch(/^[\x20-\x7e“”→\p{Script=Han}]+$/u);
  });

  test('a workbook is named by its sheet', async () => {
    const bytes = await writeXlsx({ header: head.split(','), rows: [['nobody']] });
    const { errors, sheet } = await previewOf(bytes);
    expect([sheet, errors[0]]).toMatchObject([
      'Sheet1',
      { sheet: 'Sheet1', row: 2, columnName: { zh: '设备编号', en: 'Device' } },
    ]);
  });

  test.each<[string, string | Uint8Array, number, object]>([
    ['4 MiB and a byte', 'x'.repeat(sheetBytesMax + 1), 413, { code: 'tooLarge' }],
    ['100,000 rows', csv(...Array.from({ length: 100_000 }, () => 'p')), 422, { code: 'sheet', expected: '<= 20000' }],
    ['a cell of 1 MB', csv('x'.repeat(1_000_000)), 422, { code: 'sheet' }],
    ['a cell of 1,001', csv(`a,${'x'.repeat(1_001)}`), 422, { code: 'sheet', place: '2', value: '校区', expected: '<= 1000' }],
    ['no sheet', 'PK nothing', 422, { code: 'sheet' }],
  ])('a file of %s is refused', async (_, body, status, expected) => {
    const answer = await upload(body);
    expect([answer.status, answer.json]).toMatchObject([status, expected]);
  });

  test('of another type is refused before it is read', async () => {
    expect((await upload('{}', expert, 'application/json')).status).toBe(415);
  });
});

describe('an export', () => {
  test.each(['csv', 'xlsx'])('as %s is imported without a change and has no formula', async (format) => {
    const made = await imported(`${bath(11)},宜宾校区,,竹苑3栋,,,,,m-1,"=HYPERLINK(""http://x"")",2026-09-01,`);
    const response = await fetch(`${house.base}/api/v1/register/export?format=${format}&language=en`, { headers: expert });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="register.${format}"`);
    const read = await readSheetBytes(bytes);
    if (!read.ok) throw new Error(read.error.kind);
    expect(read.value.rows.flat().filter((cell) => cell.startsWith('='))).toEqual(['=HYPERLINK("http://x")']);
    if (format === 'csv') expect(new TextDecoder().decode(bytes)).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(await previewOf(bytes)).toMatchObject({ errorCount: 0, changeCount: 0, unchangedRows: read.value.rows.length });
    expect((await post(`/register/imports/${made.importId}/rollback`, {})).status).toBe(200);
  });
});

describe('merchants', () => {
  const day = (no: number): number => Date.UTC(2026, 8, no) - 8 * 3_600_000;
  const bind = (merchantId: string, validFrom: number): Promise<Answer> =>
    post('/register/merchants', { deviceId: bath(12), merchantId, merchantName: `店 ${merchantId}`, validFrom });

  test('a new one ends the one before; history stays; an end is set', async () => {
    expect((await bind('m-1', day(1))).status).toBe(200);
    expect((await bind('m-2', day(11))).status).toBe(200);
    expect((await registered(12)).bindings).toMatchObject([
      { merchantId: 'm-1', validFrom: day(1), validTo: day(11) },
      { merchantId: 'm-2', validFrom: day(11), validTo: null },
    ]);
    const renamed = await bind('m-9', day(1));
    expect([renamed.status, renamed.json]).toMatchObject([400, { place: 'body.merchantId' }]);
    const ended = await post('/register/merchants/end', { deviceId: bath(12), validFrom: day(11), validTo: day(20) });
    expect(ended.json).toMatchObject({ bindings: [{ validTo: day(11) }, { validTo: day(20) }] });
    const early = await post('/register/merchants/end', { deviceId: bath(12), validFrom: day(11), validTo: day(2) });
    expect([early.status, early.json]).toMatchObject([400, { place: 'body.validTo' }]);
    const of = async (query: string): Promise<readonly string[]> =>
      ((await get(`/register/merchants?${query}`)).json as { items: { merchantId: string }[] }).items.map(
        (each) => each.merchantId,
      );
    expect(await of(`at=${day(5)}`)).toEqual(['m-1']);
    expect(await of(`at=${day(15)}&merchantId=m-1`)).toEqual([]);
    const page = (await get('/register/merchants?limit=1')).json as { items: object[]; nextCursor: string };
    expect(page.items).toMatchObject([{ merchantId: 'm-1' }]);
    expect(await of(`limit=1&cursor=${page.nextCursor}`)).toEqual(['m-2']);
  });
});

describe('suggestions', () => {
  const decide = (no: number, body: object): Promise<Answer> =>
    post(`/topology/suggestions/${proposals[no]?.suggestionId}/decision`, body);

  test('become topology by a person, with who and why; a ring is refused with its devices', async () => {
    expect((await registered(5)).node).toBeNull();
    const confirmed = await decide(0, { decision: 'confirmed' });
    expect(confirmed.json).toMatchObject({ state: 'confirmed', decidedBy: 'expert' });
    expect((await registered(5)).node).toMatchObject({ upstream: [{ parents: [bath(6)] }], port: 'Gi0/3', source: 'suggestion' });
    const ring = await decide(1, { decision: 'confirmed' });
    expect([ring.status, ring.json]).toMatchObject([400, { code: 'invalid' }]);
    expect((ring.json as { expected: string }).expected).toContain(`${bath(5)} > ${bath(6)}`);
    expect((await decide(1, { decision: 'rejected' })).json).toMatchObject({ state: 'rejected' });
    expect((await registered(6)).node).toBeNull();
    await decide(2, { decision: 'confirmed' });
    expect((await registered(5)).node?.upstream).toMatchObject([{ parents: [bath(6), bath(7)] }]);
    expect((await decide(2, { decision: 'confirmed' })).json).toMatchObject({ code: 'refused' });
    const { items } = (await get('/register/imports?limit=2')).json as { readonly items: readonly RegisterImportDto[] };
    expect(items.map(({ kind, by, reason }) => [kind, by, reason])).toEqual([
      ['suggestion', 'expert', '建账'],
      ['suggestion', 'expert', '建账'],
    ]);
  });
});

describe('a person of another campus', () => {
  test('sees nothing of it and changes nothing of it', async () => {
    const places = (await get('/register/places', abroad)).json as PlacesDto;
    expect(places).toEqual({ items: [], devices: 0 });
    expect((await get(`/register/devices/${bath(1)}`, abroad)).status).toBe(404);
    expect((await post(`/register/devices/${bath(1)}`, { port: '1' }, abroad)).status).toBe(404);
    const { errors } = await previewOf(csv(`${bath(1)},临港校区,,,,,,,,,,`), abroad);
    expect(errors).toMatchObject([{ row: 2, code: 'outOfReach', value: bath(1), right: '临港校区' }]);
    const made = await imported(`${bath(13)},宜宾校区,,,,,,13,,,,`);
    const refused = await post(`/register/imports/${made.importId}/rollback`, {}, abroad);
    expect([refused.status, refused.json]).toMatchObject([409, { code: 'refused' }]);
    expect((await call(house, '/api/v1/register/export', { headers: abroad })).text.split('\r\n')).toHaveLength(2);
  });

  test('gets a device that the register moves there', async () => {
    await imported(`${bath(14)},临港校区,北区,一食堂,二楼,,,,,,,`);
    const { items, devices } = (await get('/register/places', abroad)).json as PlacesDto;
    expect([devices, items.map(({ level, name }) => `${level} ${name}`)]).toEqual([
      1,
      ['campus 临港校区', 'zone 北区', 'building 一食堂', 'area 二楼', 'cluster yb-a', 'line bus-1'],
    ]);
    const own = await post(
      `/register/devices/${bath(14)}`,
      { place: { area: '临港校区/二食堂', zone: null, cluster: null } },
      abroad,
    );
    expect(own.json).toMatchObject({ place: { area: '临港校区/二食堂' } });
    const away = await post(`/register/devices/${bath(14)}`, { place: { area: '宜宾校区', zone: null, cluster: null } }, abroad);
    expect([away.status, away.json]).toMatchObject([400, { place: 'body.place.area', expected: '临港校区' }]);
  });
});

test('every write is in the trail, whose chain holds', async () => {
  const trail = await house.desk.role.audit({ limit: 500 });
  const actions = trail.ok ? trail.value.items.map(({ action, actor }) => `${action} ${actor}`) : [];
  for (const action of ['watch.applyRegister expert', 'watch.rollbackRegister expert', 'watch.decideSuggestion expert'])
    expect(actions).toContain(action);
  expect(await house.desk.role.verifyAudit()).toMatchObject({ ok: true });
});
