/** What an administrator, or the command line, does to an account that exists. */
import type { Areas, PersonDto, ResetCodeDto } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { StandingFailure } from '../../store/people/roles.ts';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { newCode } from '../setup/code.ts';

type Parts = Pick<Services, 'people' | 'passwords' | 'sessionEnds' | 'clock'>;
type Outcome = Promise<Result<PersonDto, ServiceFailure>>;

/** Disabling ends the account's sessions and streams at once. */
export async function setUserDisabled(services: Parts, caller: Caller, name: string, disabled: boolean): Outcome {
  const action = disabled ? 'user.disable' : 'user.enable';
  const audit = auditOf(caller, { action, object: name, result: 'ok' }, services.clock.now());
  const done = await services.people.setDisabled(name, disabled, audit);
  if (!done.ok) return err(told(done.error, name));
  if (disabled) services.sessionEnds.tell(name);
  return done;
}

/** Holds from the account's next request on. */
export async function setUserAreas(services: Parts, caller: Caller, name: string, areas: Areas): Outcome {
  const act = { action: 'user.areas', object: name, result: 'ok', detail: { areas } };
  const done = await services.people.setAreas(name, areas, auditOf(caller, act, services.clock.now()));
  return done.ok ? done : err(told(done.error, name));
}

export async function unlockUser(services: Parts, caller: Caller, name: string): Outcome {
  const audit = auditOf(caller, { action: 'user.unlock', object: name, result: 'ok' }, services.clock.now());
  const done = await services.people.unlock(name, audit);
  return done.ok ? done : err(told(done.error, name));
}

/** The old password and all sessions end at once; the code lives as long as a set-up code and is told this once. */
export async function resetPassword(
  services: Parts,
  caller: Caller,
  name: string,
): Promise<Result<ResetCodeDto, ServiceFailure>> {
  const now = services.clock.now();
  const { code, kept } = newCode(now);
  const audit = auditOf(caller, { action: 'password.reset', object: name, result: 'ok' }, now);
  const done = await services.people.beginReset(name, JSON.stringify(kept), audit);
  if (!done.ok) return err(told(done.error, name));
  services.sessionEnds.tell(name);
  return ok({ name, code, expiresAt: kept.expiresAt });
}

/** The command line's way: whoever has the files needs no code. */
export async function setUserPassword(services: Parts, caller: Caller, name: string, password: string): Outcome {
  const hashed = await services.passwords.hash(password);
  if (!hashed.ok) return err({ kind: 'busy', retryAfterS: 2 });
  const audit = auditOf(caller, { action: 'password.set', object: name, result: 'ok' }, services.clock.now());
  const done = await services.people.setPassword({ name, encoded: hashed.value, proof: { kind: 'none' } }, audit);
  if (!done.ok) return err(told(done.error, name));
  services.sessionEnds.tell(name);
  return done;
}

const told = ({ kind }: StandingFailure, name: string): ServiceFailure =>
  kind === 'lastAdmin' ? { kind } : { kind: 'notFound', place: 'name', value: name };
