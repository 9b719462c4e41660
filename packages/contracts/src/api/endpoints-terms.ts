/** Verbs of calendars and contracts, each kept as versions. Part of the one table in `endpoints.ts`. */
import { z } from 'zod';
import { BusinessCalendar, SlaContract, TeachingCalendar } from '../watch/index.ts';
import type { Endpoint } from './endpoints.ts';
import * as dto from './metrics-dto.ts';

/** `basedOn`: the version that was changed; another one since then changes nothing. */
const changing = { basedOn: z.int().min(0), reason: z.string().min(1).max(200), idempotencyKey: z.uuid() };
const setting = z.strictObject({ setting: dto.SettingKind });

export const termsEndpoints = {
  calendars: {
    method: 'get',
    path: '/calendars',
    summary: 'Business calendars and the teaching calendar, with the years whose public holidays are not known yet',
    scope: 'watch:read',
    response: dto.CalendarsDto,
  },
  saveBusinessCalendar: {
    method: 'post',
    path: '/calendars/business',
    summary: 'Add a business calendar, or change the one of this name. Clocks that run count by it from now on',
    scope: 'duty:edit',
    body: z.strictObject({ calendar: BusinessCalendar, ...changing }),
    response: dto.CalendarsDto,
  },
  removeBusinessCalendar: {
    method: 'post',
    path: '/calendars/business/:name/remove',
    summary: 'Remove a business calendar. Refused while a contract names it',
    scope: 'duty:edit',
    params: z.strictObject({ name: BusinessCalendar.shape.name }),
    body: z.strictObject(changing),
    response: dto.CalendarsDto,
  },
  saveTeachingCalendar: {
    method: 'post',
    path: '/calendars/teaching',
    summary:
      'Replace the teaching calendar 校历: terms, holidays, exam weeks, 调休. What is normal is learned by it from then on',
    scope: 'duty:edit',
    body: z.strictObject({ calendar: TeachingCalendar, ...changing }),
    response: dto.CalendarsDto,
  },
  settingVersions: {
    method: 'get',
    path: '/settings/:setting/versions',
    summary: 'Who changed calendars or contracts and why, newest first, at most 200',
    scope: 'watch:read',
    params: setting,
    response: z.strictObject({ items: z.array(dto.SettingVersionDto) }),
  },
  settingVersion: {
    method: 'get',
    path: '/settings/:setting/versions/:version',
    summary: 'What it was at that version',
    scope: 'watch:read',
    params: setting.extend({ version: z.coerce.number().int().min(1) }),
    response: dto.SettingValueDto,
  },
  rollbackSetting: {
    method: 'post',
    path: '/settings/:setting/rollback',
    summary: 'What an earlier version said, as a new version; 0: as if nobody had ever saved one',
    scope: 'duty:edit',
    params: setting,
    body: z.strictObject({ to: z.int().min(0), ...changing }),
    response: z.strictObject({ items: z.array(dto.SettingVersionDto) }),
  },
  slaContracts: {
    method: 'get',
    path: '/sla/contracts',
    summary: 'Limits of each contract by level and clock, the defaults, and which holds now',
    scope: 'watch:read',
    response: dto.SlaContractsDto,
  },
  saveSlaContract: {
    method: 'post',
    path: '/sla/contracts',
    summary: 'Add a contract, or change the one of this id. Incidents opened before its first day keep the clocks that they had',
    scope: 'duty:edit',
    body: z.strictObject({ contract: SlaContract, ...changing }),
    response: dto.SlaContractsDto,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
