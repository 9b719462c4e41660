import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromiumIsThere, launch, openPage, seriousViolations, tellWhenFailed, type WatchedPage } from './browser.ts';
import * as campus from './campus.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { LittleAgent } from './little-agent.ts';

/** A list fills after its heading; how long that takes is the machine's business. */
const patience = { timeout: 15_000 };

const site = 'demo';
const agentId = 'yb-1';
const secondAgentId = 'yb-2';
const password = 'a-long-pass-phrase';
const why = chromiumIsThere ? '' : ' (skipped: no /usr/bin/chromium)';

describe.skipIf(!chromiumIsThere)(`the console against the real collector${why}`, () => {
  let collector: RunningCollector;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  let agent: LittleAgent | undefined;
  let secondAgent: LittleAgent | undefined;

  beforeAll(async () => {
    [collector, browser] = await Promise.all([startCollector(site, [agentId, secondAgentId]), launch()]);
    // the sign-in page asks who is there and is told nobody; one wrong password is part of the play
    watched = await openPage(browser, collector.url, /status of 401/);
    page = watched.page;
    page.setDefaultTimeout(30_000);
  }, 60_000);

  afterEach(({ task }) => tellWhenFailed(task.result?.state, watched));

  afterAll(async () => {
    await agent?.close();
    await secondAgent?.close();
    await browser?.close();
    await collector?.close();
  });

  const heading = (text: string | RegExp) => page.getByRole('heading', { level: 1, name: text });
  /** A count may stand behind the word. */
  const rail = (name: string) =>
    page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: new RegExp(`^${name}(\\s*[\\d,]+)?$`) });
  const signIn = async (on: Page = page): Promise<void> => {
    await on.getByLabel('登录名').fill('zhang.gong');
    await on.getByLabel('密码').fill(password);
    await on.getByRole('button', { name: '登录' }).click();
  };
  const rows = () =>
    page
      .getByRole('grid')
      .getByRole('row')
      .filter({ has: page.getByRole('gridcell') });

  test('the set-up code makes the first account and signs it in', async () => {
    await page.goto('/');
    await heading('首次设置').waitFor();
    await page.getByLabel('设置码').fill(collector.setupCode);
    await page.getByLabel('同时建立我的值班账号（建议）').uncheck();
    await page.getByLabel('登录名').fill('root.admin');
    await page.getByLabel('姓名').fill('系统管理员');
    await page.getByLabel('密码', { exact: true }).fill(password);
    await page.getByLabel('再次输入密码').fill(`${password}x`);
    await page.getByRole('button', { name: '建立账号并登录' }).click();
    await page.getByText('两次输入的密码不一致').waitFor();
    await page.getByLabel('再次输入密码').fill(password);
    await page.getByRole('button', { name: '建立账号并登录' }).click();
    await heading(/还没有设备/).waitFor();
    expect(await rail('流水').count()).toBe(0);
  });

  test('the administrator makes an account for the duty engineer', async () => {
    await rail('账号').click();
    await page.getByRole('button', { name: '新增账号' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('登录名').fill('zhang.gong');
    await dialog.getByLabel('姓名').fill('张工');
    await dialog.getByLabel('密码', { exact: true }).fill(password);
    await dialog.getByLabel('再次输入密码').fill(password);
    await dialog.getByRole('button', { name: '新增账号' }).click();
    await page.getByRole('gridcell', { name: 'zhang.gong' }).waitFor();
    await expect.poll(() => rows().count(), patience).toBe(2);
  });

  test('devices, states and money of an agent appear on the overview without a reload', async () => {
    await rail('总览').click();
    await heading(/还没有设备/).waitFor();
    const secrets = collector.agents[agentId];
    if (secrets === undefined) throw new Error('the agent was not registered');
    const { mqttPort } = collector;
    agent = await LittleAgent.connect({ mqttPort, site, agent: agentId, secret: secrets.mqttSecret, devices: campus.devices });
    const now = Date.now();
    await agent.send('health', [...campus.heartbeats(now), ...campus.readings(0, now), campus.agentHealth(now)]);
    await agent.send('money', [...campus.sessions(0, 20, secrets.siteKey, now), ...campus.sessions(1, 20, secrets.siteKey, now)]);
    await agent.send('event', [campus.gapEvent(now)]);
    await heading(/临港东区浴室 1 台设备离线；漏采 1 处/).waitFor();
    await page
      .getByRole('link', { name: /离线 1/ })
      .first()
      .waitFor();
    // holds of 5.00 less releases of 2.75: 9 and 8 of the device with the hole, 10 and 10 of the other
    await page.getByText('¥45.50').first().waitFor();
    await page.locator('.chart svg').waitFor();
    await expect.poll(() => page.locator('.area').count(), patience).toBe(2);
  });

  test('signing out ends the session; a wrong password says so with an id to quote', async () => {
    await page.getByRole('button', { name: '系统管理员' }).click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    await heading('登录').waitFor();
    await page.goto('/devices?state=offline');
    await page.getByLabel('登录名').fill('zhang.gong');
    await page.getByLabel('密码').fill('not-the-password');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByText(/请求编号 [0-9a-f]+/).waitFor();
    await signIn();
    await heading(/设备/).waitFor();
    expect(new URL(page.url()).search).toBe('?state=offline');
    await expect.poll(() => rows().count(), patience).toBe(1);
  });

  test('the device list is filtered by the address and changes live, but never under the pointer', async () => {
    await page.getByRole('button', { name: /全部/ }).click();
    await rows().nth(23).waitFor();
    await expect.poll(() => rows().count(), patience).toBe(24);
    await page.getByRole('columnheader', { name: '状态' }).getByRole('button').click();
    expect(new URL(page.url()).searchParams.get('sort')).toBe('state');
    await rows().first().getByText('离线').waitFor();
    const changed = rows().filter({ hasText: campus.nameOf(5) });
    await changed.hover();
    const before = await rows().allInnerTexts();
    await agent?.send('health', [campus.heartbeat(5, 'offline', Date.now())]);
    await changed.getByText('离线').waitFor();
    const names = (texts: readonly string[]): readonly string[] => texts.map((text) => /\d+ 号水控/.exec(text)?.[0] ?? '');
    expect(names(await rows().allInnerTexts())).toEqual(names(before));
    await page.mouse.move(300, 20);
    await rows().nth(1).getByText(campus.nameOf(5)).waitFor();
  });

  test('the keyboard reaches the search, moves in the list and opens a row', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('西区浴室 13');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '取消搜索“西区浴室 13”' }).waitFor();
    await rows().first().waitFor();
    await expect.poll(() => rows().count(), patience).toBe(1);
    await page.getByRole('grid').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await heading(campus.nameOf(12)).waitFor();
    expect(new URL(page.url()).pathname).toBe('/devices/yb-bath-13');
  });

  test('a device has its own address: state, readings, records with the break, gaps', async () => {
    await page.goto(`/devices/${campus.holed}`);
    await heading(campus.nameOf(0)).waitFor();
    await page.getByRole('rowheader', { name: '水温' }).waitFor();
    await page.getByRole('img', { name: /最低/ }).waitFor();
    await page.getByRole('tab', { name: '流水' }).click();
    await page.getByText('缺 3 笔（6–8）').waitFor();
    await page.getByText('估计 ¥7.75').waitFor();
    await expect.poll(() => rows().filter({ hasText: '预扣' }).count(), patience).toBe(9);
    await expect.poll(() => page.getByText('****0042').count(), patience).toBe(17);
    expect(await page.content()).not.toContain(campus.cardNo);
    await page.getByRole('tab', { name: '漏采' }).click();
    expect(new URL(page.url()).searchParams.get('tab')).toBe('gaps');
    await page.getByRole('button', { name: '补采' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/原因/).fill('演练：读取失败后补采');
    await dialog.getByRole('button', { name: '补采' }).click();
    await page.getByText('已下达补采').waitFor();
  });

  test('a device tells its events with people masked, and does what it is ordered, once and with a reason', async () => {
    const { siteKey } = collector.agents[agentId] ?? { siteKey: '' };
    await agent?.send('event', campus.eventsOf(1, siteKey, Date.now()));
    await page.goto('/devices/yb-bath-02?tab=events');
    await heading(campus.nameOf(1)).waitFor();
    await expect.poll(() => rows().count(), patience).toBe(5);
    for (const text of ['放行', '拒绝', '未知', '进 · 人脸', '门磁 · 开', '强行开门'])
      await rows().filter({ hasText: text }).first().waitFor();
    await page
      .getByText(/^[0-9a-f]{6}\*{4}$/)
      .first()
      .waitFor();
    expect(await page.content()).not.toContain(campus.personNo);
    await page.getByText('SN-0002').waitFor();
    await page.getByRole('button', { name: '关阀' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/原因/).fill('演练：漏水');
    await dialog.getByRole('button', { name: '关阀' }).click();
    await page.getByText(/关阀：已完成 the valve is shut/).waitFor();
    expect(await page.getByRole('button', { name: '关阀' }).count()).toBe(1);
  });

  test('records are found by card number, which stays out of the address', async () => {
    await rail('流水').click();
    await rows().first().waitFor();
    await page.getByLabel(/^卡号/).fill('0042');
    await page.keyboard.press('Enter');
    await page.getByText('合计 37 笔').waitFor();
    expect(new URL(page.url()).searchParams.get('tail')).toBe('0042');
    await page.getByLabel(/^卡号/).fill(campus.cardNo);
    await page.keyboard.press('Enter');
    await page.getByText('合计 37 笔').waitFor();
    expect(page.url()).not.toContain(campus.cardNo);
  });

  test('gaps, records that could not be booked, agents and about say what they know', async () => {
    await rail('漏采与未入账').click();
    await page.getByRole('gridcell', { name: '6–8' }).waitFor();
    await page.getByRole('tab', { name: /未能入账/ }).click();
    await page.getByText('没有未能入账的记录').waitFor();
    await rail('采集器').click();
    await page.getByRole('link', { name: agentId }).click();
    await page.getByRole('rowheader', { name: 'rs485-2' }).waitFor();
    await rail('关于').click();
    await page.getByText('数据库大小').waitFor();
  });

  test('gates bring their passes to the overview, and each kind its own filter', async () => {
    await rail('总览').click();
    await page.locator('.chart svg').first().waitFor();
    expect(await page.getByText('今日通行').count()).toBe(0);
    const secrets = collector.agents[secondAgentId];
    if (secrets === undefined) throw new Error('the second agent was not registered');
    const { mqttPort } = collector;
    secondAgent = await LittleAgent.connect({
      mqttPort,
      site,
      agent: secondAgentId,
      secret: secrets.mqttSecret,
      devices: campus.otherKinds,
    });
    const now = Date.now();
    await secondAgent.send('health', [...campus.otherHeartbeats(now), ...campus.portReadings(now)]);
    await secondAgent.send('event', campus.eventsAt(campus.gate, secrets.siteKey, now));
    const passes = page.locator('.figure').filter({ hasText: '今日通行' });
    await passes.getByText('6', { exact: true }).waitFor();
    await expect.poll(() => page.locator('.chart svg').count(), patience).toBe(2);
    await rail('设备').click();
    await page.getByRole('button', { name: '门禁 1' }).click();
    expect(new URL(page.url()).searchParams.get('kind')).toBe('gate');
    await rows().filter({ hasText: '临港门禁' }).waitFor();
    expect(await rows().count()).toBe(1);
    await page.getByRole('columnheader', { name: '最新事件号' }).waitFor();
    expect(await page.getByRole('columnheader', { name: '名单版本' }).count()).toBe(0);
  });

  test('a device page says what applies to its kind, and what it is reached through', async () => {
    const facts = () => page.locator('.facts dt').allInnerTexts();
    await page.goto(`/devices/${campus.gate}`);
    await heading('临港门禁').waitFor();
    await page.getByText('DS-0001').waitFor();
    expect(await facts()).toEqual(expect.arrayContaining(['序列号', '最新事件号', '最近事件', '未留存附件']));
    expect(await facts()).not.toEqual(expect.arrayContaining(['最近交易']));
    await page.goto(`/devices/${campus.pos}`);
    await heading('临港窗口').waitFor();
    await page.getByText('20261101', { exact: true }).waitFor();
    expect(await facts()).toEqual(expect.arrayContaining(['未采', '剩余存储', '名单版本', '参数版本', '脱机', '时钟偏差']));
    await page.goto(`/devices/${campus.gate}`);
    await page.getByRole('navigation', { name: '上行路径' }).getByRole('link', { name: '临港交换机' }).click();
    await heading('临港交换机').waitFor();
    expect(await facts()).toEqual(['型号', '最近应答', '应答用时']);
    expect(await page.getByRole('tab').allInnerTexts()).toEqual(['实时', '事件', '告警', '配置', '维护', '操作与审计']);
  });

  test('the ports of a switch stand in a table of their own', async () => {
    const ports = page.getByRole('table', { name: '3 个端口，2 个已连通' });
    await ports.waitFor();
    const cells = await ports.getByRole('row').allInnerTexts();
    expect(
      cells.map((text) =>
        text
          .split(/\s*\t\s*|\n+/)
          .filter((part) => part !== '' && part !== '–')
          .join(' '),
      ),
    ).toEqual([
      '端口 状态 速率 入流量 出流量 错包/分 供电 邻居 所接设备',
      '1 连通 1 Gbit/s 8.3 kbit/s 供电中 02:00:5e:00:00:01',
      '2 已关闭',
      '3 连通 12 3 台设备',
    ]);
    await page.getByRole('rowheader', { name: '运行时间' }).waitFor();
    expect(await page.getByText('port01In').count()).toBe(0);
  });

  test('events of all devices are filtered by the address, masked, and come by themselves', async () => {
    await rail('设备事件').click();
    await heading(/事件/).waitFor();
    await expect.poll(() => rows().count(), patience).toBe(11);
    expect(await page.content()).not.toContain(campus.personNo);
    await page.getByRole('button', { name: '通行', exact: true }).click();
    await expect.poll(() => rows().count(), patience).toBe(6);
    await page.getByRole('combobox', { name: '结果' }).click();
    await page.getByTitle('拒绝').click();
    await expect.poll(() => rows().count(), patience).toBe(2);
    expect(new URL(page.url()).search).toBe('?type=pass&result=denied');
    await page.getByRole('button', { name: '设备告警' }).click();
    expect(new URL(page.url()).search).toBe('?type=deviceAlarm');
    await expect.poll(() => rows().count(), patience).toBe(2);
    await secondAgent?.send('event', [campus.switchAlarm(Date.now())]);
    await page.mouse.move(300, 20);
    await rows().filter({ hasText: '端口 2 断开' }).waitFor(patience);
    await page.getByRole('button', { name: '全部' }).click();
    await page.getByRole('combobox', { name: '设备' }).fill('临港门');
    await page.getByTitle('临港门禁', { exact: true }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('deviceId'), patience).toBe(campus.gate);
    await expect.poll(() => rows().count(), patience).toBe(5);
    await page.goto(`/events?deviceId=${campus.gate}&to=1000`);
    await page.getByText('没有符合条件的事件。').waitFor();
    await page.getByRole('link', { name: '清除筛选' }).click();
    await expect.poll(() => rows().count(), patience).toBe(12);
    await rows().filter({ hasText: '端口 2 断开' }).getByRole('link', { name: '临港交换机' }).click();
    await heading('临港交换机').waitFor();
  });

  test('the language is switched as a whole and remembered', async () => {
    await page.getByRole('button', { name: 'English' }).click();
    await page.reload();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Records' }).waitFor();
    for (const path of [
      '/',
      '/devices',
      '/records',
      '/events',
      `/devices/${campus.networkSwitch}`,
      '/gaps',
      '/agents',
      '/about',
    ]) {
      await page.goto(path);
      await page.locator('h1').first().waitFor();
      const words = await page
        .locator('.rail, .top-bar, h1, [role=columnheader], thead th, caption, .figure dt, .chip, dt')
        .allInnerTexts();
      const names = /临港|浴室|号水控|张工|中文/;
      expect(words.length).toBeGreaterThan(5);
      expect(
        words.flatMap((text) => text.split('\n')).filter((line) => /[\u4e00-\u9fff]/.test(line) && !names.test(line)),
      ).toEqual([]);
    }
    await page.getByRole('button', { name: '中文' }).click();
    await rail('总览').waitFor();
  });

  test.each(['浅色', '深色', '高对比'])('no serious violation of accessibility in theme %s', async (theme) => {
    await page.getByRole('button', { name: /^主题/ }).click();
    await page.getByRole('menuitem', { name: theme }).click();
    const found: string[] = [];
    const paths = [
      '/',
      '/devices',
      `/devices/${campus.holed}`,
      `/devices/${campus.holed}?tab=records`,
      '/devices/yb-bath-02?tab=events',
      '/records',
      '/events',
      '/events?type=pass&result=denied',
      '/devices?kind=gate',
      `/devices/${campus.gate}`,
      `/devices/${campus.networkSwitch}`,
      '/gaps',
      '/agents?agentId=yb-1',
      '/about',
    ];
    for (const path of paths) {
      await page.goto(path);
      await page.locator('h1').first().waitFor();
      await page.waitForLoadState('load');
      found.push(...(await seriousViolations(page)).map((violation) => `${path} ${violation}`));
    }
    expect(found).toEqual([]);
  });

  test('a session that is over leads to the sign-in page and back to where one was', async () => {
    await watched.context.clearCookies();
    await rail('漏采与未入账').click();
    await heading('登录').waitFor();
    expect(new URL(page.url()).searchParams.get('next')).toBe('/gaps');
    await signIn();
    await heading(/漏采与未入账/).waitFor();
  });

  test('a cut network is told in red, mended by itself, and what changed meanwhile is caught up', async () => {
    const cut = await openPage(browser, collector.url, /ERR_INTERNET_DISCONNECTED|status of 401/);
    try {
      await cut.page.clock.install();
      await cut.page.goto('/devices?q=bath-20');
      await signIn(cut.page);
      const row = cut.page.getByRole('row').filter({ hasText: campus.nameOf(19) });
      await row.getByText('在线').waitFor();
      await cut.page.getByText(/数据截至/).waitFor();
      await cut.context.setOffline(true);
      await cut.page.clock.fastForward(40_000);
      await cut.page.clock.fastForward(20_000);
      await cut.page
        .getByRole('alert')
        .getByText(/没有收到中心数据/)
        .waitFor();
      await agent?.send('health', [campus.heartbeat(19, 'offline', Date.now())]);
      expect(await row.getByText('离线').count()).toBe(0);
      await cut.context.setOffline(false);
      await cut.page.clock.fastForward(31_000);
      await row.getByText('离线').waitFor();
      await cut.page.getByRole('alert').waitFor({ state: 'detached' });
      expect(cut.complaints).toEqual([]);
    } finally {
      await cut.context.close();
    }
  });

  test('nothing complained in all of this, and nothing was asked of another origin', () => {
    expect(watched.complaints).toEqual([]);
  });
});
