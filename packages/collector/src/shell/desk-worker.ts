/** Entry of the desk's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import type { DeskFiles, DeskRole } from '../store/desk/roles.ts';
import { openDesk } from '../store/sqlite/desk/open.ts';
import { serve } from './worker-rpc.ts';

if (parentPort === null) throw new Error('desk-worker.ts is the entry of a thread');
const desk = openDesk(workerData as DeskFiles, () => performance.now());
serve<DeskRole>(parentPort, desk.role);
