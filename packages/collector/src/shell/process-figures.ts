import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface OwnFigures {
  readonly rssBytes: number;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
}

/** Memory, and how late the event loop ran since the last look. `stop` ends the measuring. */
export function watchProcess(): { readonly figures: () => OwnFigures; readonly stop: () => void } {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return {
    figures: () => {
      const figures = {
        rssBytes: process.memoryUsage.rss(),
        loopDelayP99Ms: delay.percentile(99) / 1e6,
        loopDelayMaxMs: delay.max / 1e6,
      };
      delay.reset();
      return figures;
    },
    stop: () => void delay.disable(),
  };
}
