import type { BrokerStats } from '../broker/broker.ts';
import type { IngestStats } from '../ingest/ports.ts';
import type { LiveFigures } from '../services/services.ts';

/** What of the field side's figures `/health` and `/metrics` tell. */
export function healthFigures(ingest: IngestStats, broker: BrokerStats): Pick<LiveFigures, 'ingest' | 'broker'> {
  const { recordsTotal, batchesTotal, queueBytes, lastCommitAt } = ingest;
  const { shedTotal, lastShedAt, deferredTotal, lastDeferredAt, withheldTotal, lastWithheldAt } = ingest;
  const { clients, refusedTotal, refused, lastThrottledAt } = broker;
  const kept = { shedTotal, lastShedAt, deferredTotal, lastDeferredAt, withheldTotal, lastWithheldAt };
  return {
    ingest: { recordsTotal, batchesTotal, queueBytes, lastCommitAt, ...kept },
    broker: { clients, refusedTotal, refused, lastThrottledAt },
  };
}
