/**
 * The console of a large campus: 10,000 devices, half of them gone, 5,000 open alarms, fifty consoles on the live stream. A real browser measures what a
 * person waits for: the first list, a filter, a change that comes by itself; and its heap while it stands there.
 */
import { DeviceId, type DeviceDeclaration, type HealthLine } from '@cardwatch/contracts';
import type { BrowserContext, Page } from 'playwright-core';
import { launch, openPage } from '../browser/browser.ts';
import { type RunningCollector, startCollector } from '../browser/collector.ts';
import { LittleAgent } from '../browser/little-agent.ts';
import { password, setUp, type Signed, signIn } from '../browser/people.ts';

export const consoleLimits = { firstListMs: 1_500, filterP95Ms: 200, changeMs: 1_000, heapGrowth: 1.2 } as const;

export interface ConsoleBench {
  readonly devices: number;
  readonly openAlarms: number;
  readonly consoles: number;
  readonly firstListMs: number;
  readonly filterP95Ms: number;
  readonly changeMs: number;
  readonly minutes: number;
  /** After a collection, at the beginning and at the end of the minutes. */
  readonly heapMb: readonly [number, number];
}

const [agents, devicesEach, streams, streamsEach] = [10, 1_000, 50, 3];
const site = 'bench';
const linesPerBatch = 250;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const agentName = (n: number): string => `big-${n}`;
const idOf = (agent: number, n: number): DeviceId => DeviceId.parse(`b${agent}-${String(n).padStart(4, '0')}`);

const declared = (agent: number): readonly DeviceDeclaration[] =>
  Array.from({ length: devicesEach }, (_, n) => ({
    deviceId: idOf(agent, n),
    name: `竹苑${agent + 1}栋浴室-${n + 1}`,
    kind: 'shower',
    profile: 'modbus/cardwatch/ring-shower',
    line: `rs485-${Math.floor(n / 16)}`,
    place: { campus: '宜宾校区', building: `竹苑${agent + 1}栋`, area: `浴室${Math.floor(n / 50) + 1}`, areaType: 'bathhouse' },
  }));

const beat = (agent: number, n: number, state: 'online' | 'offline', now: number): HealthLine => ({
  type: 'heartbeat',
  deviceId: idOf(agent, n),
  state,
  ...(state === 'offline' ? { cause: 'noReply' as const } : {}),
  since: now,
  recordedAt: now,
});

async function tell(agent: LittleAgent, lines: readonly HealthLine[]): Promise<void> {
  for (let from = 0; from < lines.length; from += linesPerBatch)
    await agent.send('health', lines.slice(from, from + linesPerBatch));
}

/** `minutes`: how long the heap is watched while devices come and go. */
export async function benchConsole(minutes = 5): Promise<ConsoleBench> {
  const names = Array.from({ length: agents }, (_, n) => agentName(n));
  const [collector, browser] = await Promise.all([startCollector(site, names), launch()]);
  const field: LittleAgent[] = [];
  const listening = new AbortController();
  try {
    const { context, page } = await openPage(browser, collector.url);
    const root = await setUp(context, collector.url, collector.setupCode);
    await root.post('/users', { name: 'one.manager', displayName: '王经理', role: 'manager', password });
    const person = await signIn(context, collector.url, 'one.manager');
    for (const [n, name] of names.entries()) field.push(await join(collector, name, n));
    const openAlarms = await untilOpen(person, (agents * devicesEach) / 2);
    const consoles = await listen(collector, context, listening.signal);
    const firstListMs = await timed(page, () => page.goto('/alarms'));
    const filterP95Ms = await filters(page);
    const changeMs = await change(page, field[0]);
    const heapMb = await stand(page, field, minutes);
    return { devices: agents * devicesEach, openAlarms, consoles, firstListMs, filterP95Ms, changeMs, minutes, heapMb };
  } finally {
    listening.abort();
    await Promise.all(field.map((agent) => agent.close()));
    await browser.close();
    await collector.close();
  }
}

async function join(collector: RunningCollector, name: string, n: number): Promise<LittleAgent> {
  const secret = collector.agents[name]?.mqttSecret ?? '';
  const agent = await LittleAgent.connect({ mqttPort: collector.mqttPort, site, agent: name, secret, devices: declared(n) });
  const now = Date.now();
  const every = Array.from({ length: devicesEach }, (_, k) => k);
  await tell(
    agent,
    every.map((k) => beat(n, k, 'online', now - 60_000)),
  );
  await tell(
    agent,
    every.filter((k) => k % 2 === 0).map((k) => beat(n, k, 'offline', now)),
  );
  return agent;
}

async function untilOpen(person: Signed, wanted: number): Promise<number> {
  for (let seconds = 0; seconds < 300; seconds++) {
    const { count } = (await person.get('/alarms/count?open=true')) as { readonly count: number };
    if (count >= wanted) return count;
    await sleep(1_000);
  }
  throw new Error(`${wanted} alarms were not open after 300 s`);
}

/** Fifty others with the console open: their live streams are read and let go. */
async function listen(collector: RunningCollector, context: BrowserContext, signal: AbortSignal): Promise<number> {
  let open = 0;
  while (open < streams) {
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    for (let n = 0; n < streamsEach - 1 && open < streams; n++, open++) {
      const answer = await fetch(`${collector.url}/api/v1/live`, { headers: { cookie, accept: 'text/event-stream' }, signal });
      if (!answer.ok || answer.body === null) throw new Error(`live stream ${open}: ${answer.status}`);
      void answer.body.pipeTo(new WritableStream()).catch(() => undefined);
    }
    await signIn(context, collector.url, 'one.manager');
  }
  return open;
}

const firstRow = (page: Page) =>
  page
    .getByRole('grid')
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') })
    .first();

async function timed(page: Page, act: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await act();
  await firstRow(page).waitFor();
  return Math.round(performance.now() - from);
}

/** From the click to the rows that fit, of thirty changes of a filter. */
async function filters(page: Page): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < 30; n++) {
    const area = encodeURIComponent(`宜宾校区/竹苑${(n % agents) + 1}栋/浴室${(n % 20) + 1}`);
    const from = performance.now();
    const answered = page.waitForResponse(
      (response) => response.url().includes('/api/v1/alarms?') && response.url().includes('area='),
    );
    await page.evaluate(
      `history.pushState({}, '', '/alarms?area=${area}'); dispatchEvent(new PopStateEvent('popstate', { state: {} }))`,
    );
    await answered;
    await firstRow(page)
      .getByText(`竹苑${(n % agents) + 1}栋`)
      .first()
      .waitFor();
    took.push(performance.now() - from);
  }
  took.sort((one, other) => one - other);
  return Math.round(took[Math.floor(took.length * 0.95)] ?? 0);
}

/** From the acknowledgement of the agent's word to the row on the screen. */
async function change(page: Page, agent: LittleAgent | undefined): Promise<number> {
  await page.goto(`/devices/${idOf(0, 1)}`);
  await page.locator('h1').waitFor();
  await page.getByText('在线').first().waitFor();
  await agent?.send('health', [beat(0, 1, 'offline', Date.now())]);
  const from = performance.now();
  await page.getByText('离线').first().waitFor();
  return Math.round(performance.now() - from);
}

async function stand(page: Page, field: readonly LittleAgent[], minutes: number): Promise<readonly [number, number]> {
  await page.goto('/alarms');
  await firstRow(page).waitFor();
  const session = await page.context().newCDPSession(page);
  const heap = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return Math.round(usedSize / 1e5) / 10;
  };
  await sleep(20_000);
  const before = await heap();
  for (let round = 0; round < minutes * 6; round++) {
    const [agent, n] = [round % agents, round % 10];
    const now = Date.now();
    const lines = Array.from({ length: 20 }, (_, k) => beat(agent, n * 20 + k, round % 20 < 10 ? 'online' : 'offline', now));
    await field[agent]?.send('health', lines);
    await sleep(10_000);
  }
  return [before, await heap()];
}
