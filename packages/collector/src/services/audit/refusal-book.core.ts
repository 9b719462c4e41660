/** Who was refused of late, by which limit, how often: for the watch. Changes in place. */
import { type EpochMs, minuteMs } from '@cardwatch/kernel';
import type { RefusalFact } from '../../core/world/world.core.ts';

export const refusalBookLimits = {
  windowMs: 10 * minuteMs,
  /** Pairs of who and limit; the one that was refused longest ago makes room. */
  pairs: 1_000,
  /** Facts told at once, most often first. */
  told: 50,
} as const;

interface Page {
  readonly fact: Omit<RefusalFact, 'count'>;
  /** Refusals by the minute in which they were. */
  readonly minutes: Map<number, number>;
}

const minuteOf = (at: number): number => Math.floor(at / minuteMs);

export class RefusalBook {
  readonly #pages = new Map<string, Page>();

  note(fact: Omit<RefusalFact, 'count'>, now: EpochMs): void {
    const key = `${fact.source} ${fact.limit} ${fact.who}`;
    const page = this.#pages.get(key) ?? { fact, minutes: new Map() };
    const minute = minuteOf(now);
    page.minutes.set(minute, (page.minutes.get(minute) ?? 0) + 1);
    this.#pages.delete(key);
    this.#pages.set(key, page);
    if (this.#pages.size <= refusalBookLimits.pairs) return;
    const oldest = this.#pages.keys().next().value;
    if (oldest !== undefined) this.#pages.delete(oldest);
  }

  /** Of the last ten minutes; what is older is forgotten. */
  lately(now: EpochMs): readonly RefusalFact[] {
    const since = minuteOf(now - refusalBookLimits.windowMs);
    const facts: RefusalFact[] = [];
    for (const [key, { fact, minutes }] of this.#pages) {
      for (const minute of minutes.keys()) if (minute <= since) minutes.delete(minute);
      const count = [...minutes.values()].reduce((sum, each) => sum + each, 0);
      if (count === 0) this.#pages.delete(key);
      else facts.push({ ...fact, count });
    }
    return facts.toSorted((a, b) => b.count - a.count).slice(0, refusalBookLimits.told);
  }
}
