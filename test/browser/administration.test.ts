/** Rules, duty, calendar, audit, accounts: their main acts by hand, and what the API says afterwards. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumIsThere, launch, openPage, seriousViolations, type WatchedPage } from './browser.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { password, setUp, type Signed, signIn } from './people.ts';

const patience = { timeout: 15_000 };
const why = chromiumIsThere ? '' : ' (skipped: no /usr/bin/chromium)';

interface RuleAnswer {
  readonly items: readonly {
    readonly rule: string;
    readonly current: {
      readonly version: number;
      readonly enabled: boolean;
      readonly reason: string;
      readonly params: Readonly<Record<string, unknown>>;
    };
  }[];
}

describe.skipIf(!chromiumIsThere)(`administration against the real collector${why}`, () => {
  let collector: RunningCollector;
  let browser: Browser;
  let manager: WatchedPage;
  let asManager: Signed;
  let asAdmin: Signed;
  let page: Page;
  const all: WatchedPage[] = [];

  const open = async (): Promise<WatchedPage> => {
    const watched = await openPage(browser, collector.url);
    watched.page.setDefaultTimeout(15_000);
    all.push(watched);
    return watched;
  };

  beforeAll(async () => {
    [collector, browser] = await Promise.all([startCollector('demo', []), launch()]);
    const admin = await open();
    asAdmin = await setUp(admin.context, collector.url, collector.setupCode);
    const made = (name: string, displayName: string, role: string) =>
      asAdmin.post('/users', { name, displayName, role, password });
    await made('wang.jl', '王经理', 'manager');
    await made('sun.sj', '孙审计', 'auditor');
    manager = await open();
    asManager = await signIn(manager.context, collector.url, 'wang.jl');
    page = manager.page;
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await collector?.close();
  });

  const heading = (name: string | RegExp, on: Page = page) => on.getByRole('heading', { level: 1, name });
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
  const dialog = () => page.getByRole('dialog');
  const rule = async (id: string) =>
    ((await asManager.get('/rules')) as RuleAnswer).items.find((one) => one.rule === id)?.current;

  test('a rule is narrowed to, changed by its form, tried, saved with a reason, and rolled back in one act', async () => {
    await page.goto('/rules?family=money');
    await heading(/规则/).waitFor();
    await page.getByRole('button', { name: /门禁 6/ }).click();
    await expect.poll(() => page.getByRole('gridcell', { name: '强行开门' }).count(), patience).toBe(1);
    expect(new URL(page.url()).searchParams.get('family')).toBe('gate');
    await page.goto('/rules/amountHigh');
    await heading(/单笔金额偏高/).waitFor();
    await page.getByLabel('食堂单笔上限').fill('x');
    await page.getByText('有一项超出范围或无法识别').waitFor();
    expect(await button('保存').isDisabled()).toBe(true);
    await page.getByLabel('食堂单笔上限').fill('80.50');
    await page.getByText('改动 1 项，保存前可先回放').waitFor();
    await page.getByRole('button', { name: '近 1 天' }).click();
    await button('开始回放').click();
    await page.getByText(/试用参数会产生 0 起预警，现行版本 0 起/).waitFor();
    await button('保存').click();
    await dialog()
      .getByText(/¥100.00/)
      .waitFor();
    await dialog().getByLabel('原因（记入审计）').fill('新价目');
    await dialog().getByRole('button', { name: '保存' }).click();
    await page.getByText(/当前第 1 版，wang.jl：新价目/).waitFor();
    expect(await rule('amountHigh')).toMatchObject({ version: 1, params: { hardFen: { canteen: 8_050 } } });
    await page.getByRole('tab', { name: '历史版本' }).click();
    await button('回滚').click();
    await dialog().getByLabel('原因（记入审计）').fill('误报');
    await dialog().getByRole('button', { name: '回滚' }).click();
    await page.getByText(/当前第 2 版/).waitFor();
    expect(await rule('amountHigh')).toMatchObject({ version: 2, reason: '误报', params: { hardFen: { canteen: 10_000 } } });
    await expect.poll(() => seriousViolations(page), patience).toEqual([]);
  }, 60_000);

  test('a rule is turned off, which needs a reason', async () => {
    await page.goto('/rules/leak');
    await button('停用').click();
    await dialog().getByLabel('原因（记入审计）').fill('管网改造');
    await dialog().getByRole('button', { name: '停用' }).click();
    await button('启用').waitFor();
    expect(await rule('leak')).toMatchObject({ enabled: false, reason: '管网改造' });
    await page.getByRole('button', { name: '查看建议' }).click();
    await page.getByText(/没有按数值留存/).waitFor();
  }, 60_000);

  test('a recipient, a shift and a policy are made, and who would be told follows', async () => {
    await page.goto('/duty?tab=recipients');
    await button('新增接收人').click();
    await dialog().getByLabel('名称').fill('张工');
    await dialog().getByLabel('代号').fill('zhang.gong');
    await dialog().getByLabel('渠道').click();
    await page.getByTitle('短信').click();
    await dialog()
      .getByLabel(/短信地址/)
      .fill('13812345678');
    await dialog().getByLabel('原因（记入审计）').fill('入职');
    await dialog().getByRole('button', { name: '保存' }).click();
    await page.getByText('138****5678').waitFor();
    await page.getByRole('tab', { name: '排班' }).click();
    await button('添加班次').click();
    await dialog().getByRole('combobox', { name: '岗位' }).fill('白班');
    await dialog().getByRole('combobox', { name: '人员' }).click();
    await page.getByTitle('张工 zhang.gong').click();
    await dialog().getByLabel('开始').fill('00:00');
    await dialog().getByLabel('结束').fill('23:59');
    await dialog().getByLabel('原因（记入审计）').fill('本周');
    await dialog().getByRole('button', { name: '保存' }).click();
    await page.getByText(/白班：张工 驻场/).waitFor();
    expect(await asManager.get('/shifts')).toMatchObject({ shifts: [{ duty: '白班', recipientId: 'zhang.gong' }] });
    await page.getByRole('tab', { name: '通知策略' }).click();
    await page.getByText(/没有适用的策略，按内置策略/).waitFor();
    await button('新增策略').click();
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel('名称').fill('全部');
    await drawer.getByLabel('渠道（按先后）').click();
    await page.getByTitle('短信').last().click();
    await drawer.getByLabel('第 1 步通知谁').click();
    await page.getByTitle('白班 值班人').click();
    await drawer.getByLabel('原因（记入审计）').fill('初始');
    await drawer.getByRole('button', { name: '保存' }).click();
    await page.getByText('适用策略 全部。').waitFor();
    await page.getByRole('rowheader', { name: /张工/ }).waitFor();
    expect(await asManager.get('/would-tell?level=2&rule=leak')).toMatchObject({
      builtIn: false,
      items: [{ recipient: 'zhang.gong', channel: 'sms' }],
    });
    await expect.poll(() => seriousViolations(page), patience).toEqual([]);
    await page.getByRole('tab', { name: '通知回执' }).click();
    await button('失败').click();
    await page.getByText('没有发送失败的通知').waitFor();
    expect(new URL(page.url()).searchParams.get('state')).toBe('failed');
  }, 90_000);

  test('a silence and an event are added, stand in the month, and are ended with a reason', async () => {
    await page.goto('/calendar');
    await heading(/日历/).waitFor();
    await button('新增重要活动').click();
    await dialog().getByLabel('名称').fill('迎新');
    await dialog().getByLabel('原因（记入审计）').fill('校历');
    await dialog().getByRole('button', { name: '保存' }).click();
    await page.getByTitle('重要活动 迎新').first().waitFor();
    expect(await asManager.get('/windows')).toMatchObject({ importantEvents: [{ name: '迎新', freeze: true }] });
    await expect.poll(() => seriousViolations(page), patience).toEqual([]);
    await page.getByRole('tab', { name: '活动、维护、静默' }).click();
    await button('结束').click();
    await dialog().getByLabel('原因（记入审计）').fill('取消');
    await dialog().getByRole('button', { name: '结束' }).click();
    await page.getByText('没有活动、维护窗口或静默').waitFor();
    await page.getByRole('button', { name: '含已结束' }).click();
    await page.getByText('已结束', { exact: true }).first().waitFor();
  }, 60_000);

  test('the teaching calendar starts from public holidays, warns of years not announced, and rolls back', async () => {
    await page.goto('/calendar?tab=teaching');
    await page
      .getByText(/年放假安排尚未公布/)
      .first()
      .waitFor();
    await button('从国家放假安排开始').click();
    await page.getByLabel('原因（记入审计）').fill('起步');
    await dialog().getByRole('button', { name: '保存' }).click();
    await page.getByRole('rowheader', { name: '国庆节' }).first().waitFor();
    expect(await asManager.get('/calendars')).toMatchObject({
      teaching: { makeUpDays: expect.arrayContaining([{ day: '2026-10-10', asWeekday: 3 }]) },
    });
    await button('回滚').click();
    await dialog().getByLabel('原因（记入审计）').fill('重来');
    await dialog().getByRole('button', { name: '回滚' }).click();
    await page.getByText(/还没有校历/).waitFor();
    expect(await asManager.get('/calendars')).toMatchObject({ teaching: { periods: [] } });
  }, 60_000);

  test('an auditor reads the trail by filters in the address, opens a row and sees that the chain holds', async () => {
    const auditor = await open();
    await signIn(auditor.context, collector.url, 'sun.sj');
    await auditor.page.goto('/audit?actor=wang.jl&action=watch.saveRule');
    await auditor.page.getByText(/链完整/).waitFor();
    await expect.poll(() => auditor.page.getByRole('gridcell', { name: '保存规则' }).count(), patience).toBe(3);
    await auditor.page.getByRole('gridcell', { name: 'leak' }).click();
    await auditor.page
      .getByRole('dialog')
      .getByText(/管网改造/)
      .waitFor();
    expect(new URL(auditor.page.url()).searchParams.get('n')).toMatch(/^\d+$/);
    await expect.poll(() => seriousViolations(auditor.page), patience).toEqual([]);
  }, 60_000);

  test('an administrator narrows an account to a campus and sees what each role may do', async () => {
    const [admin] = all;
    if (admin === undefined) throw new Error('nobody is signed in');
    const { page: desk } = admin;
    await desk.goto('/people');
    const row = desk.getByRole('row').filter({ hasText: 'sun.sj' });
    await row.getByRole('button', { name: '全部' }).click();
    await desk.getByRole('dialog').getByLabel('区域').fill('宜宾校区');
    await desk.keyboard.press('Enter');
    await desk
      .getByRole('dialog')
      .getByText(/只看到和处理/)
      .click();
    await desk.getByRole('dialog').getByRole('button', { name: '保存' }).click();
    await row.getByRole('button', { name: '宜宾校区' }).waitFor();
    await desk.getByRole('tab', { name: '角色与权限' }).click();
    await desk.getByRole('rowheader', { name: /查看完整卡号/ }).waitFor();
    await desk.getByRole('tab', { name: '令牌' }).click();
    await desk.getByText(/没有有效的令牌/).waitFor();
    await desk.goto('/about');
    await desk.getByText(/开源许可 \d+ 项/).click();
    await desk.getByRole('rowheader', { name: 'react', exact: true }).waitFor();
    await expect.poll(() => seriousViolations(desk), patience).toEqual([]);
  }, 60_000);

  test.each(['/rules', '/rules/backlog', '/duty', '/duty?tab=policies', '/calendar', '/calendar?tab=business'])(
    '%s speaks English too',
    async (path) => {
      await page.goto('/rules');
      await heading(/规则|Rules/).waitFor();
      const english = page.getByRole('button', { name: 'English' });
      if ((await english.count()) > 0) await english.click();
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      expect(await page.getByRole('heading', { level: 1 }).first().innerText()).not.toMatch(/规则|值班|日历|积压/);
      await expect.poll(() => seriousViolations(page), patience).toEqual([]);
    },
    60_000,
  );

  test('no screen complained', () => {
    expect(all.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(all.length).toBe(3);
  });
});
