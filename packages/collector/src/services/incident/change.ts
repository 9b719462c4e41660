import type { IncidentDto } from '@cardwatch/contracts/api';
import type { AlarmId } from '@cardwatch/contracts/watch';
import { epochMs, err, type Result } from '@cardwatch/kernel';
import type { IncidentAct } from '../../core/watch/act.core.ts';
import { order } from '../act.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { isWithin } from '../area.core.ts';
import { doneIncident, findIncident } from './list.ts';

export interface OpenAsk {
  readonly title: string;
  readonly alarmIds: readonly AlarmId[];
  readonly occurredAt: number;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** The key becomes the id: asked again, the same incident. */
export async function openIncident(
  services: Watched,
  caller: Caller,
  { title, alarmIds, occurredAt, note, idempotencyKey }: OpenAsk,
): Promise<Result<IncidentDto, ServiceFailure>> {
  const seen = (await services.watch.alarmsById(alarmIds)).filter((alarm) => isWithin(caller.areas, alarm));
  const known = new Set(seen.map(({ alarmId }) => alarmId));
  const stranger = alarmIds.find((alarmId) => !known.has(alarmId));
  if (stranger !== undefined) return err({ kind: 'notFound', place: 'alarmIds', value: stranger });
  if (occurredAt > services.clock.now())
    return err({ kind: 'invalid', place: 'body.occurredAt', value: String(occurredAt), expected: '<= now' });
  const about = { title, alarmIds, occurredAt: epochMs(occurredAt), note };
  return changeIncident(services, caller, { kind: 'openIncident', incidentId: idempotencyKey, ...about }, idempotencyKey);
}

/** Does one act on an incident and gives it back as it is then. The trail keeps the act without its long texts. */
export async function changeIncident(
  services: Watched,
  caller: Caller,
  act: IncidentAct,
  idempotencyKey: string,
): Promise<Result<IncidentDto, ServiceFailure>> {
  const { kind, incidentId } = act;
  if (kind !== 'openIncident') {
    const named = kind === 'mergeIncident' ? [incidentId, act.into] : [incidentId];
    for (const each of named) {
      const known = await findIncident(services, caller, each);
      if (!known.ok) return known;
    }
  }
  const done = await order(services, caller, { act, idempotencyKey, object: incidentId, detail: detailOf(act) });
  return done.ok ? doneIncident(services, incidentId) : done;
}

export interface SplitAsk {
  readonly incidentId: string;
  readonly title: string;
  readonly alarmIds: readonly AlarmId[];
  readonly note: string;
  readonly idempotencyKey: string;
}

/** The key becomes the id of the new incident, which is given back. */
export async function splitIncident(
  services: Watched,
  caller: Caller,
  { idempotencyKey, ...ask }: SplitAsk,
): Promise<Result<IncidentDto, ServiceFailure>> {
  const act = { kind: 'splitIncident', newId: idempotencyKey, ...ask } as const;
  const done = await changeIncident(services, caller, act, idempotencyKey);
  return done.ok ? doneIncident(services, idempotencyKey) : done;
}

const told: ReadonlySet<string> = new Set([
  'to',
  'holdReason',
  'note',
  'reason',
  'severity',
  'scope',
  'urgency',
  'bump',
  'level',
  'owner',
  'into',
  'mark',
  'title',
]);

const detailOf = (act: IncidentAct): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(act).filter(([name]) => told.has(name)));
