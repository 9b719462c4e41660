/** Sheets in a thread of their own, one file at a time; the thread stays a while for the next one. */
import { Worker } from 'node:worker_threads';
import { type CancelTimer, type Clock, err, ok, type Result } from '@cardwatch/kernel';
import { Gate } from '../services/password/gate.ts';
import type { SheetDesk, SheetThreadApi, SheetThreadFailure } from '../services/topology/sheet-desk.ts';
import { connect, type ThreadConnection, ThreadEnded } from './worker-rpc.ts';

export const sheetThreadLimits = {
  /** Files that wait behind the one that is read. */
  waiting: 4,
  /** Then the thread is ended, whatever it does. */
  deadlineMs: 20_000,
  /** What 64 MiB of unpacked XML come to as cells, with room. */
  heapMb: 384,
  idleMs: 60_000,
} as const;

type Limits = { readonly [K in keyof typeof sheetThreadLimits]: number };

interface Running {
  readonly worker: Worker;
  readonly connection: ThreadConnection<SheetThreadApi>;
}

export class SheetThread implements SheetDesk {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #gate: Gate;
  #running: Running | null = null;
  #idle: CancelTimer = () => {};

  constructor(clock: Clock, limits: Limits = sheetThreadLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#gate = new Gate({ running: 1, waiting: limits.waiting });
  }

  readonly preview: SheetDesk['preview'] = (bytes, ask, now) => this.#run((api) => api.preview(bytes, ask, now));
  readonly write: SheetDesk['write'] = (sheet, format) => this.#run((api) => api.write(sheet, format));

  async close(): Promise<void> {
    this.#idle();
    const running = this.#running;
    this.#running = null;
    await running?.connection.close();
  }

  async #run<T>(work: (api: SheetThreadApi) => Promise<T>): Promise<Result<T, SheetThreadFailure>> {
    const done = await this.#gate.run(() => this.#once(work));
    return done.ok ? done.value : err({ kind: 'busy' });
  }

  /** A thread that runs out of time or memory is a file that asks for too much. */
  async #once<T>(work: (api: SheetThreadApi) => Promise<T>): Promise<Result<T, SheetThreadFailure>> {
    const { deadlineMs, idleMs } = this.#limits;
    this.#idle();
    this.#running ??= this.#open();
    const { worker, connection } = this.#running;
    const stop = this.#clock.after(deadlineMs, () => void worker.terminate());
    try {
      return ok(await work(connection.api));
    } catch (error) {
      if (!(error instanceof ThreadEnded)) throw error;
      this.#running = null;
      return err({ kind: 'tooMuch', deadlineMs });
    } finally {
      stop();
      this.#idle = this.#clock.after(idleMs, () => void this.close());
    }
  }

  #open(): Running {
    const url = new URL('./sheets-worker.ts', import.meta.url);
    const resourceLimits = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: this.#limits.heapMb };
    const worker = new Worker(url, { resourceLimits, name: 'cardwatch-sheet' });
    return { worker, connection: connect<SheetThreadApi>(worker) };
  }
}
