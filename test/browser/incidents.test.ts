/** 工单 and 服务质量 over a real collector: an incident that the watch opened, one that a person opened, the clocks and the figures of both. */
import { settled } from './crawl.ts';
import { randomUUID } from 'node:crypto';
import type { IncidentDto, SlaContractsDto } from '@cardwatch/contracts/api';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as alarms from './alarms-campus.ts';
import { chromiumIsThere, launch, openPage, seriousViolations, type WatchedPage } from './browser.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { LittleAgent } from './little-agent.ts';
import { password, setUp, type Signed, signIn } from './people.ts';

const why = chromiumIsThere ? '' : ' (skipped: no /usr/bin/chromium)';
const site = 'demo';
/** Rules wait up to half a minute before they raise, and an incident follows its alarm. */
const patience = { timeout: 90_000 };
const title = '一号楼大厅闸机常开，值班员来电';

describe.skipIf(!chromiumIsThere)(`incidents and service quality in the console${why}`, () => {
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
    await admin.post('/users', { name: 'wang.jl', displayName: '王经理', role: 'manager', password });
    await alarms.staff(admin, randomUUID);
    const secret = collector.agents['al-1']?.mqttSecret ?? '';
    const { mqttPort } = collector;
    agent = await LittleAgent.connect({ mqttPort, site, agent: 'al-1', secret, devices: alarms.devices });
    await alarms.network(agent, 'online', Date.now());
    await alarms.wellAlone(agent, Date.now());
    // a step that is refused is part of the play
    watched = await openPage(browser, collector.url, /status of (400|409|422)/);
    page = watched.page;
    page.setDefaultTimeout(30_000);
    person = await signIn(watched.context, collector.url, 'wang.jl');
    await page.goto('/incidents');
    await page.getByText('没有未关闭的工单。').waitFor();
    await alarms.network(agent, 'offline', Date.now());
  }, 180_000);

  afterAll(async () => {
    await agent?.close();
    await browser?.close();
    await collector?.close();
  });

  const heading = (text: string | RegExp) => page.getByRole('heading', { level: 1, name: text });
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
  const dialog = () => page.getByRole('dialog');
  const tab = (name: string | RegExp) => page.getByRole('tab', { name }).click();
  const search = (key: string): string | null => new URL(page.url()).searchParams.get(key);
  const listed = async (): Promise<readonly IncidentDto[]> =>
    ((await person.get('/incidents')) as { readonly items: readonly IncidentDto[] }).items;
  const found = async (which: (one: IncidentDto) => boolean): Promise<IncidentDto> => {
    const one = (await listed()).find(which);
    if (one === undefined) throw new Error('no such incident');
    return one;
  };
  const byHand = (): Promise<IncidentDto> => found((one) => one.title === title);
  const act = async (name: string): Promise<void> => {
    await button(/更多/).click();
    await page.getByRole('menuitem', { name }).click();
  };
  const confirm = (name: string) => dialog().getByRole('button', { name, exact: true }).click();
  const choose = async (label: string, option: string): Promise<void> => {
    await dialog().getByLabel(label).click();
    await page.locator('.ant-select-item-option').filter({ hasText: option }).click();
  };

  test('an incident of the watch comes by itself, with its clocks, alarms and evidence', async () => {
    const row = page.getByRole('row').filter({ hasText: '临港汇聚交换机' });
    await row.waitFor(patience);
    await row
      .getByText(/剩|达标/)
      .first()
      .waitFor();
    await row.getByRole('link').click();
    await heading(/临港汇聚交换机/).waitFor();
    await page.getByText('按默认时限').waitFor();
    await page.getByText('现在要做').waitFor();
    await tab(/预警/);
    await button(/展开/).click();
    const one = await found(({ title: what }) => what.includes('临港汇聚交换机'));
    expect(one.alarmIds).toContain(search('unfold'));
  });

  test('an evidence pack is made, looked into, and taken away as it was hashed', async () => {
    await tab(/证据包/);
    const before = (await found((one) => one.alarmIds.length > 0)).evidence?.length ?? 0;
    await button('制作证据包').click();
    await dialog().getByLabel('说明').fill('交接前固化');
    await confirm('制作证据包');
    await expect
      .poll(async () => (await found((one) => one.alarmIds.length > 0)).evidence?.length ?? 0, patience)
      .toBe(before + 1);
    await button('查看').first().click();
    await page.getByText('没有截断').waitFor();
    await page.locator('.pack summary').filter({ hasText: /^设备/ }).waitFor();
    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载' }).first().click();
    expect((await saved).suggestedFilename()).toMatch(/^GZ-\d{8}-\d{4}-[0-9a-f]{12}\.json$/);
  });

  test('a person opens one by hand and takes it through hold and back', async () => {
    await page.goto('/incidents');
    await button('新建工单').waitFor();
    await page.keyboard.press('n');
    await dialog().getByLabel('事由').fill(title);
    await dialog().getByLabel('说明').fill('电话 08:10');
    await confirm('新建工单');
    await heading(title).waitFor();
    expect(await page.locator('.incident-acts button').allInnerTexts()).toEqual(['受理', '判为误报', '更多 ▾']);
    await page.keyboard.press('a');
    await confirm('受理');
    await button('开始处理').click();
    await confirm('开始处理');
    await button('挂起').click();
    expect(await dialog().getByRole('button', { name: '挂起', exact: true }).isDisabled()).toBe(true);
    await choose('挂起原因', '待第三方');
    await confirm('挂起');
    await button('继续处理').waitFor();
    await page.locator('.clock-strip').getByText('暂停').first().waitFor();
    await button('继续处理').click();
    await confirm('继续处理');
    await button('标记恢复').waitFor();
    const one = await byHand();
    expect(one.steps.map(({ to }) => to)).toEqual(['accepted', 'working', 'onHold', 'working']);
    expect(one.steps[2]?.holdReason).toBe('waitingForThirdParty');
    expect(one.owner).toBe('wang.jl');
  });

  test('it is assigned, assessed with a reason, and a moment is recorded', async () => {
    await act('指派');
    await dialog().getByLabel('负责人').fill('root.admin');
    await dialog().getByLabel('说明').fill('交给系统管理员');
    await confirm('指派');
    await expect.poll(async () => (await byHand()).owner, patience).toBe('root.admin');
    await act('评估级别');
    await dialog().getByText('中断').click();
    await dialog().getByText('得分 12，将定为').waitFor();
    await dialog().getByLabel(/原因/).fill('高峰前须恢复');
    await confirm('评估级别');
    await expect.poll(async () => (await byHand()).assessments.at(-1)?.level, patience).toBe(2);
    await act('登记时刻');
    await choose('时刻', '到场');
    await dialog().getByLabel('说明').fill('到一号楼');
    await confirm('登记时刻');
    await expect.poll(async () => (await byHand()).visits, patience).toBe(1);
  });

  test('the record, the root cause and a corrective action are written', async () => {
    await button('填写').click();
    for (const [label, text] of [
      ['原因', '门磁线松'],
      ['处理', '重新压线'],
      ['结果', '开合二十次正常'],
    ] as const)
      await dialog().getByLabel(label, { exact: true }).fill(text);
    await confirm('保存');
    await expect.poll(async () => (await byHand()).record.cause, patience).toBe('门磁线松');
    await tab('根因');
    await button('分析根因').click();
    await page.getByText(/还缺：至少三个为什么/).waitFor();
    for (const n of [1, 2, 3]) {
      await page.getByLabel(`为什么 ${n}`, { exact: true }).fill(`为什么 ${n}`);
      await page.getByLabel(`因为 ${n}`, { exact: true }).fill(`因为 ${n}`);
    }
    await page.getByLabel('证据 1', { exact: true }).fill('照片 3 张');
    await page.getByLabel('直接原因').fill('压线端子松');
    await page.getByLabel('间接原因').fill('巡检没有查端子');
    await page.getByLabel('原因分类').click();
    await page.locator('.ant-select-item-option').filter({ hasText: '总线布线' }).click();
    await page.getByText('分析完整，可以保存').waitFor();
    await button('保存').click();
    await expect.poll(async () => (await byHand()).rootCause?.code, patience).toBe('busWiring');
    await tab('整改');
    await button('添加整改').click();
    await dialog().getByLabel('措施').fill('巡检表加一项：查端子');
    await choose('负责人', '王经理');
    await confirm('添加整改');
    await page.getByRole('cell', { name: '巡检表加一项：查端子' }).waitFor();
    expect((await byHand()).actions.map(({ owner, state }) => [owner, state])).toEqual([['wang.jl', 'open']]);
  });

  test('what was restored is watched, and what goes on is refused with its reason', async () => {
    await button('标记恢复').click();
    await dialog().getByLabel('说明').fill('闸机正常');
    await confirm('标记恢复');
    await page.getByText(/恢复观察至/).waitFor();
    await button('标记解决').click();
    await confirm('标记解决');
    await dialog().getByText('响应还不能结束').waitFor();
    await dialog().getByRole('button', { name: '取消' }).click();
    await page.goto('/incidents?tab=watching');
    await page.getByRole('link', { name: (await byHand()).number }).waitFor();
  });

  test('the list is filtered by the address: level, mine, state', async () => {
    await page.goto('/incidents?state=restored');
    await page.getByRole('link', { name: title }).waitFor();
    await button(/3 三级/).click();
    await page.getByText('没有符合条件的工单。').waitFor();
    expect(search('level')).toBe('3');
    await button(/2 二级/).click();
    await page.getByRole('link', { name: title }).waitFor();
    expect(search('level')).toBe('2');
  });

  test('the quality page counts them, and a figure leads to its incidents', async () => {
    await page.goto('/quality');
    await heading(/服务质量/).waitFor();
    await page
      .getByRole('row', { name: /响应及时率/ })
      .getByRole('button')
      .last()
      .click();
    expect(search('figure')).toBe('respondOnTime.v1');
    await dialog()
      .getByRole('link', { name: (await byHand()).number })
      .waitFor();
    await page.goto('/quality?tab=availability');
    await page.getByText('合同可用率').first().waitFor();
    await page.getByRole('gridcell', { name: '临港汇聚交换机' }).click();
    await dialog().getByText('离线').first().waitFor();
    expect(search('deviceId')).toBe(alarms.networkSwitch);
  });

  test('a contract is added with its reason and stands in the history', async () => {
    await page.goto('/quality?tab=contracts');
    await page.getByText('没有人修改过').waitFor();
    await button('新增合同').click();
    await page.getByLabel('合同编号').fill('ht-2026');
    await page.getByLabel('合同名称').fill('一卡通运维 2026');
    await page.getByLabel('1 一级 响应', { exact: true }).fill('10m');
    await page.getByLabel(/原因/).fill('新合同签订');
    await button('保存').click();
    await page.getByRole('cell', { name: '新合同签订' }).waitFor();
    await page.getByText('现行').waitFor();
    const terms = (await person.get('/sla/contracts')) as SlaContractsDto;
    expect(terms.contracts.map(({ contractId, limits }) => [contractId, limits[1].respond?.limitMs])).toEqual([
      ['ht-2026', 600_000],
    ]);
  });

  test('in English the same screens stand, without a serious violation and without a complaint', async () => {
    const incident = await byHand();
    await button('English').click();
    await heading(/Service quality/).waitFor();
    for (const [path, name] of [
      ['/incidents', /Incidents/],
      [`/incidents/${incident.incidentId}`, title],
      [`/incidents/${incident.incidentId}?tab=cause`, title],
      ['/quality', /Service quality/],
      ['/quality?tab=availability', /Service quality/],
      ['/quality?tab=contracts', /Service quality/],
    ] as const) {
      await page.goto(path);
      await heading(name).waitFor();
      await settled(page);
      expect(await seriousViolations(page), path).toEqual([]);
    }
    expect(watched.complaints).toEqual([]);
  });
});
