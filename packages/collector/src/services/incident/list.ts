import type { IncidentDetailDto, IncidentDto } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { PageResult } from '../../store/read/roles.ts';
import type { IncidentsAsk } from '../../store/watch/roles.ts';
import { historyDto } from '../alarm/show.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

export const listIncidents = ({ watch }: Watched, ask: IncidentsAsk): Promise<PageResult<IncidentDto>> => watch.incidents(ask);

export async function findIncident({ watch }: Watched, incidentId: string): Promise<Result<IncidentDto, ServiceFailure>> {
  const incident = await watch.incident(incidentId);
  return incident === null ? err({ kind: 'notFound', place: 'incidentId', value: incidentId }) : ok(incident);
}

export async function showIncident(services: Watched, incidentId: string): Promise<Result<IncidentDetailDto, ServiceFailure>> {
  const found = await findIncident(services, incidentId);
  if (!found.ok) return found;
  const alarms = await services.watch.alarmsById(found.value.alarmIds);
  const history = await services.watch.history(incidentId);
  return ok({ incident: found.value, alarms, history: history.map(historyDto) });
}
