/** The one table that says what is tried after a failure, for every kind of it; a new kind does not compile without its row. */
import type { AlarmLevel, ChannelFailureKind } from '@cardwatch/contracts/watch';
import { durationMs, hourMs, minuteMs, secondMs, type DurationMs, type Random } from '@cardwatch/kernel';

/**
 * again: with the growing waits. slowly: every five minutes, a person has to mend something. asTold: when the vendor allows. smaller: at once, with half
 * the text. never: the same message would be refused again. `fallbackNow`: the next channel does not wait for `fallbackAfterMs`.
 */
export interface RetryRule {
  readonly retry: 'again' | 'slowly' | 'asTold' | 'smaller' | 'never';
  readonly fallbackNow: boolean;
}

export const retryTable: Readonly<Record<ChannelFailureKind, RetryRule>> = {
  unauthorised: { retry: 'slowly', fallbackNow: true },
  refused: { retry: 'never', fallbackNow: true },
  rateLimited: { retry: 'asTold', fallbackNow: false },
  tooLarge: { retry: 'smaller', fallbackNow: false },
  unreachable: { retry: 'again', fallbackNow: false },
  timeout: { retry: 'again', fallbackNow: false },
  serverError: { retry: 'again', fallbackNow: false },
  misconfigured: { retry: 'slowly', fallbackNow: true },
};

/** Waits after the first, second and third failure (domain M-5), exact; after them they grow with jitter. */
export const firstWaitsMs: readonly number[] = [10 * secondMs, 30 * secondMs, 90 * secondMs];
export const waitMsMax = 5 * minuteMs;
/** Without a word of the vendor a full allowance is waited out for this long. */
export const rateLimitedWaitMs = minuteMs;
export const retryAfterMsMax = hourMs;
/** A text is halved at most this often. */
export const shrinksMax = 4;
/** After so many failures the next channel is tried even before `fallbackAfterMs`. */
export const failuresBeforeFallback = 4;

/** For how long a notice of the level is tried. */
export function retryForMs(level: AlarmLevel): DurationMs {
  if (level === 1) return durationMs(24 * hourMs);
  return durationMs(level === 2 ? 4 * hourMs : hourMs);
}

export interface Failed {
  readonly kind: ChannelFailureKind;
  readonly retryAfterMs: number | null;
  /** Failures so far, this one included. */
  readonly failures: number;
  readonly shrinks: number;
}

export type NextTry = { readonly kind: 'after'; readonly waitMs: number; readonly shrink: boolean } | { readonly kind: 'never' };

/** When a failed notice is tried next. */
export function nextTry(failed: Failed, random: Random): NextTry {
  const { retry } = retryTable[failed.kind];
  if (retry === 'never') return { kind: 'never' };
  if (retry === 'slowly') return after(waitMsMax);
  if (retry === 'asTold') return after(Math.min(failed.retryAfterMs ?? rateLimitedWaitMs, retryAfterMsMax));
  if (retry === 'smaller') return failed.shrinks < shrinksMax ? { kind: 'after', waitMs: 0, shrink: true } : { kind: 'never' };
  return after(Math.max(backoffMs(failed.failures, random), failed.retryAfterMs ?? 0));
}

const after = (waitMs: number): NextTry => ({ kind: 'after', waitMs, shrink: false });

function backoffMs(failures: number, random: Random): number {
  const first = firstWaitsMs[failures - 1];
  if (first !== undefined) return first;
  const grown = 90 * secondMs * 2 ** Math.min(failures - firstWaitsMs.length, 10);
  return Math.round(Math.min(waitMsMax, grown * (0.8 + 0.4 * random.next())));
}
