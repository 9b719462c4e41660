/** People keep calendars: checked with a sentence for each fault, then done by the watch as a version of its own. */
import type { CalendarsDto, SettingKind, SettingVersionDto } from '@cardwatch/contracts/api';
import type { BusinessCalendar, TeachingCalendar } from '@cardwatch/contracts/watch';
import { err, type Result } from '@cardwatch/kernel';
import { businessFaults, teachingFaults } from '../../core/calendar/check.core.ts';
import { order } from '../act.ts';
import type { Caller } from '../caller.ts';
import type { FaultCode, ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { listCalendars, listSettingVersions } from './show.ts';

export interface Changing {
  readonly basedOn: number;
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** The first fault is told; `under` is where in the body the thing stands. */
export function faultOf(
  faults: readonly { readonly place: string; readonly value: string; readonly code: FaultCode }[],
  under: string,
): ServiceFailure | undefined {
  const [first] = faults;
  if (first === undefined) return undefined;
  const { place, value, code } = first;
  return { kind: 'invalid', place: `${under}.${place}`, value: value.slice(0, 200), expected: code, why: code };
}

export async function saveBusinessCalendar(
  services: Watched,
  caller: Caller,
  { calendar, idempotencyKey, ...asked }: Changing & { readonly calendar: BusinessCalendar },
): Promise<Result<CalendarsDto, ServiceFailure>> {
  const fault = faultOf(businessFaults(calendar), 'body.calendar');
  if (fault !== undefined) return err(fault);
  const act = { kind: 'saveBusinessCalendar', calendar, ...asked } as const;
  const done = await order(services, caller, { act, idempotencyKey, object: calendar.name, detail: asked });
  return done.ok ? listCalendars(services) : done;
}

export async function removeBusinessCalendar(
  services: Watched,
  caller: Caller,
  { name, idempotencyKey, ...asked }: Changing & { readonly name: string },
): Promise<Result<CalendarsDto, ServiceFailure>> {
  const { calendars } = await services.watch.settings();
  if (!calendars.some((calendar) => calendar.name === name)) return err({ kind: 'notFound', place: 'name', value: name });
  const act = { kind: 'removeBusinessCalendar', name, ...asked } as const;
  const done = await order(services, caller, { act, idempotencyKey, object: name, detail: asked });
  return done.ok ? listCalendars(services) : done;
}

export async function saveTeachingCalendar(
  services: Watched,
  caller: Caller,
  { calendar, idempotencyKey, ...asked }: Changing & { readonly calendar: TeachingCalendar },
): Promise<Result<CalendarsDto, ServiceFailure>> {
  const fault = faultOf(teachingFaults(calendar), 'body.calendar');
  if (fault !== undefined) return err(fault);
  const act = { kind: 'saveTeachingCalendar', calendar, ...asked } as const;
  const done = await order(services, caller, { act, idempotencyKey, object: 'teaching', detail: asked });
  return done.ok ? listCalendars(services) : done;
}

/** One action for calendars and contracts alike. */
export async function rollbackSetting(
  services: Watched,
  caller: Caller,
  { setting, to, idempotencyKey, ...asked }: Changing & { readonly setting: SettingKind; readonly to: number },
): Promise<Result<{ items: SettingVersionDto[] }, ServiceFailure>> {
  const act = { kind: 'rollbackSetting', setting, to, ...asked } as const;
  const done = await order(services, caller, { act, idempotencyKey, object: setting, detail: { ...asked, to } });
  return done.ok ? listSettingVersions(services, setting) : done;
}
