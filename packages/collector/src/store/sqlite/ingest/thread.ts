import { type Transferable, Worker } from 'node:worker_threads';
import { connect } from '../../../shell/worker-rpc.ts';
import type { IngestStore, ParsedBatch } from '../../roles.ts';

export interface IngestThread {
  readonly store: IngestStore;
  /** Resolves with the reason when the thread ends, wanted or not. */
  readonly ended: Promise<string>;
}

const heap = { maxYoungGenerationSizeMb: 12 } as const;

/** Opens the custody store in a thread of its own: what it writes never delays a socket. Rejects when the database cannot be opened. */
export async function openIngestThread(path: string): Promise<IngestThread> {
  const url = new URL('./store-worker.ts', import.meta.url);
  const worker = new Worker(url, { workerData: { path }, resourceLimits: heap, name: 'cardwatch-store' });
  const { api, ended, close } = connect<IngestStore>(worker, transfersOf);
  await api.credentials();
  const closeAll = async (): Promise<void> => {
    await api.close().catch(() => undefined);
    await close();
  };
  let closing: Promise<void> | undefined;
  const store = new Proxy(api, {
    get: (target, name) =>
      name === 'close'
        ? () => {
            closing ??= closeAll();
            return closing;
          }
        : Reflect.get(target, name),
  });
  return { store, ended };
}

/** The columns, the body and the chain of every batch move; they are not used on this side any more. */
function transfersOf(method: string, args: readonly unknown[]): readonly Transferable[] {
  if (method !== 'commit') return [];
  const buffers = new Set<ArrayBufferLike>();
  for (const batch of args[0] as readonly ParsedBatch[]) {
    buffers.add(batch.chain.buffer);
    if (batch.stream === 'money') {
      buffers.add(batch.rows.numbers.buffer);
      buffers.add(batch.rows.texts.buffer);
      buffers.add(batch.rows.body.buffer);
    } else for (const line of batch.lines) buffers.add(line.bytes.buffer);
  }
  return [...buffers].filter((buffer) => buffer instanceof ArrayBuffer);
}
