/** Finds every screen by what a person would click: the rail, then the links and first rows of each screen. New screens are found without being named. */
import type { Page } from 'playwright-core';

/** More addresses than that is a mistake of the crawl. */
export const screensMax = 120;

/** `/devices/yb-bath-01?tab=gaps` is of the pattern `/devices/*?tab=gaps`: one address of each pattern is looked at. */
export function patternOf(address: string): string {
  const { pathname, searchParams } = new URL(address, 'http://x');
  const parts = pathname.split('/').map((part, n) => (n >= 2 && part !== '' ? '*' : part));
  const tab = searchParams.get('tab');
  return `${parts.join('/')}${tab === null ? '' : `?tab=${tab}`}`;
}

/** Visits one address of each pattern that can be reached, but for those in `seen`; `look` sees each once, after it has settled. */
export async function crawl(
  page: Page,
  start: readonly string[],
  look: (address: string) => Promise<void>,
  seen: ReadonlySet<string> = new Set(),
): Promise<readonly string[]> {
  const known = new Map(start.map((address) => [patternOf(address), address]));
  for (const [pattern, address] of known) {
    if (known.size > screensMax) throw new Error(`more than ${screensMax} kinds of addresses: ${[...known.keys()].join(' ')}`);
    await page.goto(address);
    await settled(page);
    await look(address);
    const isNew = (found: string): boolean => !known.has(patternOf(found)) && !seen.has(patternOf(found));
    for (const found of [...(await addressesOn(page)), ...(await tabsOn(page, isNew))])
      if (isNew(found)) known.set(patternOf(found), found);
    if (pattern === '') throw new Error('an address without a pattern');
  }
  return [...known.values()];
}

/** A heading stands, and nothing is on its way any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  for (const pending of [page.locator('[aria-busy="true"]'), page.locator('main').getByText(/正在读取|Loading/)])
    await pending.first().waitFor({ state: 'detached', timeout: 15_000 });
}

const addressesOn = (page: Page): Promise<readonly string[]> =>
  page.evaluate<string[]>(`[
    ...[...document.querySelectorAll('a[href]:not([download])')].map((link) => new URL(link.getAttribute('href'), location.href)),
  ].filter((url) => url.origin === location.origin && !url.pathname.startsWith('/api/')).map((url) => url.pathname + url.search)`);

const otherTabs = '.ant-tabs-tab:not(.ant-tabs-tab-active)';

/** Where each tab leads to: as a person would find out, by a click. A screen that stands on one of its tabs was asked before. */
async function tabsOn(page: Page, isNew: (address: string) => boolean): Promise<readonly string[]> {
  const found: string[] = [];
  const { pathname: screen, searchParams } = new URL(page.url());
  if (searchParams.has('tab')) return found;
  const keys = await page.locator(otherTabs).evaluateAll((tabs) => tabs.map((tab) => tab.getAttribute('data-node-key') ?? ''));
  for (const key of keys.filter((tab) => isNew(`${screen}?tab=${tab}`))) {
    const before = page.url();
    await page.locator(`.ant-tabs-tab[data-node-key="${key}"]`).click();
    await page.waitForURL(({ href }) => href !== before);
    const { pathname, search } = new URL(page.url());
    found.push(pathname + search);
  }
  return found;
}
