import { err, type Result } from '@cardwatch/kernel';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import { hashSecret, normalCode } from '../secret.ts';
import type { Services } from '../services.ts';
import { beginAttempt } from '../session/attempt.ts';
import { type OpenedSession, openSession } from '../session/open.ts';
import { setupSetting, spendAttempt } from './code.ts';

export interface FirstAdministrator {
  readonly code: string;
  readonly name: string;
  readonly displayName: string;
  readonly password: string;
}

/** Spends the set-up code, makes the first administrator and signs them in. */
export async function completeSetup(
  services: Services,
  caller: Caller,
  ask: FirstAdministrator,
): Promise<Result<OpenedSession, ServiceFailure>> {
  if ((await services.people.personCount()) > 0) return err({ kind: 'setupClosed' });
  const attempt = await beginAttempt(services, caller, 'setup');
  if (!attempt.ok) return attempt;
  const codeHash = hashSecret(normalCode(ask.code));
  if (!(await spendAttempt(services, setupSetting, codeHash))) {
    await attempt.value.failed();
    return err({ kind: 'setupCode' });
  }
  await attempt.value.succeeded();
  return makeFirst(services, caller, { ask, codeHash });
}

async function makeFirst(
  services: Services,
  caller: Caller,
  { ask, codeHash }: { readonly ask: FirstAdministrator; readonly codeHash: string },
): Promise<Result<OpenedSession, ServiceFailure>> {
  const { name, displayName } = ask;
  const password = await services.passwords.hash(ask.password);
  if (!password.ok) return err({ kind: 'busy', retryAfterS: 2 });
  const createdAt = services.clock.now();
  const audit = auditOf(caller, { action: 'setup.complete', object: name, result: 'ok', detail: { role: 'admin' } }, createdAt);
  const person = { name, displayName, role: 'admin', password: password.value, createdAt } as const;
  const made = await services.people.addFirstPerson(person, codeHash, audit);
  return made.ok ? openSession(services, caller, { ...made.value, password: password.value }) : err({ kind: 'setupClosed' });
}
