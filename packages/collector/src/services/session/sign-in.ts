import { err, type Result } from '@cardwatch/kernel';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { beginAttempt } from './attempt.ts';
import { type OpenedSession, openSession } from './open.ts';

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** Unknown name, wrong password and disabled account are told alike and take the same time. */
export async function signIn(
  services: Services,
  caller: Caller,
  { name, password }: Credentials,
): Promise<Result<OpenedSession, ServiceFailure>> {
  const attempt = await beginAttempt(services, caller, name);
  if (!attempt.ok) return attempt;
  const person = await services.people.person(name);
  const right = await services.passwords.verify(password, person?.password);
  if (!right.ok) return err({ kind: 'busy', retryAfterS: 2 });
  if (!right.value || person === null || person.disabled) {
    await attempt.value.failed();
    return err({ kind: 'badCredentials' });
  }
  await attempt.value.succeeded();
  return openSession(services, caller, person);
}
