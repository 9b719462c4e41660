import type { ParamsOf } from '@cardwatch/contracts/api';
import type { Ask } from './ask.ts';

export type SettingName = ParamsOf<'settingVersions'>['setting'];

export const calendarKeys = {
  windows: ['windows'] as const,
  calendars: ['calendars'] as const,
  versions: (setting: SettingName) => ['calendars', 'versions', setting] as const,
};

/** What holds when: events, windows, silences, hours of business, terms and holidays. */
export function calendarQueries({ single }: Ask) {
  return {
    windows: (ended: boolean) => single([...calendarKeys.windows, ended], 'windows', { query: ended ? { ended: 'true' } : {} }),
    calendars: () => single(calendarKeys.calendars, 'calendars', {}),
    settingVersions: (setting: SettingName) => single(calendarKeys.versions(setting), 'settingVersions', { params: { setting } }),
  };
}
