/**
 * `pnpm shots --url http://127.0.0.1:8480 --user NAME --password-file FILE [--theme light] [--language zh] [--size 1366x768] [--out DIR]`: a picture of every
 * screen that this person can reach. For the README, and for looking at what was built.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { launch, openPage } from './browser.ts';
import { crawl, patternOf } from './crawl.ts';
import { signIn } from './people.ts';

const options = new Command('pnpm shots')
  .requiredOption('--url <url>', 'of a collector that runs')
  .requiredOption('--user <name>', 'who signs in')
  .requiredOption('--password-file <file>', 'first line of it')
  .option('--theme <theme>', 'light, dark or contrast', 'light')
  .option('--language <language>', 'zh or en', 'zh')
  .option('--size <size>', 'of the window', '1366x768')
  .option('--out <folder>', 'where the pictures go', 'packages/console/docs/screens')
  .parse()
  .opts<Readonly<Record<'url' | 'user' | 'passwordFile' | 'theme' | 'language' | 'size' | 'out', string>>>();

const quality = 70;
/** `/devices/*?tab=gaps` as `devices-one-gaps`. */
const nameOf = (pattern: string): string =>
  pattern.replaceAll('*', 'one').replace('?tab=', '/').split('/').filter(Boolean).join('-') || 'overview';

const [width = 1366, height = 768] = options.size.split('x').map(Number);
const browser = await launch();
try {
  mkdirSync(options.out, { recursive: true });
  const { page, context, complaints } = await openPage(browser, options.url);
  await page.setViewportSize({ width, height });
  const choices = JSON.stringify([
    ['theme', options.theme],
    ['language', options.language],
  ]);
  await context.addInitScript(`for (const [name, value] of ${choices}) localStorage.setItem('cardwatch.' + name, value);`);
  await signIn(context, options.url, options.user, readFileSync(options.passwordFile, 'utf8').split('\n')[0]);
  const visited = await crawl(page, ['/'], async (address) => {
    await page.mouse.move(0, 0);
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(options.out, `${nameOf(patternOf(address))}.jpg`), type: 'jpeg', quality });
  });
  console.log(`${visited.length} screens in ${options.out}`);
  for (const complaint of complaints) console.log(`complaint: ${complaint}`);
} finally {
  await browser.close();
}
