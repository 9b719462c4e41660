import type { SessionDto } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { LiveSession, Person } from '../../store/people/roles.ts';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import { hashSecret, newSecret } from '../secret.ts';
import type { Services } from '../services.ts';
import { sessionDto } from './show.ts';

/** What sign-in and set-up answer: the body, and the secret that goes into the cookie and nowhere else. */
export interface OpenedSession {
  readonly body: SessionDto;
  readonly secret: string;
  readonly maxAgeS: number;
}

/**
 * A new session with a new id: nothing of an earlier one lives on. `person` as it stood when its password was checked: one that was disabled or got
 * another password in between is not let in.
 */
export async function openSession(
  services: Services,
  caller: Caller,
  person: Pick<Person, 'name' | 'displayName' | 'role' | 'areas' | 'password'>,
): Promise<Result<OpenedSession, ServiceFailure>> {
  const now = services.clock.now();
  const secret = newSecret();
  const session: LiveSession = {
    idHash: hashSecret(secret),
    name: person.name,
    displayName: person.displayName,
    role: person.role,
    areas: person.areas,
    csrf: newSecret(),
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + services.sessions.absoluteMs,
    ip: caller.ip,
  };
  const { displayName: _d, role: _r, areas: _a, ...row } = session;
  const actor: Caller = { ...caller, actor: person.name, role: person.role };
  const audit = auditOf(actor, { action: 'session.open', object: person.name, result: 'ok' }, now);
  if (!(await services.people.openSession(row, person.password, audit))) return err({ kind: 'badCredentials' });
  const maxAgeS = Math.floor(services.sessions.absoluteMs / 1000);
  return ok({ body: sessionDto(session, services.sessions), secret, maxAgeS });
}
