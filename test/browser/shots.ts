/**
 * `pnpm shots --url http://127.0.0.1:8480 --users NAME,NAME --password-file FILE [--theme light] [--language zh] [--size 1366x768] [--paths /,/alarms]
 * [--suffix dark] [--out DIR]`: a picture of every screen that one of these people can reach, small enough to be committed. For the README, and for looking
 * at what was built. A collector without accounts shows its set-up page alone.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Page } from 'playwright-core';
import { launch, openPage } from './browser.ts';
import { crawl, patternOf, settled } from './crawl.ts';
import { signIn } from './people.ts';

const options = new Command('pnpm shots')
  .requiredOption('--url <url>', 'of a collector that runs')
  .option('--users <names>', 'who sign in, one after the other, all with one password', '')
  .option('--password-file <file>', 'first line of it', '')
  .option('--theme <theme>', 'light, dark or contrast', 'light')
  .option('--language <language>', 'zh or en', 'zh')
  .option('--size <size>', 'of the window', '1366x768')
  .option('--paths <paths>', 'these addresses instead of all', '')
  .option('--suffix <word>', 'behind the names of the pictures', '')
  .option('--out <folder>', 'where the pictures go', 'packages/console/docs/screens')
  .parse()
  .opts<Readonly<Record<ShotOption, string>>>();

type ShotOption = 'url' | 'users' | 'passwordFile' | 'theme' | 'language' | 'size' | 'paths' | 'suffix' | 'out';

const quality = 60;
const kilobytesMax = 80;
/** Charts and the live connection come after the heading. */
const settleMs = 1_500;
const listOf = (text: string): readonly string[] => text.split(',').filter((word) => word !== '');

/** `/devices/*?tab=gaps` as `devices-one-gaps`. */
const nameOf = (pattern: string): string =>
  [...pattern.replaceAll('*', 'one').replace('?tab=', '/').split('/'), options.suffix].filter(Boolean).join('-') || 'overview';

const files: string[] = [];

/** Chromium writes WebP itself: half of a JPEG whose text can be read. */
async function take(page: Page, address: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(settleMs);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality });
  await session.detach();
  const name = patternOf(address) === '/' ? ['overview', options.suffix].filter(Boolean).join('-') : nameOf(patternOf(address));
  const file = join(options.out, `${name}.webp`);
  writeFileSync(file, Buffer.from(data, 'base64'));
  files.push(file);
}

const [width = 1366, height = 768] = options.size.split('x').map(Number);
const browser = await launch();

async function open(): Promise<Awaited<ReturnType<typeof openPage>>> {
  const watched = await openPage(browser, options.url, /status of 401/);
  await watched.page.setViewportSize({ width, height });
  const choices = JSON.stringify([
    ['theme', options.theme],
    ['language', options.language],
  ]);
  await watched.context.addInitScript(
    `for (const [name, value] of ${choices}) localStorage.setItem('cardwatch.' + name, value);`,
  );
  // a campus may run at another hour than this machine: its pictures show its own
  const answer = await fetch(`${options.url}/api/v1/setup`);
  await watched.context.clock.install({ time: answer.headers.get('date') ?? Date.now() });
  return watched;
}

/** The pages of somebody who is not signed in. */
async function takeEntry(): Promise<void> {
  const { page, context } = await open();
  for (const path of ['/sign-in', '/reset']) {
    await page.goto(path);
    await settled(page);
    await take(page, new URL(page.url()).pathname);
    if (page.url().includes('/setup')) break;
  }
  await context.close();
}

async function takeAll(user: string, seen: Set<string>): Promise<void> {
  const { page, context, complaints } = await open();
  await signIn(context, options.url, user, readFileSync(options.passwordFile, 'utf8').split('\n')[0]);
  const paths = listOf(options.paths);
  const look = async (address: string): Promise<void> => {
    if (!seen.has(patternOf(address))) await take(page, address);
    seen.add(patternOf(address));
  };
  if (paths.length === 0) await crawl(page, ['/'], look, seen);
  for (const path of paths) {
    await page.goto(path);
    await settled(page);
    await look(path);
  }
  for (const complaint of complaints) console.log(`complaint: ${complaint}`);
  await context.close();
}

try {
  mkdirSync(options.out, { recursive: true });
  if (options.paths === '') await takeEntry();
  const seen = new Set<string>();
  for (const user of listOf(options.users)) await takeAll(user, seen);
} finally {
  await browser.close();
}
const sizes = files.map((file) => ({ file, kilobytes: statSync(file).size / 1_000 }));
const sum = sizes.reduce((all, { kilobytes }) => all + kilobytes, 0);
console.log(`${files.length} pictures in ${options.out}, ${Math.round(sum)} kB`);
for (const { file, kilobytes } of sizes) if (kilobytes > kilobytesMax) console.log(`${file}: ${Math.round(kilobytes)} kB`);
