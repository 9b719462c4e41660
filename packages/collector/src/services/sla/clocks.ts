/** The clocks of incidents as they stand now, each with what is not known of the years that it runs into. */
import type { IncidentClockDto, IncidentClocksDto, IncidentDto } from '@cardwatch/contracts/api';
import { type EpochMs, epochMs, ok, type Result } from '@cardwatch/kernel';
import { type ClockReading, clocksOf } from '../../core/sla/clocks.core.ts';
import { contractAt } from '../../core/sla/limits.core.ts';
import { type SavedTerms, termsOf } from '../../core/sla/terms.core.ts';
import type { PageAsk, PageResult } from '../../store/read/roles.ts';
import { noticesOf } from '../calendar/notices.core.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import { findIncident, listIncidents } from '../incident/list.ts';
import type { Watched } from '../watch-desk.ts';

/** Of an incident of the caller's areas. Empty for what was merged or a false alarm: nothing is promised of it. */
export async function showClocks(
  services: Watched,
  caller: Caller,
  incidentId: string,
): Promise<Result<IncidentClocksDto, ServiceFailure>> {
  const found = await findIncident(services, caller, incidentId);
  if (!found.ok) return found;
  return ok(clocksDto(found.value, await services.watch.settings(), epochMs(services.clock.now())));
}

/** Of the caller's incidents that are not over, in the order of `listIncidents`. */
export async function listClocks(services: Watched, caller: Caller, ask: PageAsk): Promise<PageResult<IncidentClocksDto>> {
  const page = await listIncidents(services, caller, { ...ask, open: true });
  if (!page.ok) return page;
  const settings = await services.watch.settings();
  const now = epochMs(services.clock.now());
  return ok({ ...page.value, items: page.value.items.map((incident) => clocksDto(incident, settings, now)) });
}

function clocksDto(incident: IncidentDto, { calendars, contracts }: SavedTerms, now: EpochMs): IncidentClocksDto {
  const terms = termsOf(incident, { calendars, contracts });
  return {
    incidentId: incident.incidentId,
    at: now,
    contract: contractAt(contracts, incident.openedAt)?.contractId ?? null,
    pace: terms.pace,
    clocks: clocksOf(incident, terms, now).map((reading) => clockDto(reading, calendars)),
  };
}

/** Until it stopped, else until it is due: what lies behind its end moves nothing. */
function clockDto(reading: ClockReading, calendars: SavedTerms['calendars']): IncidentClockDto {
  const { calendar, startedAt, stoppedAt, dueAt, deadlineAt } = reading;
  const to = stoppedAt ?? dueAt ?? deadlineAt ?? startedAt;
  return { ...reading, notices: noticesOf(calendars, calendar, { from: startedAt, to: epochMs(to + 1) }) };
}
