/** Runs every promise continuation that is due, without leaving the present macrotask: what lets the simulation be one synchronous loop. */
import v8 from 'node:v8';
import { Script } from 'node:vm';

v8.setFlagsFromString('--allow-natives-syntax');
const checkpoint = new Script('(() => { %PerformMicrotaskCheckpoint(); })').runInThisContext() as () => void;
v8.setFlagsFromString('--no-allow-natives-syntax');

export const drainMicrotasks: () => void = checkpoint;

/** Calls `work` as a macrotask of its own, where `drainMicrotasks` is able to run (inside a continuation it does nothing). */
export function inMacrotask<T>(work: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(work());
      } catch (cause) {
        reject(cause instanceof Error ? cause : new Error(String(cause)));
      }
    });
  });
}
