import { err, type Result } from '@cardwatch/kernel';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { beginAttempt } from './attempt.ts';
import { type OpenedSession, openSession } from './open.ts';

export interface OwnPassword {
  readonly current: string;
  readonly password: string;
}

/** One's own password, the old one asked: a session that was left open is not enough. Every session ends, this one is opened anew. */
export async function changePassword(
  services: Services,
  caller: Caller,
  { current, password }: OwnPassword,
): Promise<Result<OpenedSession, ServiceFailure>> {
  if (caller.session === null) return err({ kind: 'signInNeeded' });
  const { name } = caller.session;
  const attempt = await beginAttempt(services, caller, name);
  if (!attempt.ok) return attempt;
  const person = await services.people.person(name);
  const right = await services.passwords.verify(current, person?.password);
  if (!right.ok) return err({ kind: 'busy', retryAfterS: 2 });
  if (!right.value || person === null) {
    await attempt.value.failed();
    return err({ kind: 'wrongPassword' });
  }
  await attempt.value.succeeded();
  const hashed = await services.passwords.hash(password);
  if (!hashed.ok) return err({ kind: 'busy', retryAfterS: 2 });
  const change = { name, encoded: hashed.value, proof: { kind: 'current', encoded: person.password } } as const;
  const audit = auditOf(caller, { action: 'password.change', object: name, result: 'ok' }, services.clock.now());
  const changed = await services.people.setPassword(change, audit);
  if (!changed.ok) return err({ kind: 'wrongPassword' });
  services.sessionEnds.tell(name);
  return openSession(services, caller, { ...person, password: hashed.value });
}
