/**
 * Under which terms an incident's clocks run: the contract that held when it was opened. What came back while watched goes on with the clocks that it had:
 * no promise is shortened after the fact.
 */
import type { BusinessCalendar, Incident, SlaContract } from '@cardwatch/contracts/watch';
import { eventBump } from '../incident/assess.core.ts';
import type { ClockTerms } from './clocks.core.ts';
import { contractAt, defaultSlaLimits } from './limits.core.ts';

export const eventPace = 0.5;

/** What people have saved of clocks. */
export interface SavedTerms {
  readonly calendars: readonly BusinessCalendar[];
  readonly contracts: readonly SlaContract[];
}

/** Half of the time where an important event held when it was first assessed. */
export const termsOf = (
  incident: Pick<Incident, 'assessments' | 'openedAt'>,
  { calendars, contracts }: SavedTerms,
): ClockTerms => ({
  limits: contractAt(contracts, incident.openedAt)?.limits ?? defaultSlaLimits,
  calendars,
  pace: (incident.assessments[0]?.bump ?? 0) >= eventBump ? eventPace : 1,
});
