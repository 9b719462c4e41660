/** Makes a failing run small: fewer events, fewer faults, none that lurk. What breaks must stay the same invariant. */
import type { SeedReport } from '../simulate.ts';
import type { RunSpec } from './found.ts';

export interface Shrunk {
  readonly spec: RunSpec;
  readonly report: SeedReport;
  readonly runs: number;
}

export const shrinkLimits = { runs: 150 } as const;

/** `failed` is what `spec` gave. Every candidate is run; the smallest one that breaks the same is kept. */
export async function shrink(
  spec: RunSpec,
  failed: SeedReport,
  run: (spec: RunSpec) => Promise<SeedReport>,
  runsMax: number = shrinkLimits.runs,
): Promise<Shrunk> {
  const shrinker = new Shrinker({ spec, report: failed, runs: 0 }, run, runsMax);
  await shrinker.lessTime();
  await shrinker.lessLurking();
  await shrinker.fewerStrikes();
  await shrinker.lessTime();
  return shrinker.best;
}

class Shrinker {
  best: Shrunk;
  readonly #run: (spec: RunSpec) => Promise<SeedReport>;
  readonly #runsMax: number;
  readonly #breaks: string | undefined;

  constructor(best: Shrunk, run: (spec: RunSpec) => Promise<SeedReport>, runsMax: number) {
    this.best = best;
    this.#run = run;
    this.#runsMax = runsMax;
    this.#breaks = best.report.violations[0]?.invariant;
  }

  /** The run ends with what it shows; what shows only when all has drained is tried with ever shorter storms. */
  async lessTime(): Promise<void> {
    const at = this.best.report.violations[0]?.event ?? 0;
    if (at > 0 && at < this.best.spec.events) await this.#try({ ...this.best.spec, events: at });
    for (let step = Math.floor(this.best.spec.events / 2); step >= 50; step = Math.floor(step / 2))
      while (this.best.spec.events > step && (await this.#try({ ...this.best.spec, events: this.best.spec.events - step })));
  }

  async lessLurking(): Promise<void> {
    await this.#try({ ...this.best.spec, spare: { ...this.best.spec.spare, lurking: false } });
  }

  /** Delta debugging over the strikes: halves, then smaller pieces, are left out as long as it still breaks. */
  async fewerStrikes(): Promise<void> {
    const met = this.best.report.counts['strikes'] ?? 0;
    const all = this.best.spec.spare.strikes ?? Array.from({ length: met }, (_, number) => number);
    if (await this.#with([])) return;
    let left: readonly number[] = all.filter((number) => number < met);
    for (let pieces = 2; left.length > 1 && pieces <= left.length; ) {
      const size = Math.ceil(left.length / pieces);
      let smaller: readonly number[] | undefined;
      for (let at = 0; at < left.length && smaller === undefined; at += size) {
        const rest = [...left.slice(0, at), ...left.slice(at + size)];
        if (await this.#with(rest)) smaller = rest;
      }
      if (smaller === undefined) {
        if (pieces === left.length) return;
        pieces = Math.min(left.length, pieces * 2);
      } else {
        left = smaller;
        pieces = Math.max(2, Math.min(pieces - 1, left.length));
      }
    }
  }

  #with(strikes: readonly number[]): Promise<boolean> {
    return this.#try({ ...this.best.spec, spare: { ...this.best.spec.spare, strikes } });
  }

  async #try(spec: RunSpec): Promise<boolean> {
    if (this.best.runs >= this.#runsMax) return false;
    const report = await this.#run(spec);
    const runs = this.best.runs + 1;
    const breaks = report.violations[0]?.invariant === this.#breaks;
    this.best = breaks ? { spec, report, runs } : { ...this.best, runs };
    return breaks;
  }
}
