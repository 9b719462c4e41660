import {
  removeBusinessCalendar,
  rollbackSetting,
  saveBusinessCalendar,
  saveTeachingCalendar,
} from '../../services/calendar/save.ts';
import { listCalendars, listSettingVersions, showSettingVersion } from '../../services/calendar/show.ts';
import { listContracts, saveContract } from '../../services/sla/contracts.ts';
import { watched } from '../../services/watch-desk.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const termsRoutes: Pick<
  Handlers,
  | 'calendars'
  | 'saveBusinessCalendar'
  | 'removeBusinessCalendar'
  | 'saveTeachingCalendar'
  | 'settingVersions'
  | 'settingVersion'
  | 'rollbackSetting'
  | 'slaContracts'
  | 'saveSlaContract'
> = {
  calendars: (services) => plain(watched(services, listCalendars)),
  saveBusinessCalendar: (services, caller, { body }) => plain(watched(services, (w) => saveBusinessCalendar(w, caller, body))),
  removeBusinessCalendar: (services, caller, { params, body }) =>
    plain(watched(services, (w) => removeBusinessCalendar(w, caller, { ...params, ...body }))),
  saveTeachingCalendar: (services, caller, { body }) => plain(watched(services, (w) => saveTeachingCalendar(w, caller, body))),
  settingVersions: (services, _caller, { params }) => plain(watched(services, (w) => listSettingVersions(w, params.setting))),
  settingVersion: (services, _caller, { params }) => plain(watched(services, (w) => showSettingVersion(w, params))),
  rollbackSetting: (services, caller, { params, body }) =>
    plain(watched(services, (w) => rollbackSetting(w, caller, { ...params, ...body }))),
  slaContracts: (services) => plain(watched(services, listContracts)),
  saveSlaContract: (services, caller, { body }) => plain(watched(services, (w) => saveContract(w, caller, body))),
};
