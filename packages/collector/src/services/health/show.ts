import type { HealthDto } from '@cardwatch/contracts/api';
import { ok, type Result, secondMs } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

/** `degraded` while an agent is lost or an identity is doubled. */
export async function showHealth(services: Services): Promise<Result<HealthDto, ServiceFailure>> {
  const [store, agents] = await Promise.all([services.read.figures(), services.read.agents()]);
  const { startedAt, ingest, broker } = services.figures();
  const ill = agents.some((agent) => agent.state === 'offline' || agent.duplicateIdentity);
  return ok({
    status: ill ? 'degraded' : 'ok',
    version: services.version,
    uptimeS: Math.max(0, Math.floor((services.clock.now() - startedAt) / secondMs)),
    ingest,
    broker,
    store: { dialect: 'sqlite', sizeBytes: store.sizeBytes, schemaVersion: store.schemaVersion, sqlite: store.sqlite },
  });
}
