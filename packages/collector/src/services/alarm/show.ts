import type { AlarmDetailDto, AlarmDto, HistoryDto, WouldTellDto } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import { whyNobody } from '../../core/alarm/why.core.ts';
import type { HistoryRow } from '../../store/watch/roles.ts';
import { failureOf } from '../act.ts';
import { isWithin } from '../area.core.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

/** Messages that are shown of one alarm. */
export const noticesShown = 200;

/** One alarm of the caller's areas; another one is as if it did not exist. */
export async function findAlarm(
  { watch }: Watched,
  { areas }: Caller,
  alarmId: string,
): Promise<Result<AlarmDto, ServiceFailure>> {
  const alarm = await watch.alarm(alarmId);
  if (alarm === null || !isWithin(areas, alarm)) return err({ kind: 'notFound', place: 'alarmId', value: alarmId });
  return ok(alarm);
}

export async function showAlarm(
  services: Watched,
  caller: Caller,
  alarmId: string,
): Promise<Result<AlarmDetailDto, ServiceFailure>> {
  const found = await findAlarm(services, caller, alarmId);
  if (!found.ok) return found;
  const { watch } = services;
  const alarm = found.value;
  const notices = await watch.notices({ alarmId, limit: noticesShown });
  if (!notices.ok) return notices;
  const { items } = notices.value;
  const view = await watch.policyView(alarmId);
  const known = (view.ok ? view.value : null) ?? { raiseAfterMs: null, policy: null };
  const why = whyNobody({ alarm, ...known, notices: items }, services.clock.now());
  const [history, cause] = [await watch.history(alarmId), alarm.causeId === null ? null : await watch.alarm(alarm.causeId)];
  return ok({ alarm, cause, history: history.map(historyDto), notices: items, why: [...why] });
}

/** A line of which the detail is not an object is shown without it. */
export function historyDto({ at, what, by, detail }: HistoryRow): HistoryDto {
  const parsed: unknown = JSON.parse(detail);
  return { at, what, by, detail: typeof parsed === 'object' && parsed !== null ? { ...parsed } : {} };
}

export async function wouldTell(
  services: Watched,
  caller: Caller,
  alarmId: string,
): Promise<Result<{ items: WouldTellDto[] }, ServiceFailure>> {
  const found = await findAlarm(services, caller, alarmId);
  if (!found.ok) return found;
  const told = await services.watch.wouldTell(alarmId);
  return told.ok ? ok({ items: [...told.value] }) : err(failureOf(told.error));
}
