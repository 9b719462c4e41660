/** The clocks of one incident as they stand now, each with what is not known of the years that it runs into. */
import type { IncidentClockDto, IncidentClocksDto } from '@cardwatch/contracts/api';
import { epochMs, err, ok, type Result } from '@cardwatch/kernel';
import { type ClockReading, clocksOf } from '../../core/sla/clocks.core.ts';
import { contractAt } from '../../core/sla/limits.core.ts';
import { termsOf } from '../../core/sla/terms.core.ts';
import type { Settings } from '../../store/watch/roles.ts';
import { noticesOf } from '../calendar/notices.core.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

/** Empty for what was merged or a false alarm: nothing is promised of it. */
export async function showClocks(services: Watched, incidentId: string): Promise<Result<IncidentClocksDto, ServiceFailure>> {
  const incident = await services.watch.incident(incidentId);
  if (incident === null) return err({ kind: 'notFound', place: 'incidentId', value: incidentId });
  const { calendars, contracts } = await services.watch.settings();
  const now = epochMs(services.clock.now());
  const terms = termsOf(incident, { calendars, contracts });
  return ok({
    incidentId,
    at: now,
    contract: contractAt(contracts, incident.openedAt)?.contractId ?? null,
    pace: terms.pace,
    clocks: clocksOf(incident, terms, now).map((reading) => clockDto(reading, calendars)),
  });
}

/** Until it stopped, else until it is due: what lies behind its end moves nothing. */
function clockDto(reading: ClockReading, calendars: Settings['calendars']): IncidentClockDto {
  const { calendar, startedAt, stoppedAt, dueAt, deadlineAt } = reading;
  const to = stoppedAt ?? dueAt ?? deadlineAt ?? startedAt;
  return { ...reading, notices: noticesOf(calendars, calendar, { from: startedAt, to: epochMs(to + 1) }) };
}
