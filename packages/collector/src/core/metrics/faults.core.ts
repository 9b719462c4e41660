/** Confirmed faults are not what is normal: an alarm that people took on, an incident that was not refuted. */
import type { Alarm, Incident } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import { entityOf } from './entity.core.ts';
import type { Excluded } from './learn-day.core.ts';

/** null: nobody confirmed it, or it was never raised. An alarm of `to` and later is still up. */
export function excludedByAlarm(alarm: Alarm, to: EpochMs): Excluded | null {
  const { raisedAt, clearedAt, handling, incidentId, subject, devices } = alarm;
  if (raisedAt === null || (handling === 'new' && incidentId === null)) return null;
  const span = { from: epochMs(alarm.foundAt), to: epochMs(clearedAt ?? to) };
  switch (subject.kind) {
    case 'campus':
    case 'area':
      return { ...span, areas: [subject.id], entities: [...devices] };
    case 'merchant':
      return { ...span, areas: [], entities: [entityOf.merchant(subject.id), ...devices] };
    case 'card':
    case 'collector':
      return null;
    default:
      return { ...span, areas: [], entities: [subject.id, ...devices] };
  }
}

/** null: it was refuted, merged into another, or names no place and no device. */
export function excludedByIncident(incident: Incident, to: EpochMs): Excluded | null {
  const { state, occurredAt, restoredAt, closedAt, scope } = incident;
  if (state === 'new' || state === 'falseAlarm' || state === 'merged') return null;
  if (scope === undefined || scope.areas.length + scope.devices.length === 0) return null;
  const until = restoredAt ?? closedAt ?? to;
  return { from: epochMs(occurredAt), to: epochMs(until), areas: [...scope.areas], entities: [...scope.devices] };
}
