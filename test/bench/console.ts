/**
 * The console of a large campus: 10,000 devices, 5,000 open alarms, fifty others on the live stream. A real browser measures what a person waits for, from
 * the press or from the agent's word to the frame that shows it: lists, filters, changes that come by themselves; and its heap while it stands there.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { launch, openPage } from '../browser/browser.ts';
import { type RunningCollector, startCollector } from '../browser/collector.ts';
import { password, setUp, type Signed, signIn } from '../browser/people.ts';
import { changingMs, filteringMs, installProbe, openingMs, PageFigures, someMatch } from './console-probe.ts';
import { Field, fieldAgents, fieldAlarms, fieldDevices, fieldPlaces, fieldSite, nameOf } from './console-field.ts';
import { Others, type OthersSeen } from './console-others.ts';

/** `heapGrowth`: the heap of the last minutes against that of the minutes after the first third. */
export const consoleLimits = { firstListMs: 1_500, filterMsP95: 200, changeMs: 1_000, heapGrowth: 1.1 } as const;

export interface ConsoleBench {
  readonly devices: number;
  readonly openAlarms: number;
  readonly others: OthersSeen;
  /** Cold: nothing of the page is in the browser's cache. */
  readonly firstListMs: Readonly<Record<'alarmsCold' | 'alarmsAgain' | 'devicesCold' | 'devicesAgain', number>>;
  readonly filterMs: Readonly<Record<'alarms' | 'devices', Spread>>;
  /** A device that turns, an alarm that another acknowledges, an alarm that is found: the watch looks once a second. */
  readonly changeMs: Readonly<Record<'device' | 'acknowledged' | 'found', Spread>>;
  readonly minutes: number;
  /** After a collection, once a minute. */
  readonly heapMb: readonly number[];
  readonly heapGrowth: number;
  /** While it stood: seconds of work a minute. */
  readonly work: Readonly<Record<'pageTasks' | 'pageScripts' | 'collectorMain' | 'collectorAll', number>>;
}

interface Spread {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly worst: number;
}

const streams = 50;
const otherPeople: readonly string[] = Array.from({ length: 10 }, (_, n) => `other.${n}`);
const samples = 30;
const acknowledged = 10;
const momentMs = 2_000;
const openWithinS = 300;
/** The hundred incidents that begin with the alarms have their evidence by then: what is measured is a campus that stands so, not its first minutes. */
const settleMs = 150_000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** `minutes`: how long the heap is watched while devices and alarms come and go. */
export async function benchConsole(minutes = 5): Promise<ConsoleBench> {
  const [collector, browser] = await Promise.all([startCollector(fieldSite, fieldAgents), launch()]);
  const open: (() => unknown)[] = [() => collector.close(), () => browser.close()];
  try {
    const { page, duty } = await people(browser, collector);
    const field = await Field.start(collector);
    open.push(() => field.close());
    const openAlarms = await untilOpen(duty, fieldAlarms);
    await sleep(settleMs);
    const others = await Others.open(browser, collector, otherPeople, streams);
    open.push(() => others.close());
    const firstListMs = await openings(browser, page, collector.url);
    const filterMs = { alarms: await alarmFilters(page), devices: await deviceFilters(page) };
    const changeMs = await changes(page, field, duty);
    console.dir({ openAlarms, firstListMs, filterMs, changeMs }, { depth: 4 });
    const stood = await stand(page, field, collector, minutes);
    return { devices: fieldDevices, openAlarms, others: others.seen(), firstListMs, filterMs, changeMs, minutes, ...stood };
  } finally {
    for (const close of open.toReversed()) await close();
  }
}

/** Prints the figures beside their limits; says by the exit code when one is missed. */
export async function printConsole(minutes: number | undefined): Promise<void> {
  const seen = await benchConsole(minutes);
  const { heapMb, ...rest } = seen;
  console.dir(rest, { depth: 4 });
  console.log(`heap, MB, minute by minute: ${heapMb.join(' ')}`);
  const figures = [
    ['first list, worst of four', Math.max(...Object.values(seen.firstListMs)), consoleLimits.firstListMs],
    ['filter of alarms, p95', seen.filterMs.alarms.p95, consoleLimits.filterMsP95],
    ['filter of devices, p95', seen.filterMs.devices.p95, consoleLimits.filterMsP95],
    ['a device turns, p95', seen.changeMs.device.p95, consoleLimits.changeMs],
    ['acknowledged elsewhere, p95', seen.changeMs.acknowledged.p95, consoleLimits.changeMs],
    ['heap, last to first', seen.heapGrowth, consoleLimits.heapGrowth],
    ['streams of others that ended', seen.others.ended, 0],
  ] as const;
  console.table(figures.map(([figure, measured, limit]) => ({ figure, measured, limit, holds: measured <= limit })));
  if (figures.some(([, measured, limit]) => measured > limit)) process.exitCode = 1;
}

async function people(browser: Browser, collector: RunningCollector): Promise<{ readonly page: Page; readonly duty: Signed }> {
  const { context, page } = await openPage(browser, collector.url);
  const root = await setUp(context, collector.url, collector.setupCode);
  for (const name of ['one.manager', ...otherPeople])
    await root.post('/users', { name, displayName: '王经理', role: 'manager', password });
  await root.post('/users', { name: 'zhang.gong', displayName: '张工', role: 'duty', password });
  await installProbe(context);
  await signIn(context, collector.url, 'one.manager');
  const other = await browser.newContext({ baseURL: collector.url });
  return { page, duty: await signIn(other, collector.url, 'zhang.gong') };
}

async function untilOpen(person: Signed, wanted: number): Promise<number> {
  let open = 0;
  for (let seconds = 0; seconds < openWithinS; seconds++) {
    const { count } = (await person.get('/alarms/count?open=true&raised=true&root=true')) as { readonly count: number };
    if (count >= wanted) return count;
    open = count;
    await sleep(1_000);
  }
  throw new Error(`${open} of ${wanted} alarms were open after ${openWithinS} s`);
}

/** Cold in a browser that was never here, then again with what it keeps. */
async function openings(browser: Browser, page: Page, url: string): Promise<ConsoleBench['firstListMs']> {
  const cold = async (address: string): Promise<number> => {
    const context = await browser.newContext({ baseURL: url, viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    await context.addCookies(await page.context().cookies());
    await installProbe(context);
    const took = await openingMs(await context.newPage(), address);
    await context.close();
    return took;
  };
  const [alarmsCold, devicesCold] = [await cold('/alarms'), await cold('/devices')];
  await openingMs(page, '/alarms');
  return {
    alarmsCold,
    devicesCold,
    alarmsAgain: await openingMs(page, '/alarms'),
    devicesAgain: await openingMs(page, '/devices'),
  };
}

/** A place chosen by keyboard in the filter line, thirty different ones: from Enter to its rows. */
async function alarmFilters(page: Page): Promise<Spread> {
  await openingMs(page, '/alarms');
  await page.mouse.move(5, 5);
  const took: number[] = [];
  for (let n = 0; n < samples; n++) {
    const [building, area] = fieldPlaces[(n * 37) % fieldPlaces.length] ?? ['', ''];
    await choose(page, '区域', `${area}（宜宾校区 / ${building}）`);
    took.push(await filteringMs(page, `${building}.*${area}|${area}.*${building}`, () => page.keyboard.press('Enter')));
  }
  return spread(took);
}

/** State and area of the register of devices. */
async function deviceFilters(page: Page): Promise<Spread> {
  await openingMs(page, '/devices');
  await page.mouse.move(5, 5);
  const took: number[] = [];
  for (let n = 0; n < samples; n++) {
    const area = `浴室${(n % 20) + 1}号`;
    if (n === 20) {
      await choose(page, '采集器', 'big-3');
      await filteringMs(page, '淋浴器-4-', () => page.keyboard.press('Enter'));
    }
    await choose(page, '区域', area);
    took.push(await filteringMs(page, n >= 20 ? `淋浴器-4-.*${area}` : area, () => page.keyboard.press('Enter')));
  }
  return spread(took);
}

/** Opens a choice and types; the press that chooses is the caller's. */
async function choose(page: Page, label: string, text: string): Promise<void> {
  const box = page.getByRole('combobox', { name: label, exact: true });
  await box.focus();
  await box.fill(text);
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option-active').filter({ hasText: text }).waitFor();
}

async function changes(page: Page, field: Field, duty: Signed): Promise<ConsoleBench['changeMs']> {
  await openingMs(page, '/devices');
  await page.mouse.move(5, 5);
  const device: number[] = [];
  for (let n = 0; n < samples; n++) {
    const [state, word] = n % 2 === 0 ? (['offline', '离线'] as const) : (['online', '在线'] as const);
    device.push(await changingMs(page, someMatch(`${word}.*淋浴器-1-2(?!\\d)`), () => field.turn(0, 1, state)));
    await sleep(150 + 29 * n);
  }
  await openingMs(page, '/alarms?sort=newest');
  await page.mouse.move(5, 5);
  const found: number[] = [];
  for (let n = 0; n < samples; n++) {
    found.push(
      await changingMs(page, someMatch(`淋浴器-2-${982 + (n % 15)}(?!\\d)`), () =>
        field.tell(1, 981 + (n % 15), n < 15 ? 'totalsDiffer' : 'batteryLow', true),
      ),
    );
    await sleep(150 + 29 * n);
  }
  return { device: spread(device), acknowledged: await acknowledging(page, duty), found: spread(found) };
}

/** From the other's press to the row here that says who has it; of the rows that stand on the screen, which order by gravity leaves where they are. */
async function acknowledging(page: Page, duty: Signed): Promise<Spread> {
  await openingMs(page, '/alarms');
  const shown = await page.evaluate<readonly string[]>('probe.rows().slice(1, 30)');
  const { items } = (await duty.get('/alarms?open=true&root=true&raised=true&order=gravity&limit=100')) as {
    readonly items: readonly { readonly alarmId: string; readonly subject: { readonly id: string } }[];
  };
  const took: number[] = [];
  for (const { alarmId, subject } of items) {
    const name = nameOf(subject.id);
    if (took.length >= acknowledged || name === undefined || !shown.some((row) => row.includes(name))) continue;
    const body = { move: { type: 'acknowledge', forMs: 3_600_000 }, note: '', idempotencyKey: crypto.randomUUID() };
    const isShown = someMatch(`${name}(?!\\d).*已确认`);
    took.push(await changingMs(page, isShown, () => duty.post(`/alarms/${alarmId}/handling`, body)));
    await sleep(300);
  }
  if (took.length < acknowledged) throw new Error(`${took.length} of ${acknowledged} alarms to acknowledge stood on the screen`);
  return spread(took);
}

const spread = (took: readonly number[]): Spread => {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), worst: at(1) };
};

/** A screen left open on alarms, and looked at from time to time: devices, overview and back, once a minute. */
async function stand(
  page: Page,
  field: Field,
  { pid }: RunningCollector,
  minutes: number,
): Promise<Pick<ConsoleBench, 'heapMb' | 'heapGrowth' | 'work'>> {
  await openingMs(page, '/alarms');
  const figures = await PageFigures.of(page);
  const [page0, collector0] = [await figures.work(), processorS(pid)];
  const heapMb: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const until = performance.now() + 60_000;
    for (const to of ['/devices', '/', '/alarms']) {
      await page.locator(`.rail a[href^="${to}"]`).first().click();
      for (let n = 0; n < (to === '/alarms' ? 20 : 5); n++) {
        await field.moment();
        await sleep(momentMs);
      }
    }
    heapMb.push(await figures.heapMb());
    await sleep(Math.max(0, until - performance.now()));
  }
  const [page1, collector1] = [await figures.work(), processorS(pid)];
  const aMinute = (from: number, to: number): number => Math.round(((to - from) / minutes) * 100) / 100;
  return {
    heapMb,
    heapGrowth: growthOf(heapMb),
    work: {
      pageTasks: aMinute(page0.taskS, page1.taskS),
      pageScripts: aMinute(page0.scriptS, page1.scriptS),
      collectorMain: aMinute(collector0.main, collector1.main),
      collectorAll: aMinute(collector0.all, collector1.all),
    },
  };
}

/** The last fifth against the fifth after the first third, when all that a screen keeps for five minutes is there. */
function growthOf(heapMb: readonly number[]): number {
  const [from, length] = [Math.floor(heapMb.length / 3), Math.max(1, Math.floor(heapMb.length / 5))];
  const mean = (of: readonly number[]): number => of.reduce((sum, mb) => sum + mb, 0) / of.length;
  return Math.round((mean(heapMb.slice(-length)) / mean(heapMb.slice(from, from + length))) * 1_000) / 1_000;
}

/** Seconds of processor time of a process and of its first thread, which answers HTTP and feeds the streams. */
function processorS(pid: number): { readonly main: number; readonly all: number } {
  const of = (task: string): number => {
    const fields = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  };
  const tasks = readdirSync(`/proc/${pid}/task`);
  return { main: of(String(pid)), all: tasks.reduce((sum, task) => sum + of(task), 0) };
}
