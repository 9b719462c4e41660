/** Counts of alarms for many who look at the same: counted once, and again only after an alarm changed. */
import type { Clock } from '@cardwatch/kernel';
import type { WatchDesk } from '../watch-desk.ts';

export const countLimits = {
  /** Filters whose counts are kept; one more lets go of all. */
  filters: 256,
  /** Counted again after so long although nobody told of a change. */
  keepMs: 5_000,
} as const;

export interface CountedOnce {
  readonly watch: WatchDesk;
  /** Alarms have changed: what was counted counts no more. */
  changed(): void;
}

interface Counted {
  readonly at: number;
  readonly answer: Promise<unknown>;
}

/** Fifty consoles read their counts again within seconds of each change; without this each of them is a walk over all that burns. */
export function countedOnce(watch: WatchDesk, clock: Pick<Clock, 'mono'>): CountedOnce {
  let kept = new Map<string, Counted>();
  const changed = (): void => {
    kept = new Map();
  };
  const once =
    <A, R>(name: string, count: (ask: A) => Promise<R>) =>
    (ask: A): Promise<R> => {
      const key = JSON.stringify([name, ask]);
      const found = kept.get(key);
      // under one name stands what one function answered
      if (found !== undefined && clock.mono() - found.at < countLimits.keepMs) return found.answer as Promise<R>;
      if (kept.size >= countLimits.filters) changed();
      const answer = count(ask);
      const mine = kept;
      mine.set(key, { at: clock.mono(), answer });
      answer.catch(() => mine.delete(key));
      return answer;
    };
  return {
    watch: {
      ...watch,
      countAlarms: once('count', watch.countAlarms),
      alarmFacets: once('facets', watch.alarmFacets),
      act: async (act) => {
        const done = await watch.act(act);
        changed();
        return done;
      },
    },
    changed,
  };
}
