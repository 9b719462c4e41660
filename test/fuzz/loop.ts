/** Feeds one target: seeds and kept inputs changed at random, those that reach new code join the pool, and after each one it is asked whether all held. */
import { SeededRandom } from '@cardwatch/kernel';
import { Coverage } from './coverage.ts';
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
/** Of each `guidedOf` inputs the first `guided` are run under counters; the rest runs at full speed with what they found. */
const guidedOf = 50_000;
const guided = 10_000;
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
  /** Without counters: all inputs at full speed. */
  readonly unguided?: boolean;
  /** Where an input is written that never ends. */
  readonly broken?: string;
}

export async function runTarget(target: Target, options: LoopOptions): Promise<LoopReport> {
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
  #grounded = false;

  constructor(target: Target, feed: Feed, options: LoopOptions) {
    this.#target = target;
    this.#feed = feed;
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    this.#pool = [...feed.seeds, ...keptOf(target.name).map(({ bytes }) => bytes)];
    this.#coverage = options.unguided === true ? undefined : new Coverage(target.code ?? []);
    this.#watchdog = new Watchdog(target.name, options.broken);
    process.on('uncaughtException', this.#caught);
  }

  async close(): Promise<void> {
    process.off('uncaughtException', this.#caught);
    this.#coverage?.close();
    await this.#watchdog.close();
  }

  async run(): Promise<LoopReport> {
    const startedMs = performance.now();
    const started = process.threadCpuUsage();
    const { inputs } = this.#options;
    for (const input of [...this.#pool]) await this.#try(input);
    let done = 0;
    while (done < inputs) {
      const isGuided = this.#coverage !== undefined && done % guidedOf < guided;
      const until = Math.min(inputs, isGuided ? done + batch : nextGuided(done));
      if (isGuided) await this.#guided(until - done, done % guidedOf === 0, until % guidedOf >= guided || until === inputs);
      else await this.#plain(until - done);
      done = until;
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

  async #guided(count: number, first: boolean, last: boolean): Promise<void> {
    const coverage = this.#coverage;
    if (coverage === undefined) return;
    if (first) coverage.start();
    const inputs = Array.from({ length: count }, () => this.#next());
    for (const input of inputs) await this.#try(input);
    const taken = coverage.taken();
    if (coverage.isFresh(taken)) await this.#blame(coverage, inputs, first && !this.#grounded);
    coverage.learn(taken);
    if (first) this.#grounded = true;
    if (last) coverage.stop();
  }

  /** Which of a batch did it: each alone once more. What the pool runs by itself is nothing new. */
  async #blame(coverage: Coverage, inputs: readonly Uint8Array[], ground: boolean): Promise<void> {
    if (ground) {
      for (const input of [...this.#pool]) await this.#try(input);
      coverage.learn(coverage.taken());
    }
    for (const input of inputs) {
      await this.#try(input);
      if (!coverage.learn(coverage.taken())) continue;
      this.#found.push(input);
      if (this.#pool.length < poolMax) this.#pool.push(input);
    }
  }

  /** Not a promise where the target answers at once. */
  #try(input: Uint8Array): Promise<void> | undefined {
    this.#watchdog.begins(input);
    const startMs = performance.now();
    let answer: Finding | Promise<Finding>;
    try {
      answer = this.#feed.feed(input);
    } catch (reason) {
      return void this.#crash(`threw ${describe(reason)}`, input);
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
    if (ms > (this.#target.slowMs ?? slowMs)) this.#crash(`${ms.toFixed(0)} ms of processor time`, input, 'slow');
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

const nextGuided = (done: number): number => (Math.floor(done / guidedOf) + 1) * guidedOf;

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
