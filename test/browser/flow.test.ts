/** Money, records, one device, agents: their screens over a real collector, and what the API says after each act. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumIsThere, launch, openPage, seriousViolations } from './browser.ts';
import * as campus from './campus.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { LittleAgent, sealed } from './little-agent.ts';
import { password, setUp, type Signed, signIn } from './people.ts';

const patience = { timeout: 15_000 };
const site = 'demo';
const agentId = 'yb-1';
const why = chromiumIsThere ? '' : ' (skipped: no /usr/bin/chromium)';
const people = { duty: 'zhang.gong', finance: 'li.kuaiji', auditor: 'sun.sj', expert: 'chen.zj', manager: 'wang.jl' } as const;
type Who = keyof typeof people;
const [place] = campus.devices.map((device) => device.place);
const areaPath = [place?.campus, place?.building, place?.area].join('/');
const records = 37;

interface Listed<T> {
  readonly items: readonly T[];
}

describe.skipIf(!chromiumIsThere)(`money, records, a device, agents${why}`, () => {
  let collector: RunningCollector;
  let browser: Browser;
  let agent: LittleAgent | undefined;
  const open = new Map<Who, { readonly context: BrowserContext; readonly page: Page; readonly api: Signed }>();
  const complaints: (readonly string[])[] = [];

  beforeAll(async () => {
    [collector, browser] = await Promise.all([startCollector(site, [agentId]), launch()]);
    const admin = await browser.newContext();
    const root = await setUp(admin, collector.url, collector.setupCode);
    for (const [role, name] of Object.entries(people)) await root.post('/users', { name, displayName: name, role, password });
    await admin.close();
    for (const role of Object.keys(people) as Who[]) {
      // a refusal by a freeze is part of the play
      const watched = await openPage(browser, collector.url, /status of 4(01|09)/);
      watched.page.setDefaultTimeout(15_000);
      complaints.push(watched.complaints);
      open.set(role, { ...watched, api: await signIn(watched.context, collector.url, people[role]) });
    }
    const secrets = collector.agents[agentId];
    if (secrets === undefined) throw new Error('the agent was not registered');
    agent = await LittleAgent.connect({
      mqttPort: collector.mqttPort,
      site,
      agent: agentId,
      secret: secrets.mqttSecret,
      devices: campus.devices,
    });
    const now = Date.now();
    await agent.send('health', [...campus.heartbeats(now), ...campus.readings(0, now), campus.agentHealth(now)]);
    const lines = [...campus.sessions(0, 20, secrets.siteKey, now), ...campus.sessions(1, 20, secrets.siteKey, now)];
    await agent.send(
      'money',
      lines.map((line) => ({
        ...line,
        cardSealed: sealed(secrets, Buffer.from(campus.cardNo, 'ascii'), line.deviceId),
        rawSealed: sealed(secrets, Buffer.from('0102aabb', 'hex'), line.deviceId),
      })),
    );
    await agent.send('event', [campus.gapEvent(now)]);
  }, 180_000);

  afterAll(async () => {
    await agent?.close();
    await browser?.close();
    await collector?.close();
  });

  function as(who: Who) {
    const found = open.get(who);
    if (found === undefined) throw new Error(`${who} is not signed in`);
    return found;
  }
  const rowsOf = (page: Page) =>
    page
      .getByRole('grid')
      .getByRole('row')
      .filter({ has: page.getByRole('gridcell') });

  const segment = (page: Page, word: string) => page.locator('.ant-segmented-item-label').getByText(word, { exact: true });

  test('the course of business says how much, and each number leads to its records', async () => {
    const { page, api } = as('duty');
    await page.goto('/flow');
    await page.getByRole('heading', { level: 1, name: new RegExp(`宜宾校区：${records} 笔，¥45.50`) }).waitFor();
    await page.locator('.flow-panel .chart svg').waitFor();
    await page.getByText(`合计 ${records} 笔，营业额 ¥45.50`).waitFor();
    const told = (await api.get(`/metrics/business?kind=campus&id=${encodeURIComponent('宜宾校区')}`)) as {
      readonly slots: readonly { readonly records: number }[];
    };
    const slots = told.slots.map((slot) => slot.records).filter((count) => count > 0);
    expect(slots.reduce((a, b) => a + b)).toBe(records);
    await expect.poll(() => rowsOf(page).count(), patience).toBe(slots.length);
    await segment(page, '区域').click();
    await expect.poll(() => new URL(page.url()).searchParams.get('kind'), patience).toBe('area');
    expect(new URL(page.url()).searchParams.get('id')).toBe(areaPath);
    await segment(page, '金额').click();
    await page.getByRole('button', { name: '对比上周同日' }).click();
    await page.getByRole('columnheader', { name: '上周同日' }).waitFor();
    expect(new URL(page.url()).search).toContain('unit=yuan&compare=week');
    const last = slots.at(-1) ?? 0;
    await rowsOf(page)
      .first()
      .getByRole('link', { name: String(last), exact: true })
      .click();
    await page.getByText(`合计 ${last} 笔`).waitFor();
    const drilled = new URL(page.url());
    expect([drilled.pathname, drilled.searchParams.get('place')]).toEqual(['/records', areaPath]);
    await page.getByRole('button', { name: /宜宾校区 \/ .* ×/ }).waitFor();
  });

  test('another day is another address; a device has its own course', async () => {
    const { page } = as('duty');
    await page.goto('/flow');
    await page.getByRole('button', { name: '前一天' }).click();
    await page.getByText(/这一时段没有流水/).waitFor();
    expect(new URL(page.url()).searchParams.get('day')).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    await page.getByRole('button', { name: '今日' }).click();
    await page.goto(`/flow?kind=device&id=${campus.holed}`);
    await page.getByRole('heading', { level: 1, name: new RegExp(`${campus.nameOf(0)}：17 笔`) }).waitFor();
  });

  test('lists are exported as they are filtered, and columns stand in the address', async () => {
    const { page } = as('duty');
    await page.goto('/records?kind=waterHold');
    await page.getByText('合计 19 笔').waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: '导出' }).click();
    await page.getByRole('menuitem', { name: 'CSV' }).click();
    const file = await (await download).createReadStream();
    const text = (await file.toArray()).join('');
    expect(text.trim().split('\r\n')).toHaveLength(20);
    expect(text).not.toContain(campus.cardNo);
    await page.getByRole('button', { name: '列', exact: true }).click();
    await page.getByRole('checkbox', { name: '采集方式' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('hide'), patience).toBe('collectMode');
    await page.getByRole('columnheader', { name: '采集方式' }).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('合计 19 笔').waitFor();
    expect(await page.getByRole('columnheader', { name: '采集方式' }).count()).toBe(0);
  });

  test('a card number is shown for a purpose, for half a minute, and the trail has it', async () => {
    const { page } = as('finance');
    await page.clock.install();
    await page.goto('/records');
    await page
      .getByRole('button', { name: /查看 \*{4}0042 的卡号/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/每次查看都会记入审计/).waitFor();
    const act = dialog.getByRole('button', { name: '查看卡号' });
    await dialog.getByLabel(/用途/).fill('核对');
    expect(await act.isDisabled()).toBe(true);
    await dialog.getByLabel(/用途/).fill('学生投诉核对');
    await act.click();
    await dialog.getByText(campus.cardNo, { exact: true }).waitFor();
    await dialog.getByText('0102aabb').waitFor();
    expect(page.url()).not.toContain(campus.cardNo);
    await page.clock.runFor(31_000);
    await dialog.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(campus.cardNo);
    const trail = (await as('auditor').api.get('/audit?limit=50')) as Listed<{
      readonly action: string;
      readonly actor: string;
      readonly detail: string;
    }>;
    const revealed = trail.items.filter(({ action }) => action === 'record.reveal');
    expect(revealed.map(({ actor }) => actor)).toEqual([people.finance]);
    expect(revealed[0]?.detail).toContain('学生投诉核对');
    await as('duty').page.goto('/records');
    await rowsOf(as('duty').page).first().waitFor();
    expect(
      await as('duty')
        .page.getByRole('button', { name: /的卡号/ })
        .count(),
    ).toBe(0);
  });

  test('the ribbon of a device shows its states, and a click shows only that time below', async () => {
    const { page } = as('duty');
    await page.goto(`/devices/${campus.silent}`);
    const ribbon = page.getByRole('region', { name: '近 24 小时状态' });
    const parts = ribbon.getByRole('button', { name: /离线.*–/ });
    await parts.first().waitFor();
    await parts.first().click();
    await expect.poll(() => new URL(page.url()).searchParams.has('from'), patience).toBe(true);
    const chip = ribbon.getByRole('button', { name: /只看/ });
    await chip.waitFor();
    await page.getByRole('tab', { name: '流水' }).click();
    expect(new URL(page.url()).searchParams.has('from')).toBe(true);
    await chip.click();
    await expect.poll(() => new URL(page.url()).search, patience).toBe('?tab=records');
  });

  test('a maintenance window is set for a device and ended, with reasons', async () => {
    const { page, api } = as('duty');
    const windows = async () =>
      (
        (await api.get('/windows')) as {
          readonly windows: readonly { readonly name: string; readonly subjects: readonly string[] }[];
        }
      ).windows;
    await page.goto(`/devices/${campus.silent}?tab=maintenance`);
    await page.getByText(/没有维护窗口/).waitFor();
    await page.getByRole('button', { name: '新增维护窗口' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('名称').fill('更换水阀');
    await dialog.getByLabel(/原因/).fill('漏水检修');
    await dialog.getByRole('button', { name: '新增维护窗口' }).click();
    await page.getByRole('rowheader', { name: /更换水阀/ }).waitFor();
    expect((await windows()).map(({ name, subjects }) => [name, subjects])).toEqual([['更换水阀', [campus.silent]]]);
    await page.getByRole('button', { name: '结束窗口' }).click();
    await dialog.getByLabel(/原因/).fill('已换好');
    await dialog.getByRole('button', { name: '结束窗口' }).click();
    await page.getByText(/没有维护窗口/).waitFor();
    expect(await windows()).toEqual([]);
  });

  test('while changes are frozen an operation waits for two approvals', async () => {
    const { page, api } = as('duty');
    const frozen = 'yb-bath-02';
    const now = Date.now();
    await as('manager').api.post('/important-events', {
      name: '迎新保障',
      from: now - 60_000,
      to: now + 3_600_000,
      areas: [],
      vip: false,
      freeze: true,
      reason: '演练',
      idempotencyKey: crypto.randomUUID(),
    });
    await agent?.send('health', [campus.heartbeat(1, 'online', Date.now())]);
    await page.goto(`/devices/${frozen}`);
    await page.getByRole('button', { name: '关阀' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/原因/).fill('漏水');
    await dialog.getByRole('button', { name: '关阀' }).click();
    await dialog.getByText(/还差 2 人批准/).waitFor();
    await dialog.getByLabel(/一级故障单号/).waitFor();
    for (const who of ['expert', 'manager'] as const) {
      const reviewer = as(who).page;
      await reviewer.goto(`/devices/${frozen}?tab=audit`);
      await reviewer.getByRole('button', { name: '批准一次操作' }).click();
      await reviewer.getByRole('dialog').getByLabel(/原因/).fill('同意关阀');
      await reviewer.getByRole('dialog').getByRole('button', { name: '批准一次操作' }).click();
      await reviewer.getByText(/已批准，共/).waitFor();
    }
    await dialog.getByRole('button', { name: '关阀' }).click();
    await page.getByText(/关阀：已完成/).waitFor();
    const orders = (await api.get(`/devices/${frozen}/operations`)) as Listed<{ readonly state: string }>;
    expect(orders.items.map(({ state }) => state)).toEqual(['done']);
    const { page: auditing } = as('auditor');
    await auditing.goto(`/devices/${frozen}?tab=audit`);
    await auditing.getByRole('table', { name: '审计' }).getByRole('rowheader', { name: '批准操作' }).nth(1).waitFor();
    await auditing.getByRole('table', { name: '审计' }).getByRole('rowheader', { name: '执行操作' }).waitFor();
  });

  test('an agent tells of its lines; one of them opens at the side with its devices', async () => {
    const { page } = as('duty');
    await page.goto(`/agents?agentId=${agentId}`);
    await page.getByRole('gridcell', { name: '已同步' }).waitFor();
    await page.getByRole('link', { name: 'rs485-2' }).click();
    const drawer = page.getByRole('dialog');
    await drawer
      .getByText('0 / 12 台在线')
      .or(drawer.getByText(/1[12] \/ 12 台在线/))
      .waitFor();
    expect(new URL(page.url()).searchParams.get('line')).toBe('rs485-2');
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).searchParams.has('line'), patience).toBe(false);
  });

  const paths = [
    '/flow',
    `/flow?kind=device&id=${campus.holed}&unit=yuan&compare=week`,
    '/records',
    `/devices/${campus.silent}`,
    `/devices/${campus.silent}?tab=alarms`,
    `/devices/${campus.silent}?tab=configuration`,
    `/devices/${campus.silent}?tab=maintenance`,
    `/devices/${campus.silent}?tab=audit`,
    `/agents?agentId=${agentId}&line=rs485-1`,
    '/gaps',
  ];

  test('no serious violation of accessibility', async () => {
    const found: string[] = [];
    const visits = [...paths.map((path) => ['duty', path] as const), ['auditor', `/devices/${campus.silent}?tab=audit`] as const];
    for (const [who, path] of visits) {
      const { page } = as(who);
      await page.goto(path);
      await page.locator('h1').first().waitFor();
      await page.waitForLoadState('load');
      found.push(...(await seriousViolations(page)).map((violation) => `${who} ${path} ${violation}`));
    }
    expect(found).toEqual([]);
  }, 120_000);

  test('on a narrow screen the course of business does not push the page aside', async () => {
    const { page } = as('duty');
    await page.setViewportSize({ width: 360, height: 780 });
    for (const path of ['/flow', `/devices/${campus.silent}?tab=configuration`]) {
      await page.goto(path);
      await page.locator('h1').first().waitFor();
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 360]);
    }
    await page.setViewportSize({ width: 1366, height: 768 });
  });

  test('English has a word for everything', async () => {
    const { page } = as('duty');
    await page.goto('/flow');
    await page.getByRole('button', { name: 'English' }).click();
    const names = /宜宾|临港|浴室|号水控|中文|更换水阀|迎新保障/;
    for (const path of paths) {
      await page.goto(path);
      await page.locator('h1').first().waitFor();
      await page.waitForLoadState('load');
      const words = await page
        .locator('h1, th, .chip, caption, dt, [role=tab], [role=columnheader], .flow-key, .meta')
        .allInnerTexts();
      const chinese = words
        .flatMap((text) => text.split('\n'))
        .filter((line) => /[\u4e00-\u9fff]/.test(line) && !names.test(line));
      expect([path, chinese]).toEqual([path, []]);
    }
  });

  test('nothing complained in all of this', () => {
    expect(complaints.flat()).toEqual([]);
  });
});
