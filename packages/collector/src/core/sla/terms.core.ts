/** Under which terms an incident's clocks run. What came back while watched goes on with the clocks that it had: no promise is shortened after the fact. */
import type { BusinessCalendar, Incident } from '@cardwatch/contracts/watch';
import { eventBump } from '../incident/assess.core.ts';
import type { ClockTerms } from './clocks.core.ts';
import { defaultSlaLimits } from './limits.core.ts';

export const eventPace = 0.5;

/** Half of the time where an important event held when it was first assessed. */
export const termsOf = (incident: Pick<Incident, 'assessments'>, calendars: readonly BusinessCalendar[]): ClockTerms => ({
  limits: defaultSlaLimits,
  calendars,
  pace: (incident.assessments[0]?.bump ?? 0) >= eventBump ? eventPace : 1,
});
