/**
 * What a line knows about silence: whether it is one station that does not answer, or the line, or a part of it behind a broken joint. While many
 * fall silent at once nothing is repeated, and a station gets the time that it needs by experience. Times are readings of the monotonic clock, ms.
 */

export const quietLimits = {
  /** So many different stations in a row, and nothing sound in between; or so many that fell silent within `latelyMs`. */
  stations: 3,
  /** A station that answered within this fell silent just now; for so long it counts as one of many. */
  latelyMs: 60_000,
  /** Beyond what the station needed at its slowest, ms. */
  spareMs: 50,
  /** One request in so many gets its full time all the same: a station may have become slower. */
  patience: 16,
  /** Stations whose times are remembered. */
  known: 1_024,
} as const;

interface Times {
  /** To the first byte of the reply, from the first byte of the request, ms. */
  readonly firstByteMs: number;
  /** To the last one. */
  readonly rttMs: number;
}

interface Known extends Times {
  readonly answeredMs: number;
}

/** What slow answers leave behind fades: a tenth with each answer. */
const fade = 0.9;

export class Quiet {
  readonly #known = new Map<string, Known>();
  /** Silent in a row. */
  readonly #silent = new Set<string>();
  /** Stations that answered until lately, and when they fell silent. */
  readonly #fell = new Map<string, number>();
  #requests = 0;

  /** Many are silent: to repeat a request makes no sense. */
  many(nowMs: number): boolean {
    for (const [station, atMs] of this.#fell) if (nowMs - atMs >= quietLimits.latelyMs) this.#fell.delete(station);
    return Math.max(this.#silent.size, this.#fell.size) >= quietLimits.stations;
  }

  /** Something sound came in, from whomever. */
  heard(): void {
    this.#silent.clear();
  }

  answered(station: string, { firstByteMs, rttMs }: Times, nowMs: number): void {
    this.heard();
    this.#fell.delete(station);
    const before = this.#known.get(station);
    if (before === undefined && this.#known.size >= quietLimits.known) return;
    this.#known.set(station, {
      firstByteMs: Math.max(firstByteMs, fade * (before?.firstByteMs ?? 0)),
      rttMs: Math.max(rttMs, fade * (before?.rttMs ?? 0)),
      answeredMs: nowMs,
    });
  }

  unanswered(station: string, nowMs: number): void {
    this.#silent.add(station);
    this.#requests++;
    const answeredMs = this.#known.get(station)?.answeredMs ?? Number.NEGATIVE_INFINITY;
    if (nowMs - answeredMs < quietLimits.latelyMs && !this.#fell.has(station)) this.#fell.set(station, nowMs);
  }

  /**
   * While many are silent a station that is known gets the time that it needed so far, twice, instead of the longest that a station may take: so
   * that a whole line is asked within seconds. `firstByteMs`: nothing at all came by then; `wholeMs`: what came is no reply.
   */
  hurry(station: string, budgetMs: number, nowMs: number): { readonly firstByteMs: number; readonly wholeMs: number } {
    const times = this.#known.get(station);
    const patient = !this.many(nowMs) || times === undefined || this.#requests % quietLimits.patience === 0;
    if (patient) return { firstByteMs: budgetMs, wholeMs: budgetMs };
    const { spareMs } = quietLimits;
    return {
      firstByteMs: Math.min(budgetMs, spareMs + 2 * times.firstByteMs),
      wholeMs: Math.min(budgetMs, spareMs + 2 * times.rttMs),
    };
  }
}
