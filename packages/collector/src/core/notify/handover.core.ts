/**
 * The moment of handing over: a mark is kept right before the bytes go out that could deliver. A death before it delivered nothing and is repeated freely;
 * after it nobody knows, and the message is repeated once. After a second such death it is not sent a third time by that channel: it is `unconfirmed`.
 */
import type { DeliveryAttempt, Notice } from '@cardwatch/contracts/watch';

/** Deaths after the mark that one notice may have: with them a reader has the message at most twice. */
export const cutOffsMax = 2;

/** What an attempt that a death ended is written down as. */
export const cutOffAs = {
  before: { outcome: 'unreachable', code: 'restartBefore' },
  after: { outcome: 'timeout', code: 'restart' },
} as const satisfies Readonly<Record<string, Pick<DeliveryAttempt, 'outcome' | 'code'>>>;

/** Attempts of the notice that a death cut off after the mark. */
export const cutOffsOf = ({ attempts }: Pick<Notice, 'attempts'>): number =>
  attempts.filter(({ outcome, code }) => outcome === cutOffAs.after.outcome && code === cutOffAs.after.code).length;
