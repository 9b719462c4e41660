/** Puts the ingest side together: store thread, ingest, embedded broker. The API composes HTTP on top. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Logger } from '@cardwatch/kernel';
import {
  type Broker,
  type BrokerAudit,
  type BrokerLimits,
  type BrokerStats,
  Credentials,
  brokerLimits,
  startBroker,
} from './broker/index.ts';
import type { TlsFiles } from './broker/listener.ts';
import { createIngest } from './ingest/ingest.ts';
import type { Ingest, IngestAudit, IngestLimits, IngestStats } from './ingest/ports.ts';
import { breathe } from './shell/breathe.ts';
import type { IngestStore } from './store/roles.ts';
import { openIngestThread } from './store/sqlite/ingest/thread.ts';

export interface CollectorCoreOptions {
  /** Holds `cardwatch.db`; made when it is not there. */
  readonly dataDir: string;
  readonly mqtt: { readonly host: string; readonly port: number; readonly tls?: TlsFiles };
  readonly clock: Clock;
  readonly log: Logger;
  /** Refusals of broker and ingest, for the security log. */
  readonly audit?: (entry: IngestAudit | BrokerAudit) => void;
  /** After every commit: live queries look at the outbox. */
  readonly committed?: () => void;
  readonly limits?: { readonly ingest?: Partial<IngestLimits>; readonly broker?: Partial<BrokerLimits> };
}

export interface CollectorCore {
  readonly ingest: Ingest;
  readonly store: IngestStore;
  readonly broker: Broker;
  /** Figures for health and metrics. */
  stats(): { readonly ingest: IngestStats; readonly broker: BrokerStats };
  /** Resolves with the reason when the store's thread ends: nothing can be committed any more, the process should end. */
  readonly failed: Promise<string>;
  /** Takes nothing more, commits what was taken, closes broker and store. May be called twice. */
  close(): Promise<void>;
}

/** Agents of our own broker give a sign of life every four seconds at least: three that are missing are enough. */
const watchfulIngest: Partial<IngestLimits> = { silentMs: 12_000, tickMs: 2_000 };

/** Rejects when the database cannot be opened or the port cannot be listened on. */
export async function createCollectorCore(options: CollectorCoreOptions): Promise<CollectorCore> {
  const { dataDir, mqtt, clock, log, audit = () => {}, limits } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const thread = await openIngestThread(join(dataDir, 'cardwatch.db'));
  const { store } = thread;
  let broker: Broker | undefined;
  const ingest = createIngest({
    store,
    clock,
    log,
    audit,
    publish: (topic, payload) => broker?.publish(topic, payload),
    uuid: randomUUID,
    disconnect: (agent) => broker?.disconnect(agent),
    breathe,
    ...(options.committed === undefined ? {} : { committed: options.committed }),
    limits: { ...watchfulIngest, ...limits?.ingest },
  });
  const reloadMs = limits?.broker?.credentialReloadMs ?? brokerLimits.credentialReloadMs;
  const credentials = new Credentials({ load: () => store.credentials(), reloadMs, clock, log });
  try {
    broker = await startBroker({ ...mqtt, credentials, events: ingest, audit, clock, log, limits: limits?.broker ?? {} });
  } catch (error) {
    await ingest.close();
    await store.close();
    throw error;
  }
  return running(ingest, store, broker, thread.ended);
}

function running(ingest: Ingest, store: IngestStore, broker: Broker, failed: Promise<string>): CollectorCore {
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    await broker.close();
    await ingest.close();
    await store.close();
  };
  return {
    ingest,
    store,
    broker,
    failed,
    stats: () => ({ ingest: ingest.stats(), broker: broker.stats() }),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}
