import { err, type Result } from '@cardwatch/kernel';
import { resetSetting } from '../../store/people/roles.ts';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import { hashSecret, normalCode } from '../secret.ts';
import type { Services } from '../services.ts';
import { spendAttempt } from '../setup/code.ts';
import { beginAttempt } from './attempt.ts';
import { type OpenedSession, openSession } from './open.ts';

export interface NewPassword {
  readonly name: string;
  readonly code: string;
  readonly password: string;
}

/** Spends the one-time code of a reset, sets the password and signs in. Unknown name, wrong and spent code are told alike. */
export async function redeemReset(
  services: Services,
  caller: Caller,
  { name, code, password }: NewPassword,
): Promise<Result<OpenedSession, ServiceFailure>> {
  const attempt = await beginAttempt(services, caller, name);
  if (!attempt.ok) return attempt;
  const codeHash = hashSecret(normalCode(code));
  if (!(await spendAttempt(services, resetSetting(name), codeHash))) {
    await attempt.value.failed();
    return err({ kind: 'resetCode' });
  }
  await attempt.value.succeeded();
  const hashed = await services.passwords.hash(password);
  if (!hashed.ok) return err({ kind: 'busy', retryAfterS: 2 });
  const change = { name, encoded: hashed.value, proof: { kind: 'code', codeHash } } as const;
  const audit = auditOf(
    { ...caller, actor: name },
    { action: 'password.redeem', object: name, result: 'ok' },
    services.clock.now(),
  );
  const changed = await services.people.setPassword(change, audit);
  if (!changed.ok) return err({ kind: 'resetCode' });
  services.sessionEnds.tell(name);
  return openSession(services, caller, { ...changed.value, password: hashed.value });
}
