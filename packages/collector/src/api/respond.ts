import type { ErrorBody } from '@cardwatch/contracts/api';
import type { Context } from 'hono';
import type { ServiceFailure } from '../services/failure.ts';
import type { ApiEnv } from './types.ts';
import { type Answer, answerTo, bugAnswer } from './words.core.ts';

/** Failures that say something of whoever asks, not of what they ask. */
const toldRefusals: Partial<Record<ServiceFailure['kind'], string>> = {
  badCredentials: 'badCredentials',
  crossSite: 'crossSite',
  locked: 'locked',
  quota: 'quota',
  busy: 'busy',
  tooLarge: 'requestTooLarge',
  setupCode: 'setupCode',
  resetCode: 'resetCode',
};

/** A failure as its status and `ErrorBody` in the caller's language. */
export function refuse(c: Context<ApiEnv>, failure: ServiceFailure): Response {
  c.set('refused', toldRefusals[failure.kind]);
  if ('retryAfterS' in failure) c.header('Retry-After', String(failure.retryAfterS));
  if (failure.kind === 'signInNeeded') c.header('WWW-Authenticate', 'Bearer realm="cardwatch"');
  const extra = {
    ...('place' in failure ? { place: failure.place } : {}),
    ...('value' in failure ? { value: failure.value } : {}),
    ...('expected' in failure ? { expected: failure.expected } : {}),
  };
  return errorResponse(c, { code: failure.kind, answer: answerTo(failure), extra });
}

/** An exception is a bug: logged once with its stack, told as an id. */
export function confess(c: Context<ApiEnv>, error: unknown): Response {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  c.get('log').log('error', 'http.bug', { requestId: c.get('requestId'), route: c.get('route'), error: text.slice(0, 2_000) });
  return errorResponse(c, { code: 'internal', answer: bugAnswer, extra: {} });
}

interface Told {
  readonly code: string;
  readonly answer: Answer;
  readonly extra: Pick<Partial<ErrorBody>, 'place' | 'value' | 'expected'>;
}

function errorResponse(c: Context<ApiEnv>, { code, answer, extra }: Told): Response {
  const body: ErrorBody = { code, message: answer.words[c.get('language')], ...extra, requestId: c.get('requestId') };
  return c.json(body, answer.status);
}
