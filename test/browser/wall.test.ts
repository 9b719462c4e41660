import { randomUUID } from 'node:crypto';
import type { APIResponse, Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumIsThere, launch, openPage, seriousViolations, type WatchedPage } from './browser.ts';
import * as campus from './campus.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { LittleAgent } from './little-agent.ts';

const patience = { timeout: 20_000 };
const [site, agentId, password] = ['demo', 'yb-1', 'a-long-pass-phrase'];
const why = chromiumIsThere ? '' : ' (skipped: no /usr/bin/chromium)';

describe.skipIf(!chromiumIsThere)(`overview, search and wall against the real collector${why}`, () => {
  let collector: RunningCollector;
  let browser: Browser;
  let desk: WatchedPage;
  let page: Page;
  let agent: LittleAgent | undefined;
  let csrf = '';
  let link = '';

  const post = (path: string, data: object): Promise<APIResponse> =>
    page.request.post(`/api/v1${path}`, { data, headers: { 'x-cardwatch-csrf': csrf, origin: collector.url } });
  const heading = (text: string | RegExp) => page.getByRole('heading', { level: 1, name: text });

  beforeAll(async () => {
    [collector, browser] = await Promise.all([startCollector(site, [agentId]), launch()]);
    desk = await openPage(browser, collector.url, /status of 401/);
    page = desk.page;
    page.setDefaultTimeout(15_000);
    const first = { code: collector.setupCode, name: 'root.admin', displayName: '系统管理员', password };
    csrf = ((await (await post('/setup', first)).json()) as { csrf: string }).csrf;
    await post('/users', { name: 'wang.jl', displayName: '王经理', role: 'manager', password });
    csrf = ((await (await post('/session', { name: 'wang.jl', password })).json()) as { csrf: string }).csrf;
    const secrets = collector.agents[agentId];
    if (secrets === undefined) throw new Error('the agent was not registered');
    const { mqttPort } = collector;
    agent = await LittleAgent.connect({ mqttPort, site, agent: agentId, secret: secrets.mqttSecret, devices: campus.devices });
    const now = Date.now();
    await agent.send('health', [...campus.heartbeats(now), campus.agentHealth(now)]);
    await agent.send('money', [...campus.sessions(0, 20, secrets.siteKey, now), ...campus.sessions(1, 20, secrets.siteKey, now)]);
    const address = { channel: 'sms', address: '13812345678' };
    const zhang = { recipientId: 'zhang', displayName: '张工', kind: 'person', user: null, language: 'zh', addresses: [address] };
    await post('/recipients', { ...zhang, reason: '初始', idempotencyKey: randomUUID() });
    const [from, to] = [now - 3_600_000, now + 86_400_000];
    const shift = { duty: '值班长', recipientId: 'zhang', from, to, onSite: true, override: false };
    await post('/shifts', { duties: ['值班长'], from, to, shifts: [shift], reason: '排班', idempotencyKey: randomUUID() });
  }, 90_000);

  afterAll(async () => {
    await agent?.close();
    await browser?.close();
    await collector?.close();
  });

  test('the overview says what is wrong, stands by cluster, and agrees with the API', async () => {
    await page.goto('/');
    await heading(/临港东区浴室 1 台设备离线|离线/).waitFor();
    await expect.poll(() => page.locator('.area').count(), patience).toBe(2);
    const exposure = (await (await page.request.get('/api/v1/exposure')).json()) as {
      total: { devices: number; exposure: { records: number } };
      clusters: { areaType: string }[];
    };
    expect([exposure.total.devices, exposure.clusters.map(({ areaType }) => areaType)]).toEqual([24, ['bathhouse']]);
    await page.locator('.area-group', { hasText: '浴室' }).getByText('在途').waitFor();
    await page.getByRole('region', { name: '未恢复的故障' }).waitFor();
    await page.locator('.foot').getByText('1/1 在线').waitFor();
    await page.locator('.chart svg').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('who is on duty stands in the bar, with a masked phone', async () => {
    await page.getByRole('button', { name: '值班 张工' }).click();
    await page.getByText('138****5678').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.content()).not.toContain('13812345678');
  });

  test('the search takes initials, and the keyboard goes there', async () => {
    await page.locator('h1').click();
    await page.keyboard.press('/');
    await page.keyboard.type('lgdqys1');
    const option = page.getByRole('option', { name: new RegExp(campus.nameOf(0)) });
    await option.waitFor();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.getByRole('option', { selected: true }).innerText(), patience).toContain('号水控');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/devices\/yb-bath-/);
  });

  test('a record number and a card tail go to their records, a whole card number goes nowhere', async () => {
    const field = page.getByRole('combobox', { name: '全局搜索' });
    await field.fill('12');
    await page.getByRole('option', { name: '流水号 12', exact: true }).click();
    await page.waitForURL(/\/records\?recordNo=12$/);
    await expect.poll(() => page.getByRole('grid').getByRole('row').count(), patience).toBe(3);
    await field.fill('0042');
    await page.getByRole('option', { name: /卡尾号 0042/ }).click();
    await page.waitForURL(/\/records\?tail=0042$/);
    await field.fill(campus.cardNo);
    await expect.poll(() => page.getByRole('option').count(), patience).toBe(0);
    await page.keyboard.press('Enter');
    expect(page.url()).not.toContain(campus.cardNo);
  });

  test('a manager makes a link, which is shown once', async () => {
    await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '大屏' }).click();
    await page.getByRole('button', { name: '新建链接' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('用在哪里').fill('卡务中心大厅');
    await dialog.getByRole('button', { name: '新建链接' }).click();
    link = await dialog.getByLabel('大屏链接地址').inputValue();
    expect(link).toMatch(/\/wall#cww_[\w-]{43}$/);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count(), patience).toBe(0);
    await page.getByRole('gridcell', { name: '卡务中心大厅', exact: true }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  describe('a screen that nobody signs in at', () => {
    let screen: WatchedPage;
    beforeAll(async () => {
      // it is shut in the end, and says so
      screen = await openPage(browser, collector.url, /status of 40[13]|ERR_INTERNET_DISCONNECTED/);
      await screen.page.setViewportSize({ width: 1920, height: 1080 });
      await screen.page.emulateMedia({ reducedMotion: 'reduce' });
    });
    const wall = () => screen.page.locator('.wall-screen');

    test('opens by its link, takes the token out of the address, and shows at most seven big figures', async () => {
      await screen.page.goto(link);
      await wall().waitFor();
      expect(new URL(screen.page.url()).hash).toBe('');
      const sizes = await screen.page.evaluate<number[]>(
        `[...document.querySelectorAll('.wall-value')].map((one) => Number.parseFloat(getComputedStyle(one).fontSize))`,
      );
      expect([sizes.length, Math.min(...sizes) >= 48]).toEqual([7, true]);
      await wall().getByText('值班长 张*').waitFor();
      expect(await screen.page.content()).not.toMatch(/138|张工/);
      expect(await seriousViolations(screen.page)).toEqual([]);
      const fits = await screen.page.evaluate<boolean>(
        `document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth`,
      );
      expect(fits).toBe(true);
    });

    test('comes up again without the link, and in a session of its own', async () => {
      await screen.page.goto('/wall');
      await wall().waitFor();
      const overview = await screen.page.request.get('/api/v1/overview');
      expect(overview.status()).toBe(403);
    });

    test('hides amounts by a key, which stands in the address', async () => {
      await screen.page.keyboard.press('h');
      await screen.page.waitForURL(/hide=amounts/);
      await wall().getByText('¥ ***').first().waitFor();
      expect(await wall().innerText()).not.toMatch(/¥ ?\d/);
      await screen.page.keyboard.press(' ');
      await wall().getByText('轮播已暂停，空格继续').waitFor();
    });

    test('says that it is old when the collector is not heard, and since when', async () => {
      await screen.page.clock.install();
      await screen.page.reload();
      await wall().waitFor();
      await screen.context.setOffline(true);
      await screen.page.clock.runFor(45_000);
      await screen.page
        .getByRole('alert')
        .getByText(/数据截至 \d\d:\d\d，以下不是实时数据/)
        .waitFor();
      await expect.poll(() => screen.page.locator('.stale-wall').count(), patience).toBe(1);
      await screen.context.setOffline(false);
      await screen.page.clock.runFor(15_000);
      await expect.poll(() => screen.page.locator('.stale-wall').count(), patience).toBe(0);
    });

    test('is shut as soon as its link is taken back', async () => {
      await page.getByRole('button', { name: '撤回 卡务中心大厅' }).click();
      await page.getByRole('dialog').getByLabel('原因').fill('屏幕已拆');
      await page.getByRole('dialog').getByRole('button', { name: '撤回' }).click();
      await page.getByText('还没有大屏链接').waitFor();
      await screen.page.clock.runFor(12_000);
      await screen.page.getByRole('heading', { name: '大屏未打开' }).waitFor();
      expect(await wall().count()).toBe(0);
      expect(screen.complaints).toEqual([]);
    });
  });

  test('in English, without a word of Chinese in the frame', async () => {
    await page.goto('/');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('region', { name: 'Open causes' }).waitFor();
    const chinese = await page
      .locator('.cluster dt, .foot, .figure dt, .causes h2, .flow h2')
      .evaluateAll((all) => all.map((one) => one.textContent ?? '').filter((text) => /[\u4e00-\u9fff]/.test(text)));
    expect(chinese).toEqual([]);
    await page.getByRole('button', { name: '中文' }).click();
    expect(desk.complaints).toEqual([]);
  });
});
