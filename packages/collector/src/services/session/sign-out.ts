import { ok, type Result } from '@cardwatch/kernel';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

export async function signOut(services: Services, caller: Caller): Promise<Result<Record<string, never>, ServiceFailure>> {
  const { session } = caller;
  if (session === null) return ok({});
  const entry = auditOf(caller, { action: 'session.close', object: session.name, result: 'ok' }, services.clock.now());
  await services.people.closeSession(session.idHash, entry);
  return ok({});
}
