import { AgentId, SiteId } from '@cardwatch/contracts';
import { err, ok, type Result } from '@cardwatch/kernel';
import { auditOf, type Caller } from '../caller.ts';
import type { CredentialRole } from '../../store/roles.ts';
import type { ServiceFailure } from '../failure.ts';
import type { SiteKeys } from '../keys/ring.ts';
import { hashSecret, newSecret } from '../secret.ts';
import type { Services } from '../services.ts';

/** What an agent is given, once, in a file of its own. */
export interface AgentSecrets extends SiteKeys {
  readonly site: string;
  readonly agent: string;
  /** 32 bytes, base64url: the MQTT password. */
  readonly mqttSecret: string;
}

export interface NewAgent {
  readonly agent: string;
  readonly site: string;
  readonly keys: SiteKeys;
}

/** Registers an agent; what is kept of its secret is a hash. A collector that runs lets it in at its next connect. */
export async function addAgent(
  { credentials, people, clock }: { readonly credentials: CredentialRole } & Pick<Services, 'people' | 'clock'>,
  caller: Caller,
  { agent, site, keys }: NewAgent,
): Promise<Result<AgentSecrets, ServiceFailure>> {
  const id = AgentId.safeParse(agent);
  if (!id.success) return err({ kind: 'invalid', place: 'agent', value: agent, expected: slugWords });
  const siteId = SiteId.safeParse(site);
  if (!siteId.success) return err({ kind: 'invalid', place: '--site', value: site, expected: slugWords });
  const mqttSecret = newSecret();
  const now = clock.now();
  const added = await credentials.addAgent({ agent: id.data, site: siteId.data, secretHash: hashSecret(mqttSecret) }, now);
  if (!added) return err({ kind: 'exists', place: 'agent', value: agent });
  await people.appendAudit(auditOf(caller, { action: 'agent.add', object: agent, result: 'ok', detail: { site } }, now));
  return ok({ site, agent, mqttSecret, ...keys });
}

const slugWords = 'a-z 0-9 -, 1..63';
