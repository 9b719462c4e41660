import type { IncidentDetailDto, IncidentDto } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { PageResult } from '../../store/read/roles.ts';
import type { IncidentsAsk } from '../../store/watch/roles.ts';
import { historyDto } from '../alarm/show.ts';
import { isWithin } from '../area.core.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

/** Of a caller with areas: what lies in them by its scope or an alarm, and what they own. */
const ofCaller = <T extends object>({ areas, actor }: Caller, ask: T): T & Pick<IncidentsAsk, 'areas'> => ({
  ...ask,
  areas: areas === null ? undefined : { places: areas, owner: actor },
});

export const listIncidents = (
  { watch }: Watched,
  caller: Caller,
  ask: Omit<IncidentsAsk, 'areas' | 'incidentId'>,
): Promise<PageResult<IncidentDto>> => watch.incidents(ofCaller(caller, ask));

/** One incident of the caller's areas; another one is as if it did not exist. */
export async function findIncident(
  { watch }: Watched,
  caller: Caller,
  incidentId: string,
): Promise<Result<IncidentDto, ServiceFailure>> {
  const page = await watch.incidents(ofCaller(caller, { incidentId, limit: 1 }));
  if (!page.ok) return page;
  const [incident] = page.value.items;
  return incident === undefined ? err({ kind: 'notFound', place: 'incidentId', value: incidentId }) : ok(incident);
}

/** As it is after an act of this caller, wherever it lies by now. */
export async function doneIncident({ watch }: Watched, incidentId: string): Promise<Result<IncidentDto, ServiceFailure>> {
  const incident = await watch.incident(incidentId);
  return incident === null ? err({ kind: 'notFound', place: 'incidentId', value: incidentId }) : ok(incident);
}

/** With those of its alarms that lie in the caller's areas. */
export async function showIncident(
  services: Watched,
  caller: Caller,
  incidentId: string,
): Promise<Result<IncidentDetailDto, ServiceFailure>> {
  const found = await findIncident(services, caller, incidentId);
  if (!found.ok) return found;
  const alarms = (await services.watch.alarmsById(found.value.alarmIds)).filter((alarm) => isWithin(caller.areas, alarm));
  const history = await services.watch.history(incidentId);
  return ok({ incident: found.value, alarms, history: history.map(historyDto) });
}
