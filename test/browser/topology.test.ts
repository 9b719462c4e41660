/** 拓扑, 台账 and 平面图 over a real collector: a switch that fails with the gates behind it, a link that a switch tells of, a sheet, a picture. */
import { randomUUID } from 'node:crypto';
import type { ResponseOf, SuggestionDto } from '@cardwatch/contracts/api';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tinyPng } from '../api/tiny-png.ts';
import * as alarms from './alarms-campus.ts';
import { chromiumIsThere, launch, openPage, seriousViolations, type WatchedPage } from './browser.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { LittleAgent } from './little-agent.ts';
import { password, setUp, type Signed, signIn } from './people.ts';

const why = chromiumIsThere ? '' : ' (skipped: no /usr/bin/chromium)';
const site = 'demo';
const patience = { timeout: 60_000 };
const lone = alarms.alone[0] ?? alarms.networkSwitch;
const gate = alarms.behind[0] ?? alarms.networkSwitch;

/** As switches have them proposed every ten minutes: longer than a test can wait, so the collector's answer is put in its place. */
const suggestion: SuggestionDto = {
  suggestionId: randomUUID(),
  deviceId: gate,
  parent: lone,
  port: '05',
  evidence: 'fdb',
  firstSeenAt: Date.now() as SuggestionDto['firstSeenAt'],
  lastSeenAt: Date.now() as SuggestionDto['lastSeenAt'],
  state: 'open',
  decidedBy: null,
};

describe.skipIf(!chromiumIsThere)(`topology, register and maps in the console${why}`, () => {
  let collector: RunningCollector;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  let person: Signed;
  let agent: LittleAgent;

  beforeAll(async () => {
    [collector, browser] = await Promise.all([startCollector(site, ['al-1']), launch()]);
    const { context } = await openPage(browser, collector.url);
    const admin = await setUp(context, collector.url, collector.setupCode);
    await admin.post('/users', { name: 'zhao.gc', displayName: '赵工', role: 'engineer', password });
    await admin.post('/users', { name: 'sun.sj', displayName: '孙审', role: 'auditor', password });
    const { mqttPort } = collector;
    const secret = collector.agents['al-1']?.mqttSecret ?? '';
    agent = await LittleAgent.connect({ mqttPort, site, agent: 'al-1', secret, devices: alarms.devices });
    const now = Date.now();
    await alarms.network(agent, 'online', now);
    await alarms.wellAlone(agent, now);
    // one upload is to be refused
    watched = await openPage(browser, collector.url, /status of 400/);
    page = watched.page;
    page.setDefaultTimeout(30_000);
    person = await signIn(watched.context, collector.url, 'zhao.gc');
  }, 300_000);

  afterAll(async () => {
    await agent?.close();
    await browser?.close();
    await collector?.close();
  });

  const row = (text: string | RegExp) => page.getByRole('row').filter({ hasText: text });
  const dialog = () => page.getByRole('dialog');
  const search = (key: string): string | null => new URL(page.url()).searchParams.get(key);
  const get = async <T>(path: string): Promise<T> => (await person.get(path)) as T;
  const giveReason = async (verb: string): Promise<void> => {
    await dialog().last().getByLabel('原因（记入审计）').fill('现场核对');
    await dialog().last().getByRole('button', { name: verb, exact: true }).click();
  };

  test('a campus that is well: the tree folds and unfolds by key, a search opens the way', async () => {
    await page.goto('/topology');
    await page.getByText('15 台设备全部正常').waitFor();
    await row('临港一栋').waitFor();
    await page.getByRole('button', { name: '展开 临港一栋' }).click();
    await row('临港汇聚交换机').first().waitFor();
    // the click has left the keyboard on that row
    await page.keyboard.press('o');
    await row('临港汇聚交换机').first().waitFor({ state: 'detached' });
    await page.getByLabel('设备、编号、楼宇').fill('二栋门禁 3');
    await page.keyboard.press('Enter');
    await row('二栋门禁 3').waitFor();
    expect([search('q'), await row('临港门禁').count()]).toEqual(['二栋门禁 3', 0]);
  });

  test('a switch fails: it stands on top with what hangs on it, which is hollow', async () => {
    await page.goto(`/topology?node=${alarms.networkSwitch}`);
    await page.locator('.graph-box.self').waitFor();
    expect(await page.locator('.graph-box.below').count()).toBe(8);
    await alarms.network(agent, 'offline', Date.now());
    await page.getByText('最上层故障：临港汇聚交换机，牵连 8 台设备').waitFor(patience);
    const top = page.getByRole('region', { name: '最上层故障' });
    expect(await top.getByRole('listitem').count()).toBe(8);
    await expect.poll(() => page.locator('.graph-box.below .explained').count(), patience).toBe(8);
    await top.getByRole('button', { name: '临港门禁 1' }).click();
    expect(search('node')).toBe(gate);
    await page.getByText('上级组 1：临港汇聚交换机，必经').waitFor();
    await page.getByRole('button', { name: '有异常的' }).click();
    await row('临港门禁 8').waitFor();
    expect(await row('二栋门禁').count()).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('a link that a switch tells of is decided beside what is drawn, with a reason', async () => {
    const decisions: unknown[] = [];
    await page.route(/\/topology\/suggestions/, async (route) => {
      if (route.request().method() === 'POST') decisions.push(route.request().postDataJSON());
      const items = decisions.length === 0 ? [suggestion] : [];
      await route.fulfill({ json: route.request().method() === 'POST' ? suggestion : { items, nextCursor: null } });
    });
    await page.goto('/topology?tab=suggestions');
    await row('临港门禁 1').getByText('交换机转发表（FDB）').waitFor();
    await row('临港门禁 1').getByText('临港汇聚交换机').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await row('临港门禁 1').getByRole('button', { name: '确认' }).click();
    await dialog().getByText('另一必经上级：两者缺一不可').click();
    await giveReason('确认');
    await page.getByText('没有待确认的连接').waitFor();
    expect(decisions).toMatchObject([{ decision: 'confirmed', as: 'another', reason: '现场核对' }]);
    await page.unroute(/\/topology\/suggestions/);
  });

  test('the register: a place is edited, a merchant bound and ended, each with a reason', async () => {
    await page.goto('/register');
    await page
      .getByRole('navigation', { name: '位置' })
      .getByRole('button', { name: /^临港二栋/ })
      .click();
    await expect.poll(() => row('临港门禁').count(), patience).toBe(0);
    await row('二栋门禁 2').click();
    expect(search('deviceId')).toBe(alarms.alone[1]);
    await page.getByRole('button', { name: '修改位置' }).click();
    await dialog().last().getByLabel('片区').fill('南区');
    await giveReason('保存');
    await page.getByText('宜宾校区/临港二栋/二栋大门 · 南区').waitFor();
    await page.getByRole('button', { name: '绑定商户' }).click();
    await dialog().last().getByLabel('商户编号').fill('M001');
    await dialog().last().getByLabel('商户名称').fill('自助洗衣');
    await dialog().last().getByLabel('生效日期').fill('2026-01-01');
    await giveReason('绑定');
    await page
      .getByRole('row', { name: /自助洗衣.*长期/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: '终止', exact: true }).click();
    await giveReason('终止');
    await expect
      .poll(
        async () =>
          (await get<ResponseOf<'merchants'>>('/register/merchants')).items.map(({ merchantId, validTo }) => [
            merchantId,
            validTo === null,
          ]),
        patience,
      )
      .toEqual([['M001', false]]);
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('a sheet: every wrong cell is named; a right one is listed, imported, taken back', async () => {
    const choose = (text: string) =>
      page.getByLabel('选择表格文件').setInputFiles({ name: 'register.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await page.goto('/register?tab=import');
    await choose('设备编号,校区,楼栋\nnobody-01,宜宾校区,临港一栋\n');
    await page.getByText('共 1 行，1 处有误').waitFor();
    await row('nobody-01').getByText('没有设备').waitFor();
    expect(await page.getByRole('button', { name: '导入', exact: true }).isDisabled()).toBe(true);
    await choose(`设备编号,校区,楼栋,区域\n${gate},宜宾校区,临港三栋,一层\n`);
    await page.getByText('共 1 行：新增 1').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: '导入', exact: true }).click();
    await giveReason('导入');
    await page.getByRole('button', { name: '撤回' }).waitFor();
    const { places } = await get<ResponseOf<'topology'>>('/topology');
    expect(places.find((place) => place.deviceId === gate)?.area).toBe('宜宾校区/临港三栋/一层');
    await page.getByRole('button', { name: '撤回' }).click();
    await giveReason('撤回');
    await page.getByText('这次变更已撤回。').waitFor();
    expect((await get<ResponseOf<'topology'>>('/topology')).places.some((place) => place.deviceId === gate)).toBe(false);
  });

  test('a change that later ones touch cannot be taken back, and what is in the way is shown', async () => {
    const edit = (building: string) =>
      person.post(`/register/devices/${gate}`, {
        place: { area: `宜宾校区/${building}`, zone: null, cluster: null },
        reason: '核对',
        idempotencyKey: randomUUID(),
      });
    await edit('临港四栋');
    const { items } = await get<ResponseOf<'registerImports'>>('/register/imports?limit=1');
    await edit('临港五栋');
    await page.goto(`/register?tab=changes&importId=${items[0]?.importId}`);
    await page.getByText('有 1 行后来又改过，不能撤回').waitFor();
    await page
      .getByRole('row', { name: /临港四栋.*临港五栋/ })
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: '撤回' }).isDisabled()).toBe(true);
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('a map: what is no picture is refused; a picture is kept, a device put on it and moved by key', async () => {
    await page.goto('/maps');
    await page.getByText('还没有平面图').waitFor();
    await page.getByRole('button', { name: '添加平面图' }).click();
    await dialog().getByLabel('名称').fill('一栋 大厅');
    await dialog().getByLabel('所属位置（校区/楼宇/区域）').fill('宜宾校区/临港一栋');
    const file = (buffer: Buffer) =>
      dialog().locator('input[type=file]').setInputFiles({ name: 'plan.png', mimeType: 'image/png', buffer });
    await file(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'));
    await giveReason('保存');
    await dialog().getByRole('alert').waitFor();
    await file(Buffer.from(tinyPng));
    await giveReason('保存');
    await row('一栋 大厅').click();
    await page.getByRole('button', { name: '摆放设备' }).click();
    await page.getByTitle('把 临港门禁 2 放到图上').click();
    const mark = page.locator('.map-mark').filter({ hasText: '临港门禁 2' });
    await mark.focus();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('ArrowUp');
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await giveReason('保存');
    await page.getByRole('button', { name: '摆放设备' }).waitFor();
    const { items } = await get<ResponseOf<'maps'>>('/maps');
    expect(items.map(({ placements, version }) => [version, placements])).toEqual([
      [2, [{ deviceId: alarms.behind[1], x: 525, y: 498 }]],
    ]);
    expect(await mark.locator('.explained').count()).toBe(1);
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('a device is dragged; who may only look finds no button', async () => {
    await page.getByRole('button', { name: '摆放设备' }).click();
    const mark = page.locator('.map-mark').first();
    const [from, canvas] = [await mark.boundingBox(), await page.locator('.map-canvas').boundingBox()];
    if (from === null || canvas === null) throw new Error('nothing to drag');
    await page.mouse.move(from.x + 8, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(canvas.x + canvas.width / 4, canvas.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await giveReason('保存');
    await page.getByRole('button', { name: '摆放设备' }).waitFor();
    const [map] = (await get<ResponseOf<'maps'>>('/maps')).items;
    expect([map?.version, map?.placements[0]?.x]).toEqual([3, 250]);
    const looking = await openPage(browser, collector.url);
    await signIn(looking.context, collector.url, 'sun.sj');
    await looking.page.goto(`/maps/${map?.mapId}`);
    await looking.page.locator('.map-mark').waitFor();
    expect(await looking.page.getByRole('button', { name: '摆放设备' }).count()).toBe(0);
    await looking.page.goto('/register');
    await looking.page.getByRole('tab', { name: '变更记录' }).waitFor();
    expect(await looking.page.getByRole('tab', { name: '导入' }).count()).toBe(0);
    await looking.context.close();
  });

  test('all three in English, in the dark, without a complaint of the browser', async () => {
    await page.evaluate("localStorage.setItem('cardwatch.language', 'en'); localStorage.setItem('cardwatch.theme', 'dark')");
    for (const [address, heading] of [
      ['/topology', /Topology.*Topmost fault/],
      ['/register?tab=changes', /Register.*15 devices/],
      ['/maps', /Maps.*1 map/],
    ] as const) {
      await page.goto(address);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    }
    expect(watched.complaints).toEqual([]);
  });
});
