import type { LiveEvent } from '@cardwatch/contracts/api';
import type { ReadRole } from '../../store/read/roles.ts';
import type { Changes } from './coalesce.core.ts';

/** What has changed, read as it stands now: a client that saw nothing in between is up to date after it. */
export async function eventsOf(read: ReadRole, changes: Changes): Promise<LiveEvent[]> {
  const events: LiveEvent[] = [];
  for (const device of await read.devicesById(changes.devices)) events.push({ type: 'device', device });
  for (const agent of await read.agentsById(changes.agents)) events.push({ type: 'agent', agent });
  for (const gap of await read.gapsById(changes.gaps)) events.push({ type: 'gap', gap });
  const readings = await read.latestReadings(changes.readings);
  if (readings.length > 0) events.push({ type: 'readings', readings });
  const points = await read.flowMinutes(changes.minutes);
  if (points.length > 0) events.push({ type: 'flow', points });
  const passes = await read.passMinutes(changes.passMinutes);
  if (passes.length > 0) events.push({ type: 'passes', points: passes });
  return events;
}

/** Server-sent events of one step. The position stands on the last one alone: a client cut off in the middle asks for the whole step again. */
export function frames(events: readonly LiveEvent[], position: number): string {
  return events
    .map((event, i) => `${i === events.length - 1 ? `id: ${position}\n` : ''}data: ${JSON.stringify(event)}\n\n`)
    .join('');
}
