import { auditOf, type Caller } from '../caller.ts';
import type { Services } from '../services.ts';

/** A signed-in caller tried what their role does not allow. */
export const auditRefusal = ({ people, clock }: Services, caller: Caller, verb: string, why: string): Promise<void> =>
  people.appendAudit(auditOf(caller, { action: 'access.refused', object: verb, result: why }, clock.now()));
