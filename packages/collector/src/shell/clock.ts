import { type Clock, durationMs, epochMs } from '@cardwatch/kernel';

/** The machine's clocks. Timers do not keep the process alive by themselves once `close` paths have run: owners cancel them. */
export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  mono: () => durationMs(performance.now()),
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};
