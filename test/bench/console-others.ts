/** Others with the console open: each reads its live stream, and asks again for the counts that the stream does not carry, as the console does. */
import type { Browser } from 'playwright-core';
import type { RunningCollector } from '../browser/collector.ts';
import { signIn } from '../browser/people.ts';

/** Two a session: a session has three streams at most. */
const streamsEach = 2;
/** When the console reads counts again after alarms changed: see `alarmsAgainMs` in its live connection. */
const againMs = { least: 4_000, most: 8_000 } as const;
const burning = 'open=true&root=true&raised=true';
const counts = [`/alarms/facets?${burning}`, `/alarms/count?${burning}&handling=new&suppressed=false`];

export interface OthersSeen {
  readonly streams: number;
  /** Events read by the stream that read fewest, and by the one that read most. */
  readonly events: readonly [number, number];
  readonly megabytes: number;
  readonly asked: number;
  /** Of the questions for counts, the slowest of a hundred. */
  readonly askedMsP99: number;
  /** Streams that ended by themselves. */
  readonly ended: number;
}

export class Others {
  readonly #stop = new AbortController();
  readonly #events: number[] = [];
  readonly #tookMs: number[] = [];
  #bytes = 0;
  #ended = 0;

  static async open(browser: Browser, collector: RunningCollector, people: readonly string[], streams: number): Promise<Others> {
    const others = new Others();
    for (let n = 0; n < streams; n += streamsEach) {
      const context = await browser.newContext({ baseURL: collector.url });
      await signIn(context, collector.url, people[(n / streamsEach) % people.length] ?? '');
      const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
      await context.close();
      for (let k = n; k < Math.min(n + streamsEach, streams); k++) await others.#open(collector.url, cookie, k);
    }
    return others;
  }

  async #open(url: string, cookie: string, n: number): Promise<void> {
    this.#events[n] = 0;
    const headers = { cookie, accept: 'text/event-stream' };
    const answer = await fetch(`${url}/api/v1/live`, { headers, signal: this.#stop.signal });
    if (!answer.ok || answer.body === null) throw new Error(`live stream ${n}: ${answer.status}`);
    void this.#read(answer.body, n, () => this.#ask(url, cookie)).then(
      () => (this.#ended += 1),
      () => (this.#stop.signal.aborted ? undefined : (this.#ended += 1)),
    );
  }

  async #read(body: ReadableStream<Uint8Array>, n: number, ask: () => Promise<void>): Promise<void> {
    const decoder = new TextDecoder();
    let waiting: NodeJS.Timeout | undefined;
    let rest = '';
    for await (const chunk of body) {
      this.#bytes += chunk.length;
      const frames = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = frames.pop() ?? '';
      const told = frames.filter((frame) => frame.includes('data: '));
      this.#events[n] = (this.#events[n] ?? 0) + told.length;
      if (waiting !== undefined || !told.some((frame) => frame.includes('"type":"alarms"'))) continue;
      waiting = setTimeout(
        () => {
          waiting = undefined;
          void ask().catch(() => undefined);
        },
        againMs.least + Math.random() * (againMs.most - againMs.least),
      );
    }
    clearTimeout(waiting);
  }

  async #ask(url: string, cookie: string): Promise<void> {
    for (const path of counts) {
      const from = performance.now();
      const answer = await fetch(`${url}/api/v1${path}`, { headers: { cookie }, signal: this.#stop.signal });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      this.#tookMs.push(performance.now() - from);
    }
  }

  seen(): OthersSeen {
    const took = this.#tookMs.toSorted((a, b) => a - b);
    return {
      streams: this.#events.length,
      events: [Math.min(...this.#events), Math.max(...this.#events)],
      megabytes: Math.round(this.#bytes / 1e5) / 10,
      asked: took.length,
      askedMsP99: Math.round(took[Math.floor(took.length * 0.99)] ?? 0),
      ended: this.#ended,
    };
  }

  close(): void {
    this.#stop.abort();
  }
}
