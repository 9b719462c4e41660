import type { PersonDto, SessionDto } from '@cardwatch/contracts/api';
import type { LiveSession } from '../../store/people/roles.ts';
import { auditOf, type Caller } from '../caller.ts';
import { hashSecret, newSecret } from '../secret.ts';
import type { Services } from '../services.ts';
import { sessionDto } from './show.ts';

/** What sign-in and set-up answer: the body, and the secret that goes into the cookie and nowhere else. */
export interface OpenedSession {
  readonly body: SessionDto;
  readonly secret: string;
  readonly maxAgeS: number;
}

/** A new session with a new id: nothing of an earlier one lives on. */
export async function openSession(services: Services, caller: Caller, person: PersonDto): Promise<OpenedSession> {
  const now = services.clock.now();
  const secret = newSecret();
  const session: LiveSession = {
    idHash: hashSecret(secret),
    name: person.name,
    displayName: person.displayName,
    role: person.role,
    csrf: newSecret(),
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + services.sessions.absoluteMs,
    ip: caller.ip,
  };
  const { displayName: _d, role: _r, ...row } = session;
  const actor: Caller = { ...caller, actor: person.name, role: person.role };
  await services.people.openSession(row, auditOf(actor, { action: 'session.open', object: person.name, result: 'ok' }, now));
  return { body: sessionDto(session, services.sessions), secret, maxAgeS: Math.floor(services.sessions.absoluteMs / 1000) };
}
