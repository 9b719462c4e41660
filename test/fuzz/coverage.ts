/**
 * Which blocks of code were run, by V8's own counters (`Profiler.takePreciseCoverage`): of each function the spans that have never run are kept, and an input
 * that makes them fewer has found something new. Counting slows the code to a half and less; asking takes some 2 ms, whence the batches.
 */
import { Session } from 'node:inspector';

type Span = readonly [from: number, to: number];

interface CoveredFunction {
  readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
}
export interface CoveredScript {
  readonly url: string;
  readonly functions: readonly CoveredFunction[];
}

const houseCode = '/packages/';

export class Coverage {
  readonly #session = new Session();
  #code: readonly string[] = [];
  /** Spans that never ran, by function. */
  readonly #dark = new Map<string, readonly Span[]>();

  constructor() {
    this.#session.connect();
    this.#post('Profiler.enable');
  }

  /**
   * Counts from now on, and nothing is known. Code of the house counts, and what has one of `code` in its address. Of functions that were compiled before, V8
   * tells no blocks: so it is begun before a target is opened.
   */
  begin(code: readonly string[]): void {
    this.#code = [houseCode, ...code];
    this.#dark.clear();
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Full speed again. */
  stop(): void {
    this.#post('Profiler.stopPreciseCoverage');
  }

  close(): void {
    this.#session.disconnect();
  }

  /** What ran since the last question. */
  taken(): readonly CoveredScript[] {
    return this.#take().filter(({ url }) => this.#code.some((part) => url.includes(part)) && !url.includes('/test/fuzz/'));
  }

  /** Whether any of it never ran before. */
  isFresh(taken: readonly CoveredScript[]): boolean {
    return taken.some(({ url, functions }) => functions.some(({ ranges }) => this.#compare(url, ranges).fresh > 0));
  }

  /** From now on it is known. True: some of it was not. */
  learn(taken: readonly CoveredScript[]): boolean {
    let fresh = 0;
    for (const { url, functions } of taken)
      for (const { ranges } of functions) {
        const compared = this.#compare(url, ranges);
        if (compared.fresh === 0) continue;
        fresh += compared.fresh;
        this.#dark.set(compared.key, compared.dark);
      }
    return fresh > 0;
  }

  #compare(
    url: string,
    ranges: CoveredFunction['ranges'],
  ): { readonly key: string; readonly fresh: number; readonly dark: readonly Span[] } {
    const [whole] = ranges;
    if (whole === undefined || whole.count === 0) return { key: '', fresh: 0, dark: [] };
    const key = `${url} ${whole.startOffset}-${whole.endOffset}`;
    const known = this.#dark.get(key);
    const before = known ?? [[whole.startOffset, whole.endOffset] as const];
    const dark = common(before, darkOf(ranges));
    return { key, fresh: lengthOf(before) - lengthOf(dark), dark };
  }

  #take(): readonly CoveredScript[] {
    return (this.#post('Profiler.takePreciseCoverage') as { readonly result: readonly CoveredScript[] }).result;
  }

  /** The answer comes before `post` returns: the session is this thread's own. */
  #post(method: string, params: object = {}): unknown {
    let answer: unknown;
    this.#session.post(method, params, (error, result) => {
      if (error !== null) throw error;
      answer = result;
    });
    return answer;
  }
}

/** Ranges are nested, the outer first: what a range says holds where no inner one says otherwise. */
function darkOf(ranges: CoveredFunction['ranges']): readonly Span[] {
  return ranges.filter(({ count }) => count === 0).map(({ startOffset, endOffset }) => [startOffset, endOffset] as const);
}

function common(a: readonly Span[], b: readonly Span[]): readonly Span[] {
  const found = a.flatMap(([from, to]) =>
    b.flatMap(([start, end]): Span[] => {
      const both: Span = [Math.max(from, start), Math.min(to, end)];
      return both[0] < both[1] ? [both] : [];
    }),
  );
  return found.sort(([x], [y]) => x - y);
}

const lengthOf = (spans: readonly Span[]): number => spans.reduce((sum, [from, to]) => sum + to - from, 0);
