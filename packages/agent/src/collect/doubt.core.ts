/**
 * Whether silence proves anything. A wire loses frames; a device is not silent as long as lost frames explain it. How many questions in a row
 * must go without an answer follows from what the line loses: three on a sound line, more on a noisy one, fewer where neighbours fell silent too.
 */
import type { DriverFailure } from '@cardwatch/drivers';

export const doubtLimits = {
  /** Chance that lost frames alone explain the silence of a device; below it the device is silent. */
  chance: 1e-6,
  /** The same where others fell silent at the same time, which makes a broken cable likely. */
  chanceTogether: 1e-4,
  /** No line is taken for better, nor for worse, than this. */
  lossMin: 0.01,
  lossMax: 0.5,
  questionsMax: 12,
} as const;

/** `alone`: it is silent. `together`: it is, if others bear it out. `none`: a few lost frames would look the same. */
export type Proof = 'none' | 'together' | 'alone';

/** Questions in a row without an answer that lost frames explain with less than `chance`. */
export function questionsFor(chance: number, lossShare: number): number {
  const loss = Math.min(doubtLimits.lossMax, Math.max(doubtLimits.lossMin, lossShare));
  return Math.min(doubtLimits.questionsMax, Math.ceil(Math.log(chance) / Math.log(loss) - 1e-9));
}

/** Undefined: nothing is known of what the line loses, or the failure is no silence. */
export function proofOf(failure: DriverFailure): Proof | undefined {
  if (failure.kind !== 'timeout' || failure.unanswered === undefined || failure.lossShare === undefined) return undefined;
  if (failure.unanswered >= questionsFor(doubtLimits.chance, failure.lossShare)) return 'alone';
  return failure.unanswered >= questionsFor(doubtLimits.chanceTogether, failure.lossShare) ? 'together' : 'none';
}
