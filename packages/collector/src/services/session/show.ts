import { roleScopes, type SessionDto } from '@cardwatch/contracts/api';
import type { LiveSession } from '../../store/people/roles.ts';
import type { SessionLimits } from '../services.ts';

export function sessionDto(session: LiveSession, limits: SessionLimits): SessionDto {
  return {
    name: session.name,
    displayName: session.displayName,
    role: session.role,
    areas: session.areas,
    scopes: [...roleScopes[session.role]],
    expiresAt: Math.min(session.expiresAt, session.lastUsedAt + limits.idleMs),
    csrf: session.csrf,
  };
}
