import type { ErrorBody } from '@cardwatch/contracts/api';

/**
 * Why a call brought nothing: `unreachable` (no answer at all), `refused` (the collector said why), `malformed` (an answer that is not ours,
 * e.g. a proxy's page).
 */
export type ApiFailure =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'refused'; readonly status: number; readonly body: ErrorBody }
  | { readonly kind: 'malformed'; readonly status: number };

/** Carries a failure through TanStack Query, which speaks in exceptions. */
export class ApiError extends Error {
  readonly failure: ApiFailure;

  constructor(failure: ApiFailure) {
    super(failure.kind === 'refused' ? `${failure.status} ${failure.body.code}` : failure.kind);
    this.name = 'ApiError';
    this.failure = failure;
  }
}

export const failureOf = (error: unknown): ApiFailure =>
  error instanceof ApiError ? error.failure : { kind: 'malformed', status: 0 };

/** True when nobody is signed in (any more). */
export const isSignedOut = (error: unknown): boolean => {
  const failure = failureOf(error);
  return failure.kind === 'refused' && failure.status === 401;
};

/** A refusal does not get better by asking again at once; a silent network may. */
export const mayRetry = (failureCount: number, error: unknown): boolean =>
  failureCount < 2 && failureOf(error).kind === 'unreachable';
