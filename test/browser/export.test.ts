/** What the export button hands over, under the page's own policy: read back by a reader of spreadsheets, beside what the API says of the same rows. */
import { readFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { type CellValue, readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zh } from '../../packages/console/src/words/zh.ts';
import { chromiumIsThere, launch, openPage, type WatchedPage } from './browser.ts';
import * as campus from './campus.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { LittleAgent } from './little-agent.ts';
import { password, setUp, type Signed, signIn } from './people.ts';

const site = 'demo';
const agentId = 'yb-1';
const why = chromiumIsThere ? '' : ' (skipped: no /usr/bin/chromium)';
/** Names that a spreadsheet would run. */
const formulas = ['=1+1', '+86', '-2+3', '@SUM(A1)', '＝1+1', '＋1', '－1', '＠SUM(A1)', ' =1+1', '=HYPERLINK("http://x","y")'];
const devices = campus.devices.map((device, n) => ({ ...device, name: formulas[n] ?? device.name }));
const made = 20;
/** Three numbers of the first device were never collected. */
const records = made - 3;
const shanghaiMs = 8 * 3_600_000;

interface Device {
  readonly deviceId: string;
  readonly name: string;
  readonly lastSeenAt: number;
}
interface Money {
  readonly observedAt: number;
  readonly amountFen: number;
  readonly cardMasked: string;
}

describe.skipIf(!chromiumIsThere)(`lists as files${why}`, () => {
  let collector: RunningCollector;
  let browser: Browser;
  let agent: LittleAgent | undefined;
  let watched: WatchedPage;
  let api: Signed;

  beforeAll(async () => {
    [collector, browser] = await Promise.all([startCollector(site, [agentId]), launch()]);
    watched = await openPage(browser, collector.url);
    const root = await setUp(watched.context, collector.url, collector.setupCode);
    await root.post('/users', { name: 'li.kuaiji', displayName: '李会计', role: 'finance', password });
    api = await signIn(watched.context, collector.url, 'li.kuaiji');
    const secrets = collector.agents[agentId];
    if (secrets === undefined) throw new Error('the agent was not registered');
    const { mqttPort } = collector;
    agent = await LittleAgent.connect({ mqttPort, site, agent: agentId, secret: secrets.mqttSecret, devices });
    const now = Date.now();
    await agent.send('health', [...campus.heartbeats(now)]);
    await agent.send('money', campus.sessions(0, made, secrets.siteKey, now));
  }, 180_000);

  afterAll(async () => {
    await agent?.close();
    await browser?.close();
    await collector?.close();
  });

  async function exported(page: Page, address: string, kind: 'CSV' | 'XLSX'): Promise<Buffer> {
    await page.goto(address);
    await page.getByRole('grid').getByRole('gridcell').first().waitFor();
    await page.getByRole('button', { name: zh['list.export'] }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: kind }).click()]);
    expect(download.suggestedFilename()).toMatch(kind === 'CSV' ? /_\d{8}_\d{6}\.csv$/ : /_\d{8}_\d{6}\.xlsx$/);
    return readFileSync(await download.path());
  }

  const columnOf = (rows: readonly (readonly CellValue[])[], title: string): readonly (CellValue | null)[] => {
    const at = rows[0]?.findIndex((head) => String(head).startsWith(title)) ?? -1;
    expect([title, at >= 0]).toEqual([title, true]);
    return rows.slice(1).map((row) => row[at] ?? null);
  };

  test('XLSX: the rows of the API, moments as dates and yuan as numbers with their formats', async () => {
    const bytes = await exported(watched.page, '/records', 'XLSX');
    const rows = (await readSheet(bytes, { trim: false })) as CellValue[][];
    const { items } = (await api.get('/records?limit=500')) as { readonly items: readonly Money[] };
    expect([items.length, rows.length]).toEqual([records, records + 1]);
    const moments = columnOf(rows, zh['column.deviceTime']).map((at) =>
      at instanceof Date ? Math.round(at.getTime() / 1_000) : at,
    );
    expect(moments).toEqual(items.map(({ observedAt }) => Math.round((observedAt + shanghaiMs) / 1_000)));
    const yuan = columnOf(rows, zh['column.amount']);
    expect(yuan.map((value) => Math.abs(Number(value)))).toEqual(items.map(({ amountFen }) => amountFen / 100));
    expect(yuan.every((value) => typeof value === 'number')).toBe(true);
    expect(columnOf(rows, zh['column.card'])).toEqual(items.map(({ cardMasked }) => cardMasked));
    const styles = strFromU8(unzipSync(bytes)['xl/styles.xml'] ?? new Uint8Array());
    expect([styles.includes('yyyy-mm-dd hh:mm:ss'), styles.includes('#,##0.00')]).toEqual([true, true]);
  }, 60_000);

  test('XLSX: a list so large that its file is packed beside the page, which the policy must let be', async () => {
    const times = 60;
    await watched.page.route('**/api/v1/records?*', async (route) => {
      const answer = await route.fetch();
      const page = (await answer.json()) as { readonly items: readonly Money[] };
      await route.fulfill({ response: answer, json: { ...page, items: Array.from({ length: times }, () => page.items).flat() } });
    });
    const rows = await readSheet(await exported(watched.page, '/records', 'XLSX'));
    await watched.page.unroute('**/api/v1/records?*');
    expect(rows).toHaveLength(records * times + 1);
  }, 60_000);

  test('XLSX: a name that begins like a formula is a text, and no cell is a formula', async () => {
    const bytes = await exported(watched.page, '/devices', 'XLSX');
    const names = columnOf((await readSheet(bytes, { trim: false })) as CellValue[][], zh['column.device']);
    const { items } = (await api.get('/devices?limit=500')) as { readonly items: readonly Device[] };
    expect(names).toEqual(items.map(({ name }) => name));
    expect(formulas.filter((name) => names.includes(name))).toEqual(formulas);
    const sheet = strFromU8(unzipSync(bytes)['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
    expect([sheet.includes('<row'), /<f[ >/]/.test(sheet)]).toEqual([true, false]);
  }, 60_000);

  test('CSV: the same rows, readable by any spreadsheet, none of which runs', async () => {
    const text = (await exported(watched.page, '/devices', 'CSV')).toString('utf8');
    expect(text.startsWith('\ufeff')).toBe(true);
    const lines = text.slice(1).trimEnd().split('\r\n');
    expect(lines).toHaveLength(devices.length + 1);
    const cells = lines
      .slice(1)
      .flatMap((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/))
      .map((cell) => cell.replace(/^"/, ''));
    expect(cells.filter((cell) => /^\s*[=+@＝＋－＠\t\r]/.test(cell))).toEqual([]);
    expect(formulas.filter((name) => !text.includes(`'${name.replaceAll('"', '""')}`))).toEqual([]);
    const money = (await exported(watched.page, '/records', 'CSV')).toString('utf8').trimEnd().split('\r\n').slice(1);
    expect(money).toHaveLength(records);
    expect(money.filter((line) => !/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,/.test(line) || !/,-?\d+\.\d\d,/.test(line))).toEqual([]);
  }, 60_000);

  test('nothing of it was refused by the policy of the page', () => {
    expect(watched.complaints).toEqual([]);
  });
});
