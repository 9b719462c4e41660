/** A small file that a long run keeps its sums in, so that it may be stopped at any moment and gone on with. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { addRange, missingIn, type Range, type RangeSet } from '@cardwatch/kernel';
import { z } from 'zod';
import type { SeedReport } from './simulate.ts';
import { addReport, noSums, Sums } from './sums.ts';

const LedgerFile = z.strictObject({
  v: z.literal(1),
  /** Seeds of another length or mode are another run. */
  events: z.int().min(1),
  mode: z.string(),
  done: z.array(z.tuple([z.int(), z.int()])),
  sums: Sums,
});

export class RunLedger {
  readonly sums: Sums;
  readonly #path: string | undefined;
  readonly #run: { readonly events: number; readonly mode: string };
  #done: RangeSet;

  /** Goes on with the file where there is one; `undefined`: keeps nothing. Throws when the file is of another run. */
  constructor(path: string | undefined, run: { readonly events: number; readonly mode: string }) {
    const file = path !== undefined && existsSync(path) ? LedgerFile.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
    if (file !== undefined && (file.events !== run.events || file.mode !== run.mode))
      throw new Error(`${path} is of a run with --events ${file.events} --mode ${file.mode}`);
    this.#path = path;
    this.#run = run;
    this.#done = file?.done ?? [];
    this.sums = file?.sums ?? noSums();
  }

  /** Seeds of `first..last` that are not in the sums yet, in pieces of at most `most`. */
  left(first: number, last: number, most: number): readonly Range[] {
    return missingIn(this.#done, first, last).flatMap(([from, to]) =>
      Array.from({ length: Math.ceil((to - from + 1) / most) }, (_, index): Range => {
        const begin = from + index * most;
        return [begin, Math.min(to, begin + most - 1)];
      }),
    );
  }

  add(report: SeedReport): void {
    this.#done = addRange(this.#done, report.seed, report.seed);
    addReport(this.sums, report);
  }

  /** Replaced as a whole: a run that is killed here leaves the old file or the new one. */
  save(): void {
    if (this.#path === undefined) return;
    const file: z.infer<typeof LedgerFile> = {
      v: 1,
      ...this.#run,
      done: this.#done.map(([first, last]) => [first, last]),
      sums: this.sums,
    };
    writeFileSync(`${this.#path}.new`, `${JSON.stringify(file, undefined, 1)}\n`);
    renameSync(`${this.#path}.new`, this.#path);
  }
}
