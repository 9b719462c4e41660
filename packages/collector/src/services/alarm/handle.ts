import type { AlarmDto, AlarmMoveBody, BulkDto } from '@cardwatch/contracts/api';
import type { AlarmId } from '@cardwatch/contracts/watch';
import { err, ok, type Result } from '@cardwatch/kernel';
import { order } from '../act.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { type AlarmFilter, withinAreas } from './list.ts';
import { findAlarm } from './show.ts';

/** Alarms of one act on many. */
export const bulkAlarmsMax = 2_000;
const pageRows = 500;

export interface HandleAsk {
  readonly alarmId: AlarmId;
  readonly move: AlarmMoveBody;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** Moves one alarm; what the step refuses is refused with its code. */
export async function handleAlarm(
  services: Watched,
  caller: Caller,
  { alarmId, move, note, idempotencyKey }: HandleAsk,
): Promise<Result<AlarmDto, ServiceFailure>> {
  const found = await findAlarm(services, caller, alarmId);
  if (!found.ok) return found;
  const act = { kind: 'handleAlarms', alarmIds: [alarmId], move, note } as const;
  const done = await order(services, caller, { act, idempotencyKey, object: alarmId, detail: { move, note } });
  if (!done.ok) return done;
  const [refused] = done.value.refused;
  return refused === undefined ? findAlarm(services, caller, alarmId) : err({ kind: 'refused', why: refused.why });
}

export interface HandleManyAsk {
  readonly filter: AlarmFilter;
  /** How many the caller was shown. */
  readonly expected: number;
  readonly move: AlarmMoveBody;
  readonly note: string;
  readonly idempotencyKey: string;
}

/** Moves what the filters give, if it is still as many as was shown; a key that was used before is answered with what it did. */
export async function handleAlarms(
  services: Watched,
  caller: Caller,
  { filter, expected, move, note, idempotencyKey }: HandleManyAsk,
): Promise<Result<BulkDto, ServiceFailure>> {
  const again = (await services.watch.actDone(idempotencyKey)) !== null;
  const alarmIds = again ? ok([]) : await idsOf(services, caller, filter);
  if (!alarmIds.ok) return alarmIds;
  if (!again && alarmIds.value.length !== expected) return err({ kind: 'changedMeanwhile' });
  const act = { kind: 'handleAlarms', alarmIds: alarmIds.value, move, note } as const;
  const detail = { filter, count: expected, move, note };
  const done = await order(services, caller, { act, idempotencyKey, object: 'alarms', detail });
  return done.ok ? ok({ changed: done.value.ids.length, refused: [...done.value.refused] }) : done;
}

async function idsOf(services: Watched, caller: Caller, filter: AlarmFilter): Promise<Result<AlarmId[], ServiceFailure>> {
  const ids: AlarmId[] = [];
  let cursor: string | undefined;
  do {
    const page = await services.watch.alarms({ ...withinAreas(caller, filter), cursor, limit: pageRows });
    if (!page.ok) return page;
    ids.push(...page.value.items.map(({ alarmId }) => alarmId));
    cursor = page.value.nextCursor ?? undefined;
  } while (cursor !== undefined && ids.length <= bulkAlarmsMax);
  return ids.length > bulkAlarmsMax ? err({ kind: 'full', limit: bulkAlarmsMax }) : ok(ids);
}
