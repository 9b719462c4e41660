import type { Role } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { AuditedPerson } from '../../store/people/roles.ts';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import { hashSecret, normalCode } from '../secret.ts';
import type { Services } from '../services.ts';
import { beginAttempt } from '../session/attempt.ts';
import { type OpenedSession, openSession } from '../session/open.ts';
import { setupSetting, spendAttempt } from './code.ts';

export interface FirstAccount {
  readonly name: string;
  readonly displayName: string;
  readonly password: string;
}

export interface FirstAccounts extends FirstAccount {
  readonly code: string;
  /** The same person's account for the daily work. */
  readonly duty?: FirstAccount | undefined;
}

/**
 * Spends the set-up code, makes the first administrator and, when asked, the same person's duty account; signs in with the latter, or with the only one.
 * An administrator neither handles alarms nor sees money: two names and two passwords keep the trail telling which hat was worn.
 */
export async function completeSetup(
  services: Services,
  caller: Caller,
  ask: FirstAccounts,
): Promise<Result<OpenedSession, ServiceFailure>> {
  if ((await services.people.personCount()) > 0) return err({ kind: 'setupClosed' });
  const fault = dutyFault(ask);
  if (fault !== undefined) return err(fault);
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

function dutyFault({ name, password, duty }: FirstAccounts): ServiceFailure | undefined {
  if (duty?.name === name)
    return { kind: 'invalid', place: 'body.duty.name', value: name, expected: 'another name', why: 'sameAccount' };
  if (duty?.password === password)
    return { kind: 'invalid', place: 'body.duty.password', expected: 'another password', why: 'samePassword' };
  return undefined;
}

async function makeFirst(
  services: Services,
  caller: Caller,
  { ask, codeHash }: { readonly ask: FirstAccounts; readonly codeHash: string },
): Promise<Result<OpenedSession, ServiceFailure>> {
  const admin = await firstPerson(services, caller, ask, 'admin');
  if (!admin.ok) return admin;
  const duty = ask.duty === undefined ? undefined : await firstPerson(services, { ...caller, actor: ask.name }, ask.duty, 'duty');
  if (duty?.ok === false) return duty;
  const persons = duty === undefined ? [admin.value] : [admin.value, duty.value];
  const made = await services.people.addFirstPersons(persons, codeHash);
  if (!made.ok) return err({ kind: 'setupClosed' });
  const { person } = duty?.value ?? admin.value;
  return openSession(services, caller, { ...person, areas: null });
}

/** The administrator is made by nobody, with the code; the duty account by the administrator. */
async function firstPerson(
  { passwords, clock }: Services,
  caller: Caller,
  { name, displayName, password }: FirstAccount,
  role: Role,
): Promise<Result<AuditedPerson, ServiceFailure>> {
  const hashed = await passwords.hash(password);
  if (!hashed.ok) return err({ kind: 'busy', retryAfterS: 2 });
  const createdAt = clock.now();
  const said =
    role === 'admin'
      ? { action: 'setup.complete', detail: { role } }
      : { action: 'user.add', detail: { role: 'admin', given: role, with: 'setup.complete' } };
  const audit = auditOf(caller, { ...said, object: name, result: 'ok' }, createdAt);
  return ok({ person: { name, displayName, role, password: hashed.value, createdAt }, audit });
}
