/**
 * After a repair a symptom is given time: its way is there again, it itself may not have been asked yet. It stands for itself once it was asked after the
 * recovery and still does not answer, at the earliest `graceMsMin` after it (what lost its power starts first), at the latest `graceMsMax` after it.
 */
import { type EpochMs, epochMs, secondMs } from '@cardwatch/kernel';
import type { NodeHealth } from './explain.core.ts';

export const graceMsMin = 30 * secondMs;
/** A heartbeat a minute, a probe of a slow line, and both once more. */
export const graceMsMax = 120 * secondMs;

export interface Grace {
  /** When it is over at the latest, by our clock. */
  readonly graceUntil: EpochMs;
  /** When the cause was over, by the clock of the agents that tell of it. */
  readonly backAt: EpochMs;
}

export const graceFrom = (from: EpochMs, backAt: EpochMs): Grace => ({ graceUntil: epochMs(from + graceMsMax), backAt });

/** When it is over as far as is known now. */
export function graceEnds({ graceUntil, backAt }: Grace, health: NodeHealth | undefined): number {
  const askedAt = health?.askedAt ?? null;
  return askedAt !== null && askedAt > backAt ? graceUntil - graceMsMax + graceMsMin : graceUntil;
}

/** The clock was set back: no grace is longer than `graceMsMax` for it. */
export const isAhead = ({ graceUntil }: Grace, now: EpochMs): boolean => graceUntil > now + graceMsMax;
