/** 告警 over a real collector whose watch finds them: a switch with the gates behind it, and gates that report something of themselves. */
import { randomUUID } from 'node:crypto';
import type { AlarmDto } from '@cardwatch/contracts/api';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as alarms from './alarms-campus.ts';
import { chromiumIsThere, launch, openPage, seriousViolations, type WatchedPage } from './browser.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { LittleAgent } from './little-agent.ts';
import { password, setUp, type Signed, signIn } from './people.ts';

const why = chromiumIsThere ? '' : ' (skipped: no /usr/bin/chromium)';
const site = 'demo';
/** Rules wait up to half a minute before they raise. */
const patience = { timeout: 60_000 };

describe.skipIf(!chromiumIsThere)(`alarms in the console${why}`, { timeout: 120_000 }, () => {
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
    await admin.post('/users', { name: 'zhang.gong', displayName: '张工', role: 'manager', password });
    await alarms.staff(admin, randomUUID);
    const secret = collector.agents['al-1']?.mqttSecret ?? '';
    const { mqttPort } = collector;
    agent = await LittleAgent.connect({ mqttPort, site, agent: 'al-1', secret, devices: alarms.devices });
    await alarms.network(agent, 'online', Date.now());
    await alarms.wellAlone(agent, Date.now());
    watched = await openPage(browser, collector.url);
    page = watched.page;
    page.setDefaultTimeout(30_000);
    person = await signIn(watched.context, collector.url, 'zhang.gong');
    await page.goto('/alarms');
    await page.getByText('当前没有告警').waitFor();
    await alarms.network(agent, 'offline', Date.now());
    await alarms.reports(agent, [0, 1, 2], Date.now());
  }, 90_000);

  afterAll(async () => {
    await agent?.close();
    await browser?.close();
    await collector?.close();
  });

  const heading = (text: string | RegExp) => page.getByRole('heading', { level: 1, name: text });
  const row = (text: string) => page.getByRole('row').filter({ hasText: text });
  const dialog = () => page.getByRole('dialog');
  const search = (key: string): string | null => new URL(page.url()).searchParams.get(key);
  const listed = async (query: string): Promise<readonly AlarmDto[]> =>
    ((await person.get(`/alarms?${query}`)) as { readonly items: readonly AlarmDto[] }).items;
  const ofRule = async (rule: string): Promise<AlarmDto> => {
    const [found] = await listed(`rule=${rule}`);
    if (found === undefined) throw new Error(`no alarm of ${rule}`);
    return found;
  };

  test('come by themselves, causes alone, and their symptoms unfold under them', async () => {
    await row('临港汇聚交换机 不通').waitFor(patience);
    await row('二栋门禁 2 强行开门').waitFor();
    await expect.poll(() => row('临港门禁').count(), patience).toBe(0);
    await expect.poll(async () => (await ofRule('upstreamDown')).symptoms, patience).toBeGreaterThanOrEqual(8);
    await page.getByRole('button', { name: /临港汇聚交换机 不通.*受牵连的/ }).click();
    await expect.poll(() => row('临港门禁').filter({ hasText: '离线' }).count(), patience).toBe(8);
    expect(search('unfold')).toBe((await ofRule('upstreamDown')).alarmId);
    await page.getByRole('button', { name: /临港汇聚交换机 不通.*受牵连的/ }).click();
    await expect.poll(() => row('临港门禁').count(), patience).toBe(0);
    expect(search('unfold')).toBeNull();
    await page.mouse.move(300, 20);
  });

  test('are counted in the rail, the title and the icon of the tab', async () => {
    const count = (await person.get('/alarms/count?open=true&root=true&raised=true&handling=new&suppressed=false')) as {
      count: number;
    };
    expect(count.count).toBeGreaterThanOrEqual(2);
    await expect.poll(() => page.title(), patience).toBe(`（${count.count}）告警 · 一卡通值守`);
    await page
      .getByRole('navigation', { name: '主导航' })
      .getByRole('link', { name: `告警 ${count.count}` })
      .waitFor();
    expect(await page.locator('link[rel="icon"]').getAttribute('href')).toMatch(/^data:image\/svg\+xml,/);
  });

  test('are narrowed by chips that stand in the address, each with its count', async () => {
    await page.getByRole('button', { name: /^二级 \d/ }).click();
    expect(search('level')).toBe('2');
    await row('三级').first().waitFor({ state: 'detached' });
    await page.goto('/alarms?level=1');
    await page.getByText('没有符合筛选的告警').waitFor();
    await page.getByRole('button', { name: '清除筛选' }).click();
    await row('临港汇聚交换机').waitFor();
    expect(search('level')).toBeNull();
  });

  test('that come while the pointer is in the list wait behind a pill', async () => {
    const first = row('临港汇聚交换机 不通');
    await first.hover();
    const before = await page.getByRole('row').allInnerTexts();
    await alarms.reports(agent, [3], Date.now());
    const pill = page.getByRole('button', { name: '1 条新告警 ▲' });
    await pill.waitFor(patience);
    const names = (texts: readonly string[]): readonly string[] =>
      texts.map((text) => /二栋门禁 \d|临港汇聚/.exec(text)?.[0] ?? '');
    expect(names(await page.getByRole('row').allInnerTexts()).slice(0, before.length)).toEqual(names(before));
    await pill.click();
    await row('二栋门禁 4').waitFor(patience);
    await page.mouse.move(300, 20);
  });

  test('are marked by keys and acknowledged together, with a note; off while an input method composes', async () => {
    await page.getByRole('grid').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('已选 2 条').waitFor();
    await page.evaluate(`document.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', isComposing: true }))`);
    expect(await dialog().count()).toBe(0);
    await page.keyboard.press('a');
    const sure = dialog().getByRole('button', { name: '确认', exact: true });
    await sure.waitFor();
    expect(await sure.isDisabled()).toBe(true);
    await dialog().getByLabel('说明（必填）').fill('已派人到场');
    await sure.click();
    await dialog().getByText('已处理 2 条').waitFor();
    await dialog().getByRole('button', { name: '关闭', exact: true }).last().click();
    const taken = await listed('handling=acknowledged');
    expect(taken.map(({ owner }) => owner)).toEqual(['zhang.gong', 'zhang.gong']);
    await page.getByRole('button', { name: '我的' }).click();
    await expect.poll(() => row('已确认').count(), patience).toBe(2);
    await page.goto('/alarms');
  });

  test('all that match are taken at once; what cannot be done is said with its reason', async () => {
    await row('临港汇聚交换机').waitFor();
    await page.goto('/alarms?handling=acknowledged');
    await expect.poll(() => row('已确认').count(), patience).toBe(2);
    await page.getByRole('checkbox', { name: '全选已显示的行' }).check();
    await page.getByRole('toolbar').getByRole('button', { name: /指派/ }).click();
    await dialog().getByText('关闭告警').click();
    await dialog().getByLabel('说明（必填）').fill('误按');
    await dialog().getByRole('button', { name: '关闭告警' }).click();
    await dialog().getByText('已处理 0 条').waitFor();
    await dialog()
      .getByText(/2 条未处理：/)
      .waitFor();
    await dialog().getByRole('button', { name: '关闭', exact: true }).last().click();
  });

  test('that cleared stay for a while, marked', async () => {
    await page.goto('/alarms');
    await row('二栋门禁 1 电池电量低').waitFor(patience);
    await alarms.takesBack(agent, 0, Date.now());
    await row('二栋门禁 1 电池电量低').getByText('已恢复').waitFor(patience);
    await page.reload();
    await row('二栋门禁 1 电池电量低').getByText('已恢复').waitFor(patience);
  });

  test('one says what it is, why nobody was told, and takes acts by key', async () => {
    const symptom = (await listed(`causeId=${(await ofRule('upstreamDown')).alarmId}`)).find(
      ({ rule }) => rule === 'deviceOffline',
    );
    await page.goto(`/alarms/${symptom?.alarmId ?? ''}`);
    await heading(/临港门禁 \d 离线/).waitFor();
    await page
      .getByRole('navigation', { name: '到原因的路径' })
      .getByRole('link', { name: '临港汇聚交换机', exact: false })
      .first()
      .waitFor();
    await page.getByRole('heading', { name: '为什么没有人收到' }).waitFor();
    await page.getByText(/起由上级预警 临港汇聚交换机/).waitFor();
    await page.getByText('按现行策略与排班，没有人会收到').waitFor();
    await page.keyboard.press('s');
    await dialog().getByLabel('说明（必填）').fill('更换网线');
    await dialog().getByRole('button', { name: '静音', exact: true }).click();
    await dialog().waitFor({ state: 'detached' });
    const { silences } = (await person.get('/windows')) as { silences: readonly { subject: string | null; reason: string }[] };
    expect(silences.map(({ subject, reason }) => [subject, reason])).toEqual([[symptom?.subject.id, '更换网线']]);
  });

  test('an incident is opened from one, and linked', async () => {
    await alarms.reports(agent, [4], Date.now());
    await expect.poll(() => listed('rule=batteryLow&open=true'), patience).toHaveLength(1);
    const [battery] = await listed('rule=batteryLow&open=true');
    const alarmId = battery?.alarmId ?? '';
    await page.goto(`/alarms/${alarmId}`);
    await heading(/二栋门禁 5/).waitFor();
    await page.keyboard.press('i');
    expect(await dialog().getByLabel('工单标题').inputValue()).toBe('二栋门禁 5 电池电量低');
    await dialog().getByLabel('工单标题').fill('二栋门禁 5 换电池');
    await dialog().getByLabel('说明（必填）').fill('待领料');
    await dialog().getByRole('button', { name: '开工单', exact: true }).click();
    await dialog().getByText('已处理 1 条').waitFor();
    const { items } = (await person.get('/incidents')) as { items: readonly { title: string; alarmIds: readonly string[] }[] };
    expect(items.some(({ title, alarmIds }) => title === '二栋门禁 5 换电池' && alarmIds.includes(alarmId))).toBe(true);
    await dialog().getByRole('button', { name: '关闭', exact: true }).last().click();
    await page.getByRole('link', { name: '查看工单' }).waitFor(patience);
  });

  test.each<[string, string, () => Promise<void>]>([
    ['by its key, from the row on which the keyboard stands', '确认', () => page.keyboard.press('a')],
    [
      'by its box and the button above the list',
      '静音',
      async () => {
        await row('二栋门禁 6').getByRole('checkbox').check();
        await page.getByRole('toolbar').getByRole('button', { name: /静音/ }).click();
        await dialog().getByLabel('说明（必填）').fill('待换电池');
      },
    ],
  ])('one is handled %s: the dialog goes away and the keyboard stands on its row', async (_, act, begin) => {
    await alarms.reports(agent, [5], Date.now());
    await page.goto('/alarms?rule=batteryLow');
    await row('二栋门禁 6').waitFor(patience);
    while ((await row('二栋门禁 6').getAttribute('aria-selected')) !== 'true') await page.keyboard.press('j');
    await begin();
    await dialog().getByRole('button', { name: act, exact: true }).click();
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate<string>(`document.activeElement.getAttribute('role')`)).toBe('grid');
    expect(await row('二栋门禁 6').getAttribute('aria-selected')).toBe('true');
    expect(await row('二栋门禁 6').getByRole('checkbox').isChecked()).toBe(false);
  });

  test('are without serious barriers in both languages, and on a phone', async () => {
    const symptom = await ofRule('deviceOffline');
    const found: string[] = [];
    for (const language of ['zh', 'en']) {
      await page.evaluate(`localStorage.setItem('cardwatch.language', '${language}')`);
      for (const path of ['/alarms', `/alarms/${symptom.alarmId}`]) {
        await page.goto(path);
        await (path === '/alarms' ? page.getByRole('gridcell') : page.locator('.timeline li')).first().waitFor();
        found.push(...(await seriousViolations(page)).map((violation) => `${language} ${path} ${violation}`));
      }
    }
    expect(found).toEqual([]);
    await page.setViewportSize({ width: 360, height: 780 });
    for (const path of ['/alarms', `/alarms/${symptom.alarmId}`]) {
      await page.goto(path);
      await page.locator('.level-mark').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    }
  });

  test('left nothing in the console of the browser', () => {
    expect(watched.complaints).toEqual([]);
  });
});
