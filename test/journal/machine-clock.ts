import { type Clock, durationMs, epochMs } from '@cardwatch/kernel';

/** For tests on a real disk. */
export const machineClock: Clock = {
  now: () => epochMs(Date.now()),
  mono: () => durationMs(performance.now()),
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};
