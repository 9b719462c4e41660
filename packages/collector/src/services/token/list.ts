import type { TokenDto } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { TokenRow } from '../../store/people/roles.ts';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

type Parts = Pick<Services, 'people' | 'clock'>;
type Listed = Promise<Result<{ items: TokenDto[] }, ServiceFailure>>;

/** Enough of the hash to name a token, not enough to be one. */
const idOf = ({ idHash }: TokenRow): string => idHash.slice(0, 16);

export async function listTokens({ people, clock }: Parts): Listed {
  const tokens = await people.tokens(clock.now());
  return ok({
    items: tokens.map((token) => {
      const { label, scopes, createdBy, createdAt, expiresAt } = token;
      return { tokenId: idOf(token), label, scopes: [...scopes], createdBy, createdAt, expiresAt };
    }),
  });
}

/** From the next call on it is nobody's. */
export async function revokeToken(
  services: Parts,
  caller: Caller,
  { tokenId, reason }: { readonly tokenId: string; readonly reason: string },
): Listed {
  const { people, clock } = services;
  const missing = err({ kind: 'notFound', place: 'tokenId', value: tokenId } as const);
  const token = (await people.tokens(clock.now())).find((one) => idOf(one) === tokenId);
  if (token === undefined) return missing;
  const act = { action: 'token.revoke', object: token.label, result: 'ok', detail: { tokenId, reason } };
  const isGone = await people.removeToken(token.idHash, auditOf(caller, act, clock.now()));
  return isGone ? listTokens(services) : missing;
}
