import { err, ok, type Result } from '@cardwatch/kernel';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { failAccount, failAddress, type Failures, forgiveAddress, lockedFor, noFailures } from './lockout.core.ts';

/** An attempt that was counted as failed before it was checked; exactly one of the two is called afterwards. */
export interface Attempt {
  /** Takes it back. */
  readonly succeeded: () => Promise<void>;
  /** Leaves it counted and writes it into the trail. */
  readonly failed: () => Promise<void>;
}

interface Subjects {
  readonly account: string;
  readonly address: string;
}

/**
 * Counts an attempt on `account` from the caller's address, or refuses while either is locked. One at a time, so that a burst of guesses is counted
 * guess by guess.
 */
export async function beginAttempt(
  services: Services,
  caller: Caller,
  account: string,
): Promise<Result<Attempt, ServiceFailure>> {
  const subjects: Subjects = { account: `account:${account}|${caller.ip}`, address: `address:${caller.ip}` };
  const counted = await services.attempts.run(() => count(services, subjects));
  if (!counted.ok) return err({ kind: 'busy', retryAfterS: 1 });
  if (!counted.value.ok) return counted.value;
  const result = counted.value.value.locks ? 'locked' : 'refused';
  return ok({
    succeeded: async () => void (await services.attempts.run(() => takeBack(services, subjects))),
    failed: () =>
      services.people.appendAudit(auditOf(caller, { action: 'session.attempt', object: account, result }, services.clock.now())),
  });
}

async function count(services: Services, subjects: Subjects): Promise<Result<{ readonly locks: boolean }, ServiceFailure>> {
  const now = services.clock.now();
  const state = await failuresOf(services, subjects);
  const waitMs = Math.max(lockedFor(state.account, now), lockedFor(state.address, now));
  if (waitMs > 0) return err({ kind: 'locked', retryAfterS: Math.ceil(waitMs / 1000) });
  const account = failAccount(state.account, now);
  const rows = [
    { subject: subjects.account, ...account },
    { subject: subjects.address, ...failAddress(state.address, now) },
  ];
  await services.people.setFailures(rows);
  return ok({ locks: account.lockedUntil > 0 });
}

async function takeBack(services: Services, subjects: Subjects): Promise<void> {
  const { address } = await failuresOf(services, subjects);
  await services.people.clearFailures([subjects.account]);
  await services.people.setFailures([{ subject: subjects.address, ...forgiveAddress(address) }]);
}

async function failuresOf(
  services: Services,
  subjects: Subjects,
): Promise<{ readonly account: Failures; readonly address: Failures }> {
  const rows = await services.people.failures([subjects.account, subjects.address]);
  const of = (subject: string): Failures => {
    const row = rows.find((one) => one.subject === subject);
    return row === undefined ? noFailures : { failures: row.failures, lockedUntil: row.lockedUntil, lastAt: row.lastAt };
  };
  return { account: of(subjects.account), address: of(subjects.address) };
}
