// Preloaded into a program: writes the delay of its event loop, every five seconds, for whoever measures it. Plain JavaScript: it comes before types are read.
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env.CARDWATCH_LOOP_DELAY;
if (isMainThread && file !== undefined && process.argv.includes('run')) {
  const resolution = 10;
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  setInterval(() => {
    const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolution);
    const cpu = process.cpuUsage();
    const said = {
      p50Ms: ms(histogram.percentile(50)),
      p99Ms: ms(histogram.percentile(99)),
      maxMs: ms(histogram.max),
      cpuMs: (cpu.user + cpu.system) / 1000,
      upMs: performance.now(),
    };
    writeFileSync(file, JSON.stringify(said));
    histogram.reset();
  }, 5_000).unref();
}
