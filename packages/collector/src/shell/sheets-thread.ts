/** Sheets in a thread of their own, one file at a time. */
import { Worker } from 'node:worker_threads';
import { type Clock, err, type Result } from '@cardwatch/kernel';
import { Gate } from '../services/password/gate.ts';
import type { SheetDesk, SheetThreadApi, SheetThreadFailure } from '../services/topology/sheet-desk.ts';
import { connect, ThreadEnded } from './worker-rpc.ts';

export const sheetThreadLimits = {
  /** Files that wait behind the one that is read. */
  waiting: 4,
  /** Then the thread is ended, whatever it does. */
  deadlineMs: 20_000,
  /** What 64 MiB of unpacked XML come to as cells, with room. */
  heapMb: 384,
} as const;

type Limits = { readonly [K in keyof typeof sheetThreadLimits]: number };

export function sheetThread(clock: Clock, limits: Limits = sheetThreadLimits): SheetDesk {
  const gate = new Gate({ running: 1, waiting: limits.waiting });
  const run = async <T>(work: (api: SheetThreadApi) => Promise<T>): Promise<Result<T, SheetThreadFailure>> => {
    const done = await gate.run(() => once(clock, limits, work));
    return done.ok ? done.value : err({ kind: 'busy' });
  };
  return {
    preview: (bytes, ask, now) => run((api) => api.preview(bytes, ask, now)),
    write: (sheet, format) => run((api) => api.write(sheet, format)),
  };
}

/** A thread that runs out of time or memory is a file that asks for too much. */
async function once<T>(
  clock: Clock,
  { heapMb, deadlineMs }: Limits,
  work: (api: SheetThreadApi) => Promise<T>,
): Promise<Result<T, SheetThreadFailure>> {
  const url = new URL('./sheets-worker.ts', import.meta.url);
  const worker = new Worker(url, { resourceLimits: { maxOldGenerationSizeMb: heapMb }, name: 'cardwatch-sheet' });
  const { api, close } = connect<SheetThreadApi>(worker);
  const stop = clock.after(deadlineMs, () => void worker.terminate());
  try {
    return { ok: true, value: await work(api) };
  } catch (error) {
    if (!(error instanceof ThreadEnded)) throw error;
    return err({ kind: 'tooMuch', deadlineMs });
  } finally {
    stop();
    await close();
  }
}
