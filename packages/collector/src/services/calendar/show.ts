/** Calendars as they are kept, with what the next change is based on. */
import type { CalendarsDto, SettingKind, SettingValueDto, SettingVersionDto } from '@cardwatch/contracts/api';
import { epochMs, err, ok, type Result } from '@cardwatch/kernel';
import { officeCalendar, roundTheClock } from '../../core/calendar/business.core.ts';
import { stateTeachingCalendar } from '../../core/calendar/state-holidays.core.ts';
import type { Settings } from '../../store/watch/roles.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { holidayNotices } from './notices.core.ts';

/** 0: nobody has saved it. */
export const latestVersion = async ({ watch }: Pick<Watched, 'watch'>, setting: SettingKind): Promise<number> =>
  (await watch.settingVersions(setting))[0]?.n ?? 0;

export async function listCalendars(services: Watched): Promise<Result<CalendarsDto, ServiceFailure>> {
  const settings = await services.watch.settings();
  const { calendars, teaching } = settings;
  return ok({
    business: [...calendars],
    businessVersion: await latestVersion(services, 'calendars'),
    builtIn: [roundTheClock, officeCalendar],
    teaching,
    teachingVersion: await latestVersion(services, 'teaching'),
    stateTeaching: stateTeachingCalendar,
    notices: holidayNotices(settings, epochMs(services.clock.now())),
  });
}

export async function listSettingVersions(
  { watch }: Watched,
  setting: SettingKind,
): Promise<Result<{ items: SettingVersionDto[] }, ServiceFailure>> {
  const versions = await watch.settingVersions(setting);
  return ok({ items: versions.map(({ n, ...said }) => ({ version: n, ...said })) });
}

export async function showSettingVersion(
  { watch }: Watched,
  { setting, version }: { readonly setting: SettingKind; readonly version: number },
): Promise<Result<SettingValueDto, ServiceFailure>> {
  const value = await watch.settingValue(setting, version);
  if (value === undefined) return err({ kind: 'notFound', place: 'version', value: String(version) });
  return ok({ setting, version, calendars: null, teaching: null, contracts: null, ...asSaved(setting, value) });
}

/** What the watch has saved under this name: its act was checked before, and nobody else writes. */
const asSaved = (setting: SettingKind, value: unknown): Partial<Pick<SettingValueDto, SettingKind>> =>
  ({ [setting]: value }) as Partial<Pick<Settings, SettingKind>> as Partial<Pick<SettingValueDto, SettingKind>>;
