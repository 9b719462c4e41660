import { ok, type Result } from '@cardwatch/kernel';
import type { ServiceFailure } from '../services/failure.ts';
import type { OpenedSession } from '../services/session/open.ts';
import type { Reply } from './types.ts';

/** A verb's value as the body. */
export async function plain<T>(verb: Promise<Result<T, ServiceFailure>>): Promise<Result<Reply<T>, ServiceFailure>> {
  const result = await verb;
  return result.ok ? ok({ body: result.value }) : result;
}

/** The body, and the secret into the cookie. */
export async function opened(
  verb: Promise<Result<OpenedSession, ServiceFailure>>,
): Promise<Result<Reply<OpenedSession['body']>, ServiceFailure>> {
  const result = await verb;
  if (!result.ok) return result;
  const { body, secret, maxAgeS } = result.value;
  return ok({ body, cookie: { secret, maxAgeS } });
}

/** A file instead of the body. */
export async function asFile(
  verb: Promise<Result<NonNullable<Reply<undefined>['file']>, ServiceFailure>>,
): Promise<Result<Reply<undefined>, ServiceFailure>> {
  const result = await verb;
  return result.ok ? ok({ body: undefined, file: result.value }) : result;
}
