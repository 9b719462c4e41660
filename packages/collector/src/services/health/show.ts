import type { HealthDto } from '@cardwatch/contracts/api';
import { ok, type Result, secondMs } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { causesOf } from './causes.core.ts';
import { watchHealth } from './watch-pulse.core.ts';

/** `degraded` while there is a cause, and no longer. */
export async function showHealth(services: Services): Promise<Result<HealthDto, ServiceFailure>> {
  const [store, agents] = await Promise.all([services.read.figures(), services.read.agents()]);
  const { startedAt, ingest, broker, http = { refusedTotal: 0, refused: {} } } = services.figures();
  const now = services.clock.now();
  const watch = services.watch === null ? null : watchHealth(services.watch.pulse());
  const causes = causesOf({ agents, ingest, broker, watch }, now);
  return ok({
    status: causes.length > 0 ? 'degraded' : 'ok',
    causes,
    version: services.version,
    uptimeS: Math.max(0, Math.floor((now - startedAt) / secondMs)),
    ingest,
    broker,
    http,
    watch,
    store: { dialect: 'sqlite', sizeBytes: store.sizeBytes, schemaVersion: store.schemaVersion, sqlite: store.sqlite },
  });
}
