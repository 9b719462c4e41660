/** Feeds one target: seeds and kept inputs changed at random, those that reach new code join the pool, and after each one it is asked whether all held. */
import { SeededRandom } from '@cardwatch/kernel';
import type { Coverage } from './coverage.ts';
import { keptOf } from './corpus.ts';
import { mutate } from './mutate.ts';
import { Watchdog } from './watchdog.ts';
import { pollution } from './pollution.ts';
import type { Feed, Finding, Target } from './target.ts';

export const slowMs = 50;
/** Longer ones are measured again in this thread's processor time, and the shortest counts: the machine has other work. */
const doubtMs = 5;
/** Inputs between two questions what code they ran. */
const batch = 32;
/** Inputs between two turns of the event loop. */
const turn = 5_000;
/** The first ones are asked what code they reached; the rest runs at full speed with what those found. */
const guidedMax = 4_000;
const crashesKept = 20;
const poolMax = 4_096;

export interface LoopReport {
  readonly name: string;
  readonly inputs: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly slowestMs: number;
  readonly crashes: readonly Crash[];
  /** Inputs that reached new code. */
  readonly found: readonly Uint8Array[];
  readonly said: string;
  /** Highest resident size of the process so far. */
  readonly rssMib: number;
}

export interface Crash {
  readonly what: string;
  readonly input: Uint8Array;
}

export interface LoopOptions {
  readonly inputs: number;
  readonly seed: number;
  /** Started before the target was loaded; left out: no input is judged by the code that it reaches. */
  readonly coverage?: Coverage | undefined;
  /** Found earlier in this run: they join the pool. */
  readonly earlier?: readonly Uint8Array[];
  /** For runs beside others: how long an input takes is no finding. */
  readonly untimed?: boolean;
  /** Where an input is written that never ends. */
  readonly broken?: string;
}

export async function runTarget(target: Target, options: LoopOptions): Promise<LoopReport> {
  options.coverage?.begin(target.code ?? []);
  const feed = await target.open();
  const loop = new Loop(target, feed, options);
  try {
    return await loop.run();
  } finally {
    await loop.close();
    await feed.close?.();
  }
}

class Loop {
  readonly #target: Target;
  readonly #feed: Feed;
  readonly #options: LoopOptions;
  readonly #random: SeededRandom;
  readonly #pool: Uint8Array[];
  readonly #found: Uint8Array[] = [];
  readonly #crashes = new Map<string, Crash>();
  readonly #coverage: Coverage | undefined;
  readonly #stray: unknown[] = [];
  readonly #watchdog: Watchdog;
  #slowestMs = 0;

  constructor(target: Target, feed: Feed, options: LoopOptions) {
    this.#target = target;
    this.#feed = feed;
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    this.#pool = [...feed.seeds, ...keptOf(target.name).map(({ bytes }) => bytes), ...(options.earlier ?? [])];
    this.#coverage = options.coverage;
    this.#watchdog = new Watchdog(target.name, options.broken);
    process.on('uncaughtException', this.#caught);
  }

  async close(): Promise<void> {
    process.off('uncaughtException', this.#caught);
    await this.#watchdog.close();
  }

  async run(): Promise<LoopReport> {
    const startedMs = performance.now();
    const started = process.threadCpuUsage();
    const { inputs } = this.#options;
    for (const input of this.#pool.slice()) await this.#try(input);
    // what the pool runs by itself is nothing new
    this.#coverage?.learn(this.#coverage.taken());
    const guided = this.#coverage === undefined ? 0 : Math.min(guidedMax, Math.ceil(inputs / 5));
    let done = 0;
    for (; done < guided; done += batch) await this.#guided(Math.min(batch, inputs - done));
    this.#coverage?.stop();
    for (; done < inputs; done += turn) {
      await this.#plain(Math.min(turn, inputs - done));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { user, system } = process.threadCpuUsage(started);
    const seconds = (user + system) / 1e6 || (performance.now() - startedMs) / 1_000;
    return {
      name: this.#target.name,
      inputs,
      seconds,
      perSecond: Math.round(inputs / seconds),
      slowestMs: this.#slowestMs,
      crashes: [...this.#crashes.values()],
      found: this.#found,
      said: this.#feed.said?.() ?? '',
      rssMib: Math.round(process.resourceUsage().maxRSS / 1_024),
    };
  }

  #next(): Uint8Array {
    const change = this.#feed.change ?? ((random, pool) => mutate(random, pool).bytes);
    return change(this.#random, this.#pool);
  }

  async #plain(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const tried = this.#try(this.#next());
      if (tried !== undefined) await tried;
    }
  }

  async #guided(count: number): Promise<void> {
    const coverage = this.#coverage;
    if (coverage === undefined) return;
    const inputs = Array.from({ length: count }, () => this.#next());
    for (const input of inputs) await this.#try(input);
    const taken = coverage.taken();
    if (!coverage.isFresh(taken)) return;
    await this.#blame(coverage, inputs);
    coverage.learn(taken);
  }

  /** Which of them did it: by halves, once more. */
  async #blame(coverage: Coverage, inputs: readonly Uint8Array[]): Promise<void> {
    for (const input of inputs) await this.#try(input);
    const taken = coverage.taken();
    if (!coverage.isFresh(taken)) return;
    if (inputs.length > 1) {
      const half = inputs.length >> 1;
      await this.#blame(coverage, inputs.slice(0, half));
      await this.#blame(coverage, inputs.slice(half));
    } else this.#found.push(...inputs);
    coverage.learn(taken);
    if (inputs.length === 1 && this.#pool.length < poolMax) this.#pool.push(...inputs);
  }

  /** Not a promise where the target answers at once. */
  #try(input: Uint8Array): Promise<void> | undefined {
    this.#watchdog.begins(input);
    const startMs = performance.now();
    let answer: Finding | Promise<Finding>;
    try {
      answer = this.#feed.feed(input);
    } catch (reason) {
      this.#crash(`threw ${describe(reason)}`, input);
      return undefined;
    }
    if (answer instanceof Promise) return this.#later(answer, input, startMs);
    this.#judge(answer, input);
    const ms = performance.now() - startMs;
    if (ms > doubtMs) this.#doubt(input);
    else this.#slowestMs = Math.max(this.#slowestMs, ms);
    return undefined;
  }

  async #later(answer: Promise<Finding>, input: Uint8Array, startMs: number): Promise<void> {
    try {
      this.#judge(await answer, input);
    } catch (reason) {
      this.#crash(`threw ${describe(reason)}`, input);
    }
    if (this.#stray.length > 0) this.#crash(`uncaught ${describe(this.#stray.splice(0)[0])}`, input);
    const ms = performance.now() - startMs;
    if (ms <= doubtMs) this.#slowestMs = Math.max(this.#slowestMs, ms);
    else await this.#doubtLater(input);
  }

  #doubt(input: Uint8Array): void {
    this.#slow(
      Math.min(
        ...[1, 2, 3].map(() =>
          cpuMsOf(() => {
            try {
              void this.#feed.feed(input);
            } catch {
              // told when it came first
            }
          }),
        ),
      ),
      input,
    );
  }

  async #doubtLater(input: Uint8Array): Promise<void> {
    let best = Number.POSITIVE_INFINITY;
    for (let n = 0; n < 3; n++) {
      const started = process.threadCpuUsage();
      await Promise.resolve(this.#feed.feed(input)).catch(() => undefined);
      best = Math.min(best, msSince(started));
    }
    this.#slow(best, input);
  }

  #slow(ms: number, input: Uint8Array): void {
    this.#slowestMs = Math.max(this.#slowestMs, ms);
    if (this.#options.untimed !== true && ms > (this.#target.slowMs ?? slowMs))
      this.#crash(`${ms.toFixed(0)} ms of processor time`, input, 'slow');
  }

  #judge(finding: Finding, input: Uint8Array): void {
    const problem = finding ?? pollution();
    if (problem !== undefined) this.#crash(problem, input);
  }

  /** One of a kind: what differs in numbers alone is the same. */
  #crash(what: string, input: Uint8Array, kind = what.replace(/[0-9a-f]*\d+/g, '#').slice(0, 80)): void {
    const known = this.#crashes.get(kind);
    if (known === undefined ? this.#crashes.size < crashesKept : input.length < known.input.length)
      this.#crashes.set(kind, { what, input });
  }

  readonly #caught = (reason: unknown): void => void this.#stray.push(reason);
}

const describe = (reason: unknown): string =>
  reason instanceof Error ? (reason.stack ?? reason.message).slice(0, 600) : String(reason);

function cpuMsOf(run: () => void): number {
  const started = process.threadCpuUsage();
  run();
  return msSince(started);
}

function msSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(started);
  return (user + system) / 1_000;
}
