/** Puts the ingest side together: store thread, ingest, and a broker: the embedded one, or one that is not ours. The API composes HTTP on top. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentId } from '@cardwatch/contracts';
import { type Clock, type Logger, SeededRandom } from '@cardwatch/kernel';
import {
  type Broker,
  type BrokerAudit,
  type BrokerLimits,
  type BrokerStats,
  Credentials,
  brokerLimits,
  startBroker,
} from './broker/index.ts';
import { type ExternalBroker, type ExternalPlace, type ExternalStats, openExternalBroker } from './broker/external-broker.ts';
import { KnownAgents } from './broker/known-agents.ts';
import type { TlsFiles } from './broker/listener.ts';
import { createIngest } from './ingest/ingest.ts';
import type { Ingest, IngestAudit, IngestLimits, IngestStats } from './ingest/ports.ts';
import { breathe } from './shell/breathe.ts';
import type { IngestStore } from './store/roles.ts';
import { openIngestThread } from './store/sqlite/ingest/thread.ts';

export interface FieldOptions {
  /** Holds `cardwatch.db`; made when it is not there. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Refusals of broker and ingest, for the security log. */
  readonly audit?: (entry: IngestAudit | BrokerAudit) => void;
  /** After every commit: live queries look at the outbox. */
  readonly committed?: () => void;
  readonly limits?: { readonly ingest?: Partial<IngestLimits>; readonly broker?: Partial<BrokerLimits> };
}

export interface CollectorCoreOptions extends FieldOptions {
  readonly mqtt: { readonly host: string; readonly port: number; readonly tls?: TlsFiles };
}

export interface ExternalCoreOptions extends FieldOptions {
  readonly place: ExternalPlace;
}

/** With either broker. */
export interface FieldCore<B = Broker | ExternalBroker, S = BrokerStats | ExternalStats> {
  readonly ingest: Ingest;
  readonly store: IngestStore;
  readonly broker: B;
  /** Figures for health and metrics. */
  stats(): { readonly ingest: IngestStats; readonly broker: S };
  /** Resolves with the reason when the store's thread ends: nothing can be committed any more, the process should end. */
  readonly failed: Promise<string>;
  /** Takes nothing more, commits what was taken, closes broker and store. May be called twice. */
  close(): Promise<void>;
}

export type CollectorCore = FieldCore<Broker, BrokerStats>;
export type ExternalCore = FieldCore<ExternalBroker, ExternalStats>;

/** Agents of our own broker give a sign of life every four seconds at least: three that are missing are enough. */
const watchfulIngest: Partial<IngestLimits> = { silentMs: 12_000, tickMs: 2_000 };

/** Rejects when the database cannot be opened or the port cannot be listened on. */
export function createCollectorCore(options: CollectorCoreOptions): Promise<CollectorCore> {
  const { mqtt, audit = () => {}, clock, log, limits } = options;
  const reloadMs = limits?.broker?.credentialReloadMs ?? brokerLimits.credentialReloadMs;
  return raise<Broker, BrokerStats>(
    { ...options, limits: { ...limits, ingest: { ...watchfulIngest, ...limits?.ingest } } },
    (store, events) => {
      const credentials = new Credentials({ load: () => store.credentials(), reloadMs, clock, log });
      return startBroker({ ...mqtt, credentials, events, audit, clock, log, limits: limits?.broker ?? {} });
    },
  );
}

/** No port is listened on. The broker may be away at first: it is looked for until it is there. Rejects when the database cannot be opened. */
export function createExternalCore(options: ExternalCoreOptions): Promise<ExternalCore> {
  const { place, audit = () => {}, clock, log } = options;
  const random = new SeededRandom(randomBytes(4).readUInt32LE(0));
  return raise<ExternalBroker, ExternalStats>(options, (store, events) => {
    const known = new KnownAgents({ load: () => store.credentials(), clock, log });
    return openExternalBroker({ place, known, events, audit, clock, random, log });
  });
}

interface Raised<S> {
  publish(topic: string, payload: Uint8Array): void;
  /** Absent where the connections are not ours. */
  disconnect?(agent: AgentId): void;
  stats(): S;
  close(): Promise<void>;
}

async function raise<B extends Raised<S>, S>(
  options: FieldOptions,
  open: (store: IngestStore, events: Ingest) => Promise<B>,
): Promise<FieldCore<B, S>> {
  const { dataDir, clock, log, audit = () => {}, limits } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const thread = await openIngestThread(join(dataDir, 'cardwatch.db'));
  const { store } = thread;
  let broker: B | undefined;
  const ingest = createIngest({
    store,
    clock,
    log,
    audit,
    publish: (topic, payload) => broker?.publish(topic, payload),
    uuid: randomUUID,
    disconnect: (agent) => broker?.disconnect?.(agent),
    breathe,
    ...(options.committed === undefined ? {} : { committed: options.committed }),
    limits: limits?.ingest ?? {},
  });
  try {
    broker = await open(store, ingest);
  } catch (error) {
    await ingest.close();
    await store.close();
    throw error;
  }
  return running(ingest, store, broker, thread.ended);
}

function running<B extends Raised<S>, S>(
  ingest: Ingest,
  store: IngestStore,
  broker: B,
  failed: Promise<string>,
): FieldCore<B, S> {
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
