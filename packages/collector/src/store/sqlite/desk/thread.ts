import { Worker } from 'node:worker_threads';
import type { Clock, Logger } from '@cardwatch/kernel';
import { connect, type ThreadConnection } from '../../../shell/worker-rpc.ts';
import type { Desk, DeskFiles, DeskRole } from '../../desk/roles.ts';

/** Young and old space of the desk's thread; a page of 500 records needs some megabytes. */
const heap = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 96 } as const;
/** A thread that ended by itself is replaced after this long: ingest goes on meanwhile, and so must the people. */
const replaceAfterMs = 1_000;

/** The desk in a thread of its own. What was asked of a thread that ends is rejected; its successor answers what is asked later. */
export function openDeskThread(files: DeskFiles, { clock, log }: { readonly clock: Clock; readonly log: Logger }): Desk {
  let closing = false;
  let cancelReplacing: () => void = () => {};
  const open = (): ThreadConnection<DeskRole> => {
    const url = new URL('../../../shell/desk-worker.ts', import.meta.url);
    const made = connect<DeskRole>(new Worker(url, { workerData: files, resourceLimits: heap, name: 'cardwatch-desk' }));
    void made.ended.then((why) => {
      if (closing) return;
      log.log('error', 'desk.ended', { why });
      cancelReplacing = clock.after(replaceAfterMs, () => {
        current = open();
      });
    });
    return made;
  };
  let current = open();
  // every property is a method of the thread that serves now
  const role = new Proxy({} as DeskRole, { get: (_target, name) => Reflect.get(current.api, name) as unknown });
  return {
    role,
    close: async () => {
      closing = true;
      cancelReplacing();
      await current.close();
    },
  };
}
