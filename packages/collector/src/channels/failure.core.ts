/** Failures of channels, made in one place: our own words and the vendor's code, never the vendor's words, an address or a secret. */
import type { ChannelFailureKind } from '@cardwatch/contracts/watch';
import { err } from '@cardwatch/kernel';
import type { ChannelFailure } from './channel.ts';
import { type DetailCode, detailText } from './words/words.ts';

export const failureLimits = { codeLength: 64, detailLength: 200, retryAfterMsMax: 24 * 3_600_000 } as const;

export interface FailureParts {
  readonly kind: ChannelFailureKind;
  readonly detail: DetailCode;
  readonly code?: string | number | null;
  readonly retryAfterMs?: number | null;
}

export type Refusal = { readonly ok: false; readonly error: ChannelFailure };

/** A code of the vendor is kept as far as it looks like one. */
export function failed({ kind, detail, code = null, retryAfterMs = null }: FailureParts): Refusal {
  return err({
    kind,
    code: code === null ? null : codeText(code),
    detail: detailText(detail).slice(0, failureLimits.detailLength),
    retryAfterMs: retryAfterMs === null ? null : Math.min(Math.max(0, retryAfterMs), failureLimits.retryAfterMsMax),
  });
}

const codeText = (code: string | number): string =>
  String(code)
    .replace(/[^A-Za-z0-9 ._-]/g, '')
    .slice(0, failureLimits.codeLength);

/** What a status that is not 2xx says. 429 and 503 may say when to come back (RFC 9110, 10.2.3). */
export function failedByStatus(status: number, retryAfterMs: number | null): Refusal {
  const as = (kind: ChannelFailureKind, detail: DetailCode): Refusal => failed({ kind, detail, code: status, retryAfterMs });
  if (status === 504) return as('timeout', 'deadline');
  if (status >= 500) return as('serverError', 'httpServerError');
  switch (status) {
    case 401:
    case 403:
    case 407:
      return as('unauthorised', 'httpUnauthorised');
    case 404:
    case 405:
    case 410:
      return as('misconfigured', 'httpGone');
    case 408:
      return as('timeout', 'deadline');
    case 413:
    case 414:
    case 431:
      return as('tooLarge', 'tooLong');
    case 425:
    case 429:
      return as('rateLimited', 'tooFast');
    default:
      return as('refused', 'httpRefused');
  }
}

/** `Retry-After` as seconds or as a date, in milliseconds from `now`; null where it is neither. */
export function retryAfterMsOf(header: string | null, parseDate: (text: string) => number, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = text.endsWith('GMT') ? parseDate(text) : Number.NaN;
  return Number.isFinite(at) ? Math.max(0, at - now) : null;
}
