/** A new user, from the link that the first start prints to the root cause of a canteen's outage, acknowledged: at most eight clicks, however he moves. */
import type { AlarmDto } from '@cardwatch/contracts/api';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumIsThere, launch, openPage, seriousViolations } from './browser.ts';
import * as canteen from './canteen-campus.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { LittleAgent } from './little-agent.ts';
import { password, signIn } from './people.ts';

const why = chromiumIsThere ? '' : ' (skipped: no /usr/bin/chromium)';
const site = 'demo';
const agentId = 'ct-1';
const clicksMax = 8;
/** Stops of the Tab key between two fields. */
const tabsMax = 3;
/** A rule waits up to half a minute before it raises. */
const patience = { timeout: 60_000 };

/** Every press of a pointer in any document of this page, told by the browser itself. */
async function countClicks(page: Page): Promise<() => number> {
  let clicks = 0;
  await page.exposeFunction('clicked', () => {
    clicks += 1;
  });
  await page.addInitScript(`addEventListener('pointerdown', (event) => event.isTrusted && clicked(), true);`);
  return () => clicks;
}

describe.skipIf(!chromiumIsThere)(`the first steps of a new user${why}`, { timeout: 180_000 }, () => {
  let browser: Browser;
  let collector: RunningCollector;
  let agent: LittleAgent;

  const closeAll = async (): Promise<void> => {
    await agent?.close();
    await browser?.close();
    await collector?.close();
  };

  beforeEach(async () => {
    await closeAll();
    [collector, browser] = await Promise.all([startCollector(site, [agentId]), launch()]);
    const secret = collector.agents[agentId]?.mqttSecret ?? '';
    agent = await LittleAgent.connect({ mqttPort: collector.mqttPort, site, agent: agentId, secret, devices: canteen.devices });
    await canteen.report(agent, 'online', Date.now());
  }, 90_000);

  afterAll(closeAll);

  const type = async (page: Page, text: string): Promise<void> => page.keyboard.type(text);
  /** How he goes from one field to the next. */
  const ways = {
    'with the Tab key': async (page: Page) => page.keyboard.press('Tab'),
    'with the mouse alone': async (_: Page, field: Locator) => field.click(),
  } as const;
  const clicksOf = { 'with the Tab key': 4, 'with the mouse alone': clicksMax } as const;

  test.each(Object.keys(ways) as (keyof typeof ways)[])('%s', async (way) => {
    const { page, context, complaints } = await openPage(browser, collector.url, /status of 401/);
    page.setDefaultTimeout(30_000);
    const clicks = await countClicks(page);
    const account = (name: string) => page.getByRole('group', { name });
    const next = async (field: Locator, text: string): Promise<void> => {
      const id = await field.getAttribute('id');
      for (let n = 0; n < tabsMax && (await page.evaluate<string>('document.activeElement.id')) !== id; n += 1)
        await ways[way](page, field);
      await type(page, text);
    };

    await page.goto(`/setup#code=${collector.setupCode}`);
    const [duty, admin] = [account('值班账号'), account('系统管理员账号')];
    await duty.waitFor();
    expect(new URL(page.url()).hash).toBe('');
    expect(await page.getByLabel('设置码').inputValue()).toBe(collector.setupCode);
    expect(await seriousViolations(page)).toEqual([]);
    await type(page, 'zhang.gong');
    if (way === 'with the Tab key') await next(duty.getByLabel('姓名'), '张工');
    await next(duty.getByLabel('密码', { exact: true }), password);
    await next(duty.getByLabel('再次输入密码'), password);
    expect(await admin.getByLabel('登录名').inputValue()).toBe('zhang.gong.admin');
    await next(admin.getByLabel('密码', { exact: true }), `${password} two`);
    await next(admin.getByLabel('再次输入密码'), `${password} two`);
    await page.getByRole('button', { name: '建立账号并登录' }).click();

    await page.getByRole('heading', { level: 1, name: '全校正常' }).waitFor();
    await canteen.report(agent, 'offline', Date.now());
    const sentence = page.getByRole('heading', { level: 1 });
    await sentence.getByRole('link', { name: new RegExp(`${canteen.switchName} 不通`) }).click(patience);
    await page.getByRole('heading', { level: 1, name: new RegExp(canteen.switchName) }).waitFor();
    await page.getByRole('button', { name: /^确认/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: /^确认/ }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });

    const person = await signIn(context, collector.url, 'zhang.gong');
    const { items } = (await person.get('/alarms?rule=upstreamDown')) as { readonly items: readonly AlarmDto[] };
    expect(items.map(({ handling, causeId }) => [handling, causeId])).toEqual([['acknowledged', null]]);
    expect(clicks()).toBe(clicksOf[way]);
    expect(clicks()).toBeLessThanOrEqual(clicksMax);
    expect(complaints).toEqual([]);
  });
});
