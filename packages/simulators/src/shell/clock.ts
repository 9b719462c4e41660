import { type Clock, durationMs, epochMs } from '@cardwatch/kernel';

const timerMsMax = 0x7fff_ffff;

/** The machine's clocks and timers. */
export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  mono: () => durationMs(performance.now()),
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, Math.min(Math.max(0, delayMs), timerMsMax));
    return () => clearTimeout(timer);
  },
};
