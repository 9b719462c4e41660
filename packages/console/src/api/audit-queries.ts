import type { QueryOf } from '@cardwatch/contracts/api';
import type { Ask } from './ask.ts';

type AuditFilter = Omit<NonNullable<QueryOf<'audit'>>, 'cursor' | 'limit'>;

const auditPage = 200;

export const auditKeys = {
  trail: (filter: AuditFilter) => ['audit', filter] as const,
  chain: ['audit', 'chain'] as const,
  tokens: ['tokens'] as const,
};

/** Who did what; and the tokens that may do something. */
export function auditQueries({ single, paged }: Ask) {
  return {
    audit: (filter: AuditFilter) =>
      paged(auditKeys.trail(filter), 'audit', (cursor) => ({ query: { ...filter, ...cursor, limit: auditPage } })),
    auditChain: () => single(auditKeys.chain, 'auditChain', {}),
    tokens: () => single(auditKeys.tokens, 'tokens', {}),
  };
}
