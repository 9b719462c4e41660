import { type Clock, durationMs, epochMs } from '@cardwatch/kernel';

/** setTimeout takes at most 2^31 - 1 ms; a longer wait fires then, and whoever waits looks at the clock again. */
const timerMsMax = 2_147_483_647;

/** The machine's clocks. Timers do not keep the process alive longer than the loops that wait for them. */
export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  mono: () => durationMs(performance.now()),
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, Math.min(timerMsMax, Math.max(0, delayMs)));
    return () => clearTimeout(timer);
  },
};
