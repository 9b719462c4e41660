import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export const chromiumPath = '/usr/bin/chromium';
export const chromiumIsThere = existsSync(chromiumPath);

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });

export interface WatchedPage {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Console errors and warnings, uncaught exceptions, requests to another origin: what a clean page has none of. */
  readonly complaints: string[];
}

/** A page in Chinese at 1366 x 768 whose complaints are collected. Refusals that a test provokes are asked to be left out by `expected`. */
export async function openPage(browser: Browser, url: string, expected: RegExp = /^$/): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN', baseURL: url });
  const page = await context.newPage();
  const complaints: string[] = [];
  const complain = (text: string): void => {
    if (!expected.test(text)) complaints.push(text);
  };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complain(`${message.type()}: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complain(`exception: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) complain(`elsewhere: ${request.url()}`);
  });
  return { context, page, complaints };
}

/** For afterEach: a test that fails in a browser says where the page stood. */
export async function tellWhenFailed(state: string | undefined, { page, complaints }: WatchedPage): Promise<void> {
  if (state !== 'fail') return;
  const text = await page.evaluate<string>('document.body.innerText').catch(String);
  console.error(`the page stood at ${page.url()}\n${text.slice(0, 600)}\n${complaints.join('\n')}`);
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious and critical violations of axe-core, one a line with the first element that has it. */
export async function seriousViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => id + ': ' + help + ' ' + nodes[0].html.slice(0, 200) + ' (' + nodes.length + ') ' + (nodes[0].failureSummary ?? '').slice(0, 300)))`);
}
