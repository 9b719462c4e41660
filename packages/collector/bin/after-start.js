// In every thread. What the start compiled is written into the cache, so that the next start finds it also after a kill. And a thread that rests gives back
// what it no longer holds: by itself it would keep what its start and the last rush left behind for hours (25 MB of all four).
import * as module from 'node:module';
import { performance } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

const writeAfterMs = 15_000;
const restMs = 30_000;
/** Share of the time in which a thread that rests has work. */
const restingMax = 0.05;
/** Collected only where so much more is held than after the last time. */
const grownMin = 1.25;
/** A thread that holds more would stand still for too long. */
const collectedBytesMax = 96 * 1_048_576;

// The small young space of the command line is that of the main thread: it would hold against what the other threads are given, each by its own work.
if (isMainThread) setFlagsFromString('--max-semi-space-size=0');

setTimeout(() => module.flushCompileCache?.(), writeAfterMs).unref();

let before = performance.eventLoopUtilization();
let heldBytes = 0;
setInterval(() => {
  const { utilization } = performance.eventLoopUtilization(before);
  before = performance.eventLoopUtilization();
  const usedBytes = getHeapStatistics().used_heap_size;
  if (utilization > restingMax || usedBytes > collectedBytesMax || usedBytes < heldBytes * grownMin) return;
  collect();
  heldBytes = getHeapStatistics().used_heap_size;
}, restMs).unref();

function collect() {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  gc({ type: 'major', flavor: 'last-resort' });
}
