import type { Scope } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import { peopleLimits } from '../../store/people/roles.ts';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import { hashSecret, newSecret } from '../secret.ts';
import type { Services } from '../services.ts';

export const tokenPrefix = 'cw_';

export interface NewToken {
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly lifeMs: number;
}

/** The token's text, shown once; what is kept is its hash. */
export async function addToken(
  { people, clock }: Pick<Services, 'people' | 'clock'>,
  caller: Caller,
  { label, scopes, lifeMs }: NewToken,
): Promise<Result<string, ServiceFailure>> {
  const token = `${tokenPrefix}${newSecret()}`;
  const createdAt = clock.now();
  const row = { idHash: hashSecret(token), label, scopes, createdBy: caller.actor, createdAt, expiresAt: createdAt + lifeMs };
  const act = { action: 'token.add', object: label, result: 'ok', detail: { scopes, expiresAt: row.expiresAt } };
  const added = await people.addToken(row, auditOf(caller, act, createdAt));
  return added.ok ? ok(token) : err({ kind: 'full', limit: peopleLimits.tokens });
}
