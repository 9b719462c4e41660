/** How near the clocks of an incident are to their end. */
import type { IncidentClockDto } from '@cardwatch/contracts/api';
import { minuteMs } from '@cardwatch/kernel';

/** Due within this is told beforehand. */
export const soonMs = 30 * minuteMs;

export type Standing = 'overdue' | 'soon' | 'running' | 'paused' | 'met' | 'missed' | 'notNeeded';

type Reading = Pick<IncidentClockDto, 'state' | 'dueAt' | 'stoppedAt'>;

/** `overdue`: still runs over its limit; `missed`: stopped too late. A due time that passed since the answer counts already. */
export function standingOf({ state, dueAt, stoppedAt }: Reading, now: number): Standing {
  if (state === 'met' || state === 'notNeeded' || state === 'paused') return state;
  if (state === 'breached') return stoppedAt === null ? 'overdue' : 'missed';
  if (dueAt === null) return 'running';
  if (dueAt <= now) return 'overdue';
  return dueAt - now <= soonMs ? 'soon' : 'running';
}

/** Worst of an incident's clocks that still run. */
export function worstOf(clocks: readonly Reading[], now: number): 'overdue' | 'soon' | undefined {
  const standings = clocks.map((clock) => standingOf(clock, now));
  return standings.includes('overdue') ? 'overdue' : standings.includes('soon') ? 'soon' : undefined;
}

/** 0 to 1 of the limit that is used up; working time, as the collector counted it. */
export const usedShare = ({ elapsedMs, limitMs }: Pick<IncidentClockDto, 'elapsedMs' | 'limitMs'>): number =>
  limitMs <= 0 ? 1 : Math.min(1, Math.max(0, elapsedMs / limitMs));
