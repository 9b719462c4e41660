import { type Clock, durationMs, epochMs } from '@cardwatch/kernel';

/** The browser's clock and timers. */
export const browserClock: Clock = {
  now: () => epochMs(Date.now()),
  mono: () => durationMs(performance.now()),
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};
