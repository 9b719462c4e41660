import { type Clock, durationMs, epochMs } from '@cardwatch/kernel';

/** The machine's own time, for tests that cross a socket or a serial line. */
export const realClock: Clock = {
  now: () => epochMs(Date.now()),
  mono: () => durationMs(performance.now()),
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};
