/** Verbs of the watch, second half: who is told, incidents, topology. Part of the one table in `endpoints.ts`. */
import { z } from 'zod';
import { WireTime } from '../ids.ts';
import {
  AlarmId,
  AlarmLevel,
  ChannelKind,
  CorrectiveAction,
  HoldReason,
  Incident,
  IncidentMark,
  IncidentState,
  NoticePolicy,
  Recipient,
  RootCause,
  RuleId,
  Shift,
} from '../watch/index.ts';
import type { Endpoint } from './endpoints.ts';
import { PageQuery, page } from './reply.ts';
import { AvailabilityDto, SlaDto } from './sla-dto.ts';
import * as dto from './watch-dto.ts';

const wireTime = z.coerce.number().int().min(0);
const timeRange = { from: z.coerce.number().int().optional(), to: z.coerce.number().int().optional() };
/** A whole month of Shanghai, `2026-11`, or `from` and `to`. */
const period = {
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
    .optional(),
  from: wireTime.optional(),
  to: wireTime.optional(),
};
const yesNo = z.enum(['true', 'false']).transform((word) => word === 'true');
const reason = z.string().min(1).max(200);
const note = z.string().min(1).max(1_000);
const idempotencyKey = z.uuid();
const factor = z.int().min(0).max(3);
const incidentParams = z.strictObject({ incidentId: z.uuid() });

export const dutyEndpoints = {
  policies: {
    method: 'get',
    path: '/policies',
    summary: 'Who is told of what, in which order',
    scope: 'watch:read',
    response: dto.PoliciesDto,
  },
  savePolicies: {
    method: 'post',
    path: '/policies',
    summary: 'Replace all policies. Every recipient that they name must exist',
    scope: 'duty:edit',
    body: z.strictObject({ policies: z.array(NoticePolicy).max(64), reason, idempotencyKey }),
    response: dto.PoliciesDto,
  },
  recipients: {
    method: 'get',
    path: '/recipients',
    summary: 'People and robots that are told; addresses masked',
    scope: 'watch:read',
    response: z.strictObject({ items: z.array(dto.RecipientDto) }),
  },
  saveRecipient: {
    method: 'post',
    path: '/recipients',
    summary: 'Add a recipient, or change the one of this id; an address of null keeps the one that it has',
    scope: 'duty:edit',
    body: Recipient.extend({
      addresses: z.array(z.strictObject({ channel: ChannelKind, address: z.string().min(1).max(400).nullable() })).max(8),
      reason,
      idempotencyKey,
    }),
    response: dto.RecipientDto,
  },
  removeRecipient: {
    method: 'post',
    path: '/recipients/:recipientId/remove',
    summary: 'Remove a recipient. Refused while a policy or a shift to come names it',
    scope: 'duty:edit',
    params: z.strictObject({ recipientId: Recipient.shape.recipientId }),
    body: z.strictObject({ reason, idempotencyKey }),
    response: z.strictObject({ items: z.array(dto.RecipientDto) }),
  },
  shifts: {
    method: 'get',
    path: '/shifts',
    summary: 'Shifts of the next 14 days, and the hours that nobody has',
    scope: 'watch:read',
    response: dto.ShiftsDto,
  },
  saveShifts: {
    method: 'post',
    path: '/shifts',
    summary: 'Replace the shifts of these duties that begin in a span of time, at most 92 days',
    scope: 'duty:edit',
    body: z.strictObject({
      duties: z.array(Shift.shape.duty).min(1).max(16),
      from: WireTime,
      to: WireTime,
      shifts: z.array(Shift).max(400),
      reason,
      idempotencyKey,
    }),
    response: dto.ShiftsDto,
  },
  wouldTellOf: {
    method: 'get',
    path: '/would-tell',
    summary: 'Who would be told now of an alarm of this level, rule and place; nothing is sent',
    scope: 'watch:read',
    query: z.strictObject({
      level: z.coerce.number().pipe(AlarmLevel),
      rule: RuleId,
      campus: z.string().max(64).optional(),
      area: z.string().max(200).optional(),
    }),
    response: dto.DryRunDto,
  },
  incidents: {
    method: 'get',
    path: '/incidents',
    summary: 'Incidents 故障单, newest first',
    scope: 'watch:read',
    query: PageQuery.extend({ state: IncidentState.optional(), open: yesNo.optional(), ...timeRange }),
    response: page(dto.IncidentDto),
  },
  incident: {
    method: 'get',
    path: '/incidents/:incidentId',
    summary: 'One incident with its alarms and its history',
    scope: 'watch:read',
    params: incidentParams,
    response: dto.IncidentDetailDto,
  },
  openIncident: {
    method: 'post',
    path: '/incidents',
    summary: 'Open an incident, with the alarms that it is about',
    scope: 'incidents:handle',
    body: z.strictObject({
      title: Incident.shape.title,
      alarmIds: z.array(AlarmId).max(200),
      occurredAt: WireTime,
      note,
      idempotencyKey,
    }),
    response: dto.IncidentDto,
  },
  moveIncident: {
    method: 'post',
    path: '/incidents/:incidentId/state',
    summary: 'Accept, start, hold (with a reason), restore, resolve, confirm, close, or mark as a false alarm',
    scope: 'incidents:handle',
    params: incidentParams,
    body: z.strictObject({
      to: IncidentState.exclude(['new', 'merged']),
      holdReason: HoldReason.nullable(),
      note,
      idempotencyKey,
    }),
    response: dto.IncidentDto,
  },
  assignIncident: {
    method: 'post',
    path: '/incidents/:incidentId/owner',
    summary: 'Name who has it',
    scope: 'incidents:handle',
    params: incidentParams,
    body: z.strictObject({ owner: z.string().min(1).max(64), note, idempotencyKey }),
    response: dto.IncidentDto,
  },
  assessIncident: {
    method: 'post',
    path: '/incidents/:incidentId/assessment',
    summary: 'Assess the response level by severity, scope and urgency; kept with who and why',
    scope: 'incidents:handle',
    params: incidentParams,
    body: z.strictObject({
      severity: factor,
      scope: factor,
      urgency: factor,
      bump: z.int().min(0).max(6),
      hardRule: z.string().max(64).nullable(),
      reason: z.string().min(1).max(400),
      idempotencyKey,
    }),
    response: dto.IncidentDto,
  },
  recordIncident: {
    method: 'post',
    path: '/incidents/:incidentId/record',
    summary: 'The six fields of the record: time, place, symptom, cause, handling, result',
    scope: 'incidents:handle',
    params: incidentParams,
    body: z.strictObject({ record: Incident.shape.record, attributable: z.boolean().nullable(), idempotencyKey }),
    response: dto.IncidentDto,
  },
  rootCauseIncident: {
    method: 'post',
    path: '/incidents/:incidentId/root-cause',
    summary: 'Root cause by five whys or fishbone',
    scope: 'incidents:review',
    params: incidentParams,
    body: z.strictObject({ rootCause: RootCause, idempotencyKey }),
    response: dto.IncidentDto,
  },
  actionIncident: {
    method: 'post',
    path: '/incidents/:incidentId/actions',
    summary:
      'Add a corrective or preventive action, or change one by its id. Verified needs a measure before and after over 14 days',
    scope: 'incidents:review',
    params: incidentParams,
    body: CorrectiveAction.omit({ actionId: true }).extend({ actionId: z.uuid().nullable(), idempotencyKey }),
    response: dto.IncidentDto,
  },
  mergeIncident: {
    method: 'post',
    path: '/incidents/:incidentId/merge',
    summary: 'Merge into another incident that is open',
    scope: 'incidents:review',
    params: incidentParams,
    body: z.strictObject({ into: z.uuid(), note, idempotencyKey }),
    response: dto.IncidentDto,
  },
  markIncident: {
    method: 'post',
    path: '/incidents/:incidentId/marks',
    summary: 'Now: on site, experts consulted, users told (start, latest, end), a report handed in',
    scope: 'incidents:handle',
    params: incidentParams,
    body: z.strictObject({ mark: IncidentMark, note, idempotencyKey }),
    response: dto.IncidentDto,
  },
  sla: {
    method: 'get',
    path: '/sla',
    summary:
      'Figures of the contract over incidents opened in a month or a time, of a campus or an area, each with its definition; at most 400 days',
    scope: 'watch:read',
    query: z.strictObject({ ...period, campus: z.string().max(64).optional(), area: z.string().max(200).optional() }),
    response: SlaDto,
  },
  availability: {
    method: 'get',
    path: '/availability',
    summary: 'Availability three ways of a device, an area or a campus: raw, net, by contract; at most 93 days and 5,000 devices',
    scope: 'watch:read',
    query: z.strictObject({
      ...period,
      deviceId: z.string().max(64).optional(),
      campus: z.string().max(64).optional(),
      area: z.string().max(200).optional(),
    }),
    response: AvailabilityDto,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
