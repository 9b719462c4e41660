import type { BrokerStats } from '../broker/broker.ts';
import type { ExternalStats } from '../broker/external-broker.ts';
import type { IngestStats } from '../ingest/ports.ts';
import type { LiveFigures } from '../services/services.ts';

/** What of the field side's figures `/health` and `/metrics` tell. */
export function healthFigures(ingest: IngestStats, broker: BrokerStats | ExternalStats): Pick<LiveFigures, 'ingest' | 'broker'> {
  const { recordsTotal, batchesTotal, queueBytes, lastCommitAt } = ingest;
  const { shedTotal, lastShedAt, deferredTotal, lastDeferredAt, withheldTotal, lastWithheldAt } = ingest;
  const kept = { shedTotal, lastShedAt, deferredTotal, lastDeferredAt, withheldTotal, lastWithheldAt };
  return {
    ingest: { recordsTotal, batchesTotal, queueBytes, lastCommitAt, ...kept },
    broker: brokerFigures(broker),
  };
}

function brokerFigures(broker: BrokerStats | ExternalStats): LiveFigures['broker'] {
  const { up, refusedTotal, refused } = broker;
  if ('kind' in broker) return { kind: 'external', up, clients: null, refusedTotal, refused, lastThrottledAt: null };
  const { clients, lastThrottledAt } = broker;
  return { kind: 'embedded', up, clients, refusedTotal, refused, lastThrottledAt };
}
