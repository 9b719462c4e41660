/** A clock inside the page: from the press to the frame in which the rows were painted, by the page's own time. */
import type { BrowserContext, CDPSession, Page } from 'playwright-core';

const source = `(() => {
  const probe = { pressedAt: 0 };
  const pressed = (event) => { if (event.isTrusted) probe.pressedAt = performance.timeOrigin + event.timeStamp; };
  for (const type of ['click', 'keydown']) addEventListener(type, pressed, { capture: true });
  probe.rows = () => [...document.querySelectorAll('.grid-body [role=row]')].map((row) => row.textContent);
  // a message sent from an animation frame is taken once that frame was painted
  probe.painted = (is) => new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('never painted: ' + is + '; rows: ' + probe.rows().slice(0, 3).join(' | '))), 60_000);
    const look = () => requestAnimationFrame(() => {
      if (!is()) return look();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
      port2.postMessage(0);
    });
    look();
  });
  globalThis.probe = probe;
})()`;

/** In every page of the context from its first moment on. */
export const installProbe = (context: BrowserContext): Promise<unknown> => context.addInitScript({ content: source });

const allMatch = (pattern: string): string =>
  `(probe.rows().length > 0 && probe.rows().every((text) => /${pattern}/.test(text)))`;
/** Some row matches. */
export const someMatch = (pattern: string): string => `probe.rows().some((text) => /${pattern}/.test(text))`;

/** Milliseconds from the beginning of the navigation to the first painted rows. */
export async function openingMs(page: Page, address: string): Promise<number> {
  await page.goto(address, { waitUntil: 'commit' });
  const at = await page.evaluate<number>(
    `probe.painted(() => probe.rows().length > 0).then((at) => at - performance.timeOrigin)`,
  );
  return Math.round(at);
}

/** Milliseconds from the last press of `act` to the frame in which every painted row matches, and at least one is there. */
export async function filteringMs(page: Page, pattern: string, act: () => Promise<void>): Promise<number> {
  const painted = page.evaluate<number>(`probe.painted(() => ${allMatch(pattern)}).then((at) => at - probe.pressedAt)`);
  await act();
  return Math.round(await painted);
}

/** Milliseconds from the call of `act` to the frame in which `isShown`, an expression over `probe.rows()`, holds. Both clocks are of one machine. */
export async function changingMs(page: Page, isShown: string, act: () => Promise<unknown>): Promise<number> {
  const painted = page.evaluate<number>(`probe.painted(() => ${isShown})`);
  const from = Date.now();
  await act();
  return Math.round((await painted) - from);
}

/** What the page's process did, by the DevTools protocol. */
export class PageFigures {
  readonly #session: CDPSession;

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async of(page: Page): Promise<PageFigures> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    return new PageFigures(session);
  }

  /** After a collection, in MB. */
  async heapMb(): Promise<number> {
    await this.#session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.#session.send('Runtime.getHeapUsage');
    return Math.round(usedSize / 1e5) / 10;
  }

  /** Seconds of work of the page's main thread since it began, and of scripts in it. */
  async work(): Promise<{
    readonly taskS: number;
    readonly scriptS: number;
    readonly nodes: number;
    readonly listeners: number;
  }> {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return { taskS: of('TaskDuration'), scriptS: of('ScriptDuration'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
  }
}
