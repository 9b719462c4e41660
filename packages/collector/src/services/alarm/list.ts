import type { AlarmDto, AlarmFacetsDto, CountDto, ToldDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { PageResult } from '../../store/read/roles.ts';
import type { AlarmsAsk, AlarmsFilter } from '../../store/watch/roles.ts';
import { isWithin } from '../area.core.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

export type AlarmFilter = Omit<AlarmsFilter, 'areas'>;

/** The question within the areas of who asks. */
export const withinAreas = <T extends object>(
  { areas }: Caller,
  ask: T,
): T & { readonly areas: readonly string[] | undefined } => ({ ...ask, areas: areas ?? undefined });

export const listAlarms = ({ watch }: Watched, caller: Caller, ask: Omit<AlarmsAsk, 'areas'>): Promise<PageResult<AlarmDto>> =>
  watch.alarms(withinAreas(caller, ask));

export const countAlarms = async (
  { watch }: Watched,
  caller: Caller,
  filter: AlarmFilter,
): Promise<Result<CountDto, ServiceFailure>> => ok({ count: await watch.countAlarms(withinAreas(caller, filter)) });

export const alarmFacets = async (
  { watch }: Watched,
  caller: Caller,
  filter: AlarmFilter,
): Promise<Result<AlarmFacetsDto, ServiceFailure>> => ok(await watch.alarmFacets(withinAreas(caller, filter)));

/** Alarms elsewhere are left out, as if they did not exist. */
export async function toldOfAlarms(
  { watch }: Watched,
  { areas }: Caller,
  alarmIds: readonly string[],
): Promise<Result<{ items: ToldDto[] }, ServiceFailure>> {
  const alarms = await watch.alarmsById(alarmIds);
  const mine = alarms.filter((alarm) => isWithin(areas, alarm)).map(({ alarmId }) => alarmId);
  return ok({ items: await watch.toldOfAlarms(mine) });
}
