/** The machine's clock, some times as fast: minutes of alarms pass in seconds, over any number of processes that share an anchor. */
import { type Clock, durationMs, epochMs } from '@cardwatch/kernel';

export interface Anchor {
  /** `Date.now()` at which it is `virtualAt`; before that the clock stands. */
  readonly realAt: number;
  readonly virtualAt: number;
  readonly speed: number;
}

export function fastClock({ realAt, virtualAt, speed }: Anchor): Clock {
  return {
    now: () => epochMs(Math.floor(virtualAt + Math.max(0, Date.now() - realAt) * speed)),
    mono: () => durationMs(performance.now() * speed),
    after: (delayMs, fire) => {
      const timer = setTimeout(fire, delayMs / speed);
      return () => clearTimeout(timer);
    },
  };
}
