import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { places } from '../../packages/console/src/frame/places.ts';
import { zh } from '../../packages/console/src/words/zh.ts';
import { chromiumIsThere, launch, openPage, seriousViolations, type WatchedPage } from './browser.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { crawl, patternOf } from './crawl.ts';
import * as campus from './hostile-campus.ts';
import { LittleAgent } from './little-agent.ts';
import { password, setUp, type Signed, signIn } from './people.ts';
import { hostile } from './xss-corpus.ts';

const site = 'demo';
const agentId = 'yb-1';
const why = chromiumIsThere ? '' : ' (skipped: no /usr/bin/chromium)';
/** Between them they may see every screen. */
const roles = ['manager', 'finance', 'auditor', 'admin'] as const;

/** Keys of the dictionaries that stand on the page instead of their text. */
const bareKeys = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word in zh);

describe.skipIf(!chromiumIsThere)(`every screen, over names that want to be run${why}`, () => {
  let collector: RunningCollector;
  let browser: Browser;
  let agent: LittleAgent | undefined;
  let admin: WatchedPage;
  const seen = new Set<string>();

  beforeAll(async () => {
    [collector, browser] = await Promise.all([startCollector(site, [agentId]), launch()]);
    admin = await openPage(browser, collector.url);
    const root = await setUp(admin.context, collector.url, collector.setupCode);
    for (const [n, role] of roles.entries())
      await root.post('/users', { name: `one-${role}`, displayName: hostile(n, 64), role, password });
    const secrets = collector.agents[agentId];
    if (secrets === undefined) throw new Error('the agent was not registered');
    const { mqttPort } = collector;
    agent = await LittleAgent.connect({ mqttPort, site, agent: agentId, secret: secrets.mqttSecret, devices: campus.devices });
    await campus.speak(agent, secrets.siteKey, Date.now());
    const manager = await signedIn('manager');
    await campus.write(manager.person, Date.now());
    await manager.watched.context.close();
  }, 120_000);

  afterAll(async () => {
    await agent?.close();
    await browser?.close();
    await collector?.close();
  });

  async function signedIn(role: (typeof roles)[number]): Promise<{ readonly watched: WatchedPage; readonly person: Signed }> {
    const watched = await openPage(browser, collector.url);
    watched.page.on('dialog', (dialog) => {
      watched.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    return { watched, person: await signIn(watched.context, collector.url, `one-${role}`) };
  }

  async function choose(context: BrowserContext, choices: Readonly<Record<string, string>>): Promise<void> {
    const entries = JSON.stringify(Object.entries(choices));
    await context.addInitScript(`for (const [name, value] of ${entries}) localStorage.setItem('cardwatch.' + name, value);`);
  }

  const wideBy = (page: Page): Promise<number> =>
    page.evaluate<number>(`document.documentElement.scrollWidth - document.documentElement.clientWidth`);

  test.each(roles)(
    'as %s, in Chinese, light: nothing runs, nothing complains, everybody can read it',
    async (role) => {
      const { watched } = await signedIn(role);
      const { page, complaints } = watched;
      const problems: string[] = [];
      // a tab is looked at by the first who may open it, its screen by everybody
      const tabs = new Set([...seen].filter((at) => at.includes('?tab=')));
      const look = async (address: string): Promise<void> => {
        const at = patternOf(address);
        seen.add(at);
        const ran = await page.evaluate<boolean>(`'__ran' in window`);
        if (ran) problems.push(`${at}: something was run`);
        const violations = await seriousViolations(page);
        problems.push(...violations.map((text) => `${at}: ${text}`));
        for (const key of bareKeys(await page.locator('body').innerText())) problems.push(`${at}: the key ${key} has no text`);
        const wide = await wideBy(page);
        if (wide > 0) problems.push(`${at}: ${wide} px wider than the window`);
      };
      const visited = await crawl(page, ['/'], look, tabs);
      expect(problems).toEqual([]);
      expect(complaints).toEqual([]);
      expect(visited.length).toBeGreaterThanOrEqual(5);
      await watched.context.close();
    },
    300_000,
  );

  test('as the manager, in English, dark, on a phone: the same', async () => {
    const { watched } = await signedIn('manager');
    const { page, complaints, context } = watched;
    await choose(context, { language: 'en', theme: 'dark' });
    await page.setViewportSize({ width: 360, height: 780 });
    const problems: string[] = [];
    await crawl(page, ['/'], async (address) => {
      const at = patternOf(address);
      if (await page.evaluate<boolean>(`'__ran' in window`)) problems.push(`${at}: something was run`);
      const violations = await seriousViolations(page);
      problems.push(...violations.map((text) => `${at}: ${text}`));
      const wide = await wideBy(page);
      if (wide > 0) problems.push(`${at}: ${wide} px wider than the phone`);
    });
    expect(problems).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  }, 300_000);

  test.each(roles)('as %s, a screen without the right to it says which right is lacking, and asks for nothing', async (role) => {
    const { watched } = await signedIn(role);
    const { page, complaints, context } = watched;
    const { scopes } = (await (await context.request.get('/api/v1/session')).json()) as { scopes: readonly string[] };
    const lacking = places.filter(({ scope }) => !scopes.includes(scope));
    for (const { to, scope } of lacking) {
      await page.goto(to);
      await page
        .getByRole('alert')
        .filter({ hasText: `（${scope}）` })
        .waitFor();
      expect(await page.locator('main').getByText('正在读取').count()).toBe(0);
    }
    expect(lacking.length).toBeGreaterThan(0);
    expect(await seriousViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a computer whose clock is half a day ahead still hears the campus', async () => {
    const { watched } = await signedIn('manager');
    const { page, context } = watched;
    await page.clock.install({ time: Date.now() + 43_200_000 });
    await page.goto('/');
    await page.getByText(/数据截至/).waitFor();
    await page.reload();
    await page.getByText(/数据截至/).waitFor();
    await page.locator('h1').first().waitFor();
    expect(await page.getByText(/没有收到中心数据/).count()).toBe(0);
    await context.close();
  });

  test('all screens of the rail were among them', async () => {
    const { watched } = await signedIn('admin');
    await watched.page.goto('/');
    const rail = watched.page.getByRole('navigation', { name: '主导航' });
    await rail.waitFor();
    const links = await Promise.all(
      (await rail.getByRole('link').all()).map(async (link) => (await link.getAttribute('href')) ?? ''),
    );
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((link) => !seen.has(patternOf(link)))).toEqual([]);
    const tabs = [
      '/devices/*?tab=audit',
      '/devices/*?tab=records',
      '/duty?tab=policies',
      '/quality?tab=contracts',
      '/people?tab=tokens',
    ];
    expect(tabs.filter((tab) => !seen.has(tab))).toEqual([]);
    expect([...seen].filter((at) => at.includes('?tab=')).length).toBeGreaterThanOrEqual(25);
    await watched.context.close();
  });
});
