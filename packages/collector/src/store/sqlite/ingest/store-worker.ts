/** Thread entry: the ingest store behind calls. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@cardwatch/kernel';
import { serve } from '../../../shell/worker-rpc.ts';
import type { IngestStore } from '../../roles.ts';
import { openIngestStore } from './open.ts';

assert(parentPort !== null, 'this file runs as a thread');
serve<IngestStore>(parentPort, openIngestStore((workerData as { readonly path: string }).path));
