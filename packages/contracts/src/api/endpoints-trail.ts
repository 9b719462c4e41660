/** Verbs of the audit trail and of tokens. Part of the one table in `endpoints.ts`. */
import { z } from 'zod';
import * as dto from './dto.ts';
import type { Endpoint } from './endpoints.ts';
import { PageQuery, page } from './reply.ts';

export const trailEndpoints = {
  audit: {
    method: 'get',
    path: '/audit',
    summary:
      'Audit trail, newest first; of one `object`, such as the id of a device. `action` is the beginning of one, `q` a part of the object or the detail. A narrow question may answer an empty page with a cursor',
    scope: 'audit:read',
    query: PageQuery.extend({
      actor: z.string().max(80).optional(),
      action: z.string().max(64).optional(),
      object: z.string().min(1).max(200).optional(),
      q: z.string().max(64).optional(),
      result: z.string().max(64).optional(),
      from: z.coerce.number().int().optional(),
      to: z.coerce.number().int().optional(),
    }),
    response: page(dto.AuditDto),
  },
  auditChain: {
    method: 'get',
    path: '/audit/chain',
    summary: 'Walks the whole trail: numbers without holes, each row linked to the one before, each hash right',
    scope: 'audit:read',
    response: dto.AuditChainDto,
  },
  tokens: {
    method: 'get',
    path: '/tokens',
    summary: 'Bearer tokens that are not over: what they may do, who made them and until when; never the token itself',
    scope: 'users:admin',
    response: z.strictObject({ items: z.array(dto.TokenDto) }),
  },
  revokeToken: {
    method: 'post',
    path: '/tokens/:tokenId/revoke',
    summary: 'End a token now',
    scope: 'users:admin',
    params: z.strictObject({ tokenId: z.string().regex(/^[0-9a-f]{16}$/) }),
    body: z.strictObject({ reason: z.string().min(1).max(200) }),
    response: z.strictObject({ items: z.array(dto.TokenDto) }),
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
