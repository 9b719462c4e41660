/**
 * What a line knows about silence: whether it is one station that does not answer, or the line, or a part of it behind a broken joint. While many
 * fall silent at once nothing is repeated, and a station gets the time that it needs by experience. Times are readings of the monotonic clock, ms.
 */

import type { Silence } from '../failure.ts';
import { FrameLoss } from './frame-loss.core.ts';

export const quietLimits = {
  /** So many different stations in a row, and nothing sound in between; or so many that fell silent within `latelyMs`. */
  stations: 3,
  /** A station that answered within this fell silent just now; for so long it counts as one of many. */
  latelyMs: 60_000,
  /** With so many nothing is repeated where the station was heard before: the time is better spent on asking the others. */
  pointless: 2,
  /** A station that answered within this is in the middle of a conversation: a frame of it was lost, and it is asked again. */
  talkingMs: 2_000,
  /** Beyond what the station needed at its slowest, ms. */
  spareMs: 50,
  /** One request in so many gets its full time all the same: a station may have become slower. */
  patience: 32,
  /** A station that left so many questions in a row without an answer costs its line no full time either, but for one question in `deadPatience`. */
  dead: 4,
  deadPatience: 4,
  /** Stations whose times are remembered. */
  known: 1_024,
} as const;

interface Times {
  /** The first byte of the reply, from the last one of the request, ms. */
  readonly turnaroundMs: number;
  /** The last byte of the reply, from the first one of the request, ms. */
  readonly rttMs: number;
}

interface Known extends Times {
  readonly answeredMs: number;
}

/** Questions in a row that were not answered, and when the first of them was given up. */
interface Unanswered {
  readonly questions: number;
  readonly sinceMs: number;
}

/** What slow answers leave behind fades: a tenth with each answer. */
const fade = 0.9;

export class Quiet {
  readonly #known = new Map<string, Known>();
  /** Silent in a row. */
  readonly #silent = new Set<string>();
  /** Stations that answered until lately, and when they fell silent. */
  readonly #fell = new Map<string, number>();
  readonly #unanswered = new Map<string, Unanswered>();
  readonly #loss = new FrameLoss();
  #requests = 0;

  /** Many are silent: whoever is known gets the time that it needs. */
  many(nowMs: number): boolean {
    return this.#count(nowMs) >= quietLimits.stations;
  }

  #count(nowMs: number): number {
    for (const [station, atMs] of this.#fell) if (nowMs - atMs >= quietLimits.latelyMs) this.#fell.delete(station);
    return Math.max(this.#silent.size, this.#fell.size);
  }

  /** Something sound came in, from whomever. */
  heard(): void {
    this.#silent.clear();
  }

  answered(station: string, { turnaroundMs, rttMs }: Times, nowMs: number): void {
    this.alive(station, nowMs);
    const before = this.#known.get(station);
    if (before === undefined && this.#known.size >= quietLimits.known) return;
    this.#known.set(station, {
      turnaroundMs: Math.max(turnaroundMs, fade * (before?.turnaroundMs ?? 0)),
      rttMs: Math.max(rttMs, fade * (before?.rttMs ?? 0)),
      answeredMs: nowMs,
    });
  }

  /** A frame of it came, too late or damaged: it lives, and needs what it needs. */
  alive(station: string, nowMs: number): void {
    this.heard();
    this.#fell.delete(station);
    const { questions, sinceMs } = this.#unanswered.get(station) ?? { questions: 0, sinceMs: nowMs };
    this.#unanswered.delete(station);
    this.#loss.answered(questions, nowMs - sinceMs);
  }

  /** Its answer came `turnaroundMs` after the request, when nobody waited for it any more. */
  late(station: string, turnaroundMs: number, nowMs: number): void {
    this.alive(station, nowMs);
    const before = this.#known.get(station);
    if (before === undefined) return;
    const slower = turnaroundMs - before.turnaroundMs;
    if (slower > 0) this.#known.set(station, { turnaroundMs, rttMs: before.rttMs + slower, answeredMs: nowMs });
  }

  /** A question was given up; what is known of its silence. */
  unanswered(station: string, nowMs: number): Silence {
    this.#silent.add(station);
    this.#requests++;
    const answeredMs = this.#known.get(station)?.answeredMs ?? Number.NEGATIVE_INFINITY;
    if (nowMs - answeredMs < quietLimits.latelyMs && !this.#fell.has(station)) this.#fell.set(station, nowMs);
    const { questions, sinceMs } = this.#unanswered.get(station) ?? { questions: 0, sinceMs: nowMs };
    if (questions > 0 || this.#unanswered.size < quietLimits.known)
      this.#unanswered.set(station, { questions: questions + 1, sinceMs });
    // who spoke a moment ago lost a frame in the middle of a conversation
    const enough = this.#known.has(station) ? quietLimits.pointless : quietLimits.stations;
    const manySilent = this.#count(nowMs) >= enough && nowMs - answeredMs > quietLimits.talkingMs;
    return { manySilent, unanswered: questions + 1, lossShare: this.#loss.share };
  }

  #patient(station: string, nowMs: number): boolean {
    const { dead, deadPatience, patience } = quietLimits;
    const { questions } = this.#unanswered.get(station) ?? { questions: 0 };
    if (this.many(nowMs)) return this.#requests % patience === 0;
    return questions < dead || questions % deadPatience === 0;
  }

  /**
   * While many are silent, or it has been silent for long itself, a station that is known gets the time that it needed so far, twice, instead of the longest that a station may take: so
   * that a whole line is asked within seconds. `requestMs`: the request on the wire. `firstByteMs`: nothing at all came by then; `wholeMs`: what
   * came is no reply.
   */
  hurry(
    station: string,
    { requestMs, budgetMs }: { readonly requestMs: number; readonly budgetMs: number },
    nowMs: number,
  ): { readonly firstByteMs: number; readonly wholeMs: number } {
    const times = this.#known.get(station);
    if (times === undefined || this.#patient(station, nowMs)) return { firstByteMs: budgetMs, wholeMs: budgetMs };
    const { spareMs } = quietLimits;
    return {
      firstByteMs: Math.min(budgetMs, requestMs + spareMs + 2 * times.turnaroundMs),
      wholeMs: Math.min(budgetMs, spareMs + 2 * times.rttMs),
    };
  }
}
