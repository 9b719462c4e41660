import { Worker } from 'node:worker_threads';
import { connect } from '../../../shell/worker-rpc.ts';
import type { Desk, DeskFiles, DeskRole } from '../../desk/roles.ts';

/** Young and old space of the desk's thread; a page of 500 records needs some megabytes. */
const heap = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 96 } as const;

/** The desk in a thread of its own. */
export function openDeskThread(files: DeskFiles): Desk {
  const worker = new Worker(new URL('../../../shell/desk-worker.ts', import.meta.url), {
    workerData: files,
    resourceLimits: heap,
  });
  const { api, ended, close } = connect<DeskRole>(worker);
  return { role: api, ended, close };
}
