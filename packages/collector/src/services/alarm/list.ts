import type { AlarmDto, CountDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { PageResult } from '../../store/read/roles.ts';
import type { AlarmsAsk } from '../../store/watch/roles.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

export type AlarmFilter = Omit<AlarmsAsk, 'cursor' | 'limit' | 'areas'>;

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
