/**
 * Sees from another thread that one input never ends: says which, keeps it where findings are kept, and ends the process. What takes long and ends is
 * measured by the loop itself.
 */
import { Worker } from 'node:worker_threads';
import { fuzzLimits } from './mutate.ts';

export const endlessMs = 20_000;

export class Watchdog {
  /** Count of inputs, then the length of the present one, then its bytes. */
  readonly #shared = new SharedArrayBuffer(8 + 4 * fuzzLimits.inputBytes);
  readonly #head = new Int32Array(this.#shared, 0, 2);
  readonly #bytes = new Uint8Array(this.#shared, 8);
  readonly #worker: Worker;

  constructor(target: string, folder: string | undefined) {
    const workerData = { shared: this.#shared, target, folder, endlessMs };
    this.#worker = new Worker(new URL('watchdog-worker.ts', import.meta.url), { workerData });
    this.#worker.unref();
  }

  begins(input: Uint8Array): void {
    const told = input.length > this.#bytes.length ? input.subarray(0, this.#bytes.length) : input;
    this.#bytes.set(told);
    this.#head[1] = told.length;
    this.#head[0] = ((this.#head[0] ?? 0) + 1) | 0;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
