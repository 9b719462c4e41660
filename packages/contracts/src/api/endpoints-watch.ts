/** Verbs of the watch, first half: alarms, what silences them, rules, messages. Part of the one table in `endpoints.ts`. */
import { z } from 'zod';
import {
  AlarmCondition,
  AlarmHandling,
  AlarmId,
  ImportantEvent,
  MaintenanceWindow,
  NoticeReason,
  NoticeState,
  RuleId,
  RuleTiming,
  RuleVersion,
  Silence,
} from '../watch/index.ts';
import type { Endpoint } from './endpoints.ts';
import { PageQuery, page } from './reply.ts';
import * as dto from './watch-dto.ts';

const timeRange = { from: z.coerce.number().int().optional(), to: z.coerce.number().int().optional() };
const yesNo = z.enum(['true', 'false']).transform((word) => word === 'true');
const reason = z.string().min(1).max(200);
const note = z.string().max(1_000);
const idempotencyKey = z.uuid();

/** What a list of alarms can be narrowed by. `area`, `campus`: exact; `subject`: the thing's id; `clearedFrom`: cleared then or later. */
const alarmFilters = {
  level: z.coerce.number().int().min(1).max(3).optional(),
  handling: AlarmHandling.optional(),
  condition: AlarmCondition.optional(),
  rule: RuleId.optional(),
  subject: z.string().max(200).optional(),
  area: z.string().max(200).optional(),
  campus: z.string().max(64).optional(),
  causeId: AlarmId.optional(),
  owner: z.string().max(64).optional(),
  clearedFrom: z.coerce.number().int().optional(),
  ...timeRange,
};
/** `root`: no other alarm explains it; `raised`: its duration was over. */
const alarmFlags = { open: yesNo.optional(), suppressed: yesNo.optional(), root: yesNo.optional(), raised: yesNo.optional() };
const alarmIds = z.array(AlarmId).min(1);
const alarmParams = z.strictObject({ alarmId: AlarmId });
const ruleParams = z.strictObject({ rule: RuleId });

export const watchEndpoints = {
  alarms: {
    method: 'get',
    path: '/alarms',
    summary:
      'Alarms 预警 of the areas of who asks, newest first, or the gravest first: by level, money at stake, age. `open`: not over yet; times are of the finding',
    scope: 'watch:read',
    query: PageQuery.extend({ ...alarmFilters, ...alarmFlags, order: z.enum(['found', 'gravity']).default('found') }),
    response: page(dto.AlarmDto),
  },
  countAlarms: {
    method: 'get',
    path: '/alarms/count',
    summary: 'How many alarms the same filters give: what a bulk act would touch',
    scope: 'watch:read',
    query: z.strictObject({ ...alarmFilters, ...alarmFlags }),
    response: dto.CountDto,
  },
  alarmFacets: {
    method: 'get',
    path: '/alarms/facets',
    summary: 'How many alarms each choice of each filter would give, with the others as they are',
    scope: 'watch:read',
    query: z.strictObject({ ...alarmFilters, ...alarmFlags }),
    response: dto.AlarmFacetsDto,
  },
  toldOfAlarms: {
    method: 'get',
    path: '/alarms/told',
    summary: 'How many were told of these alarms and have read it; ids with commas, at most 100',
    scope: 'watch:read',
    query: z.strictObject({
      ids: z
        .string()
        .max(3_700)
        .transform((text) => text.split(','))
        .pipe(alarmIds.max(100)),
    }),
    response: z.strictObject({ items: z.array(dto.ToldDto) }),
  },
  handleAlarms: {
    method: 'post',
    path: '/alarms/handling',
    summary:
      'Acknowledge, assign… all alarms that the filters give. `expected` is the count that was shown: another count changes nothing',
    scope: 'alarms:handle',
    body: z.strictObject({
      filter: z.strictObject({
        ...alarmFilters,
        open: z.boolean().optional(),
        suppressed: z.boolean().optional(),
        root: z.boolean().optional(),
        raised: z.boolean().optional(),
        /** Some of them by name. */
        alarmIds: alarmIds.max(2_000).optional(),
      }),
      expected: z.int().min(1).max(2_000),
      move: dto.AlarmMoveBody,
      note: note.min(1),
      idempotencyKey,
    }),
    response: dto.BulkDto,
  },
  alarm: {
    method: 'get',
    path: '/alarms/:alarmId',
    summary: 'One alarm with its history, its messages, what explains it, and why nobody was told, or who was',
    scope: 'watch:read',
    params: alarmParams,
    response: dto.AlarmDetailDto,
  },
  handleAlarm: {
    method: 'post',
    path: '/alarms/:alarmId/handling',
    summary: 'Acknowledge, assign, start, hold, resume, finish or close one alarm',
    scope: 'alarms:handle',
    params: alarmParams,
    body: z.strictObject({ move: dto.AlarmMoveBody, note, idempotencyKey }),
    response: dto.AlarmDto,
  },
  wouldTell: {
    method: 'get',
    path: '/alarms/:alarmId/would-tell',
    summary: 'Who would be told of this alarm now, by which channel; nothing is sent',
    scope: 'watch:read',
    params: alarmParams,
    response: z.strictObject({ items: z.array(dto.WouldTellDto) }),
  },
  acknowledgeByLink: {
    method: 'post',
    path: '/acknowledgements',
    summary: 'Acknowledge by the signed link of a message: once, until it runs out, without signing in',
    scope: null,
    body: z.strictObject({ token: z.string().min(16).max(1_024) }),
    response: dto.LinkDoneDto,
  },
  windows: {
    method: 'get',
    path: '/windows',
    summary: 'Silences, maintenance windows and important events that are not over; with `ended`, those of the last 400 days too',
    scope: 'watch:read',
    query: z.strictObject({ ended: yesNo.optional() }),
    response: dto.WindowsDto,
  },
  addSilence: {
    method: 'post',
    path: '/silences',
    summary: 'Hear nothing of a rule, a thing or an area for a while, at most 30 days',
    scope: 'windows:edit',
    body: Silence.omit({ silenceId: true, createdBy: true }).extend({ idempotencyKey }),
    response: Silence,
  },
  endSilence: {
    method: 'post',
    path: '/silences/:silenceId/end',
    summary: 'End a silence now',
    scope: 'windows:edit',
    params: z.strictObject({ silenceId: z.uuid() }),
    body: z.strictObject({ reason, idempotencyKey }),
    response: dto.WindowsDto,
  },
  addMaintenanceWindow: {
    method: 'post',
    path: '/maintenance-windows',
    summary: 'A maintenance window 维护窗口, once or weekly, of devices, areas or agents',
    scope: 'windows:edit',
    body: MaintenanceWindow.omit({ windowId: true, createdBy: true, endedAt: true }).extend({ idempotencyKey }),
    response: MaintenanceWindow,
  },
  endMaintenanceWindow: {
    method: 'post',
    path: '/maintenance-windows/:windowId/end',
    summary: 'End a maintenance window early; a weekly one does not come again',
    scope: 'windows:edit',
    params: z.strictObject({ windowId: z.uuid() }),
    body: z.strictObject({ reason, idempotencyKey }),
    response: dto.WindowsDto,
  },
  addImportantEvent: {
    method: 'post',
    path: '/important-events',
    summary: 'An important event 重要活动保障: levels one up, shorter clocks, ends by itself',
    scope: 'windows:edit',
    body: ImportantEvent.omit({ eventId: true }).extend({ reason, idempotencyKey }),
    response: ImportantEvent,
  },
  endImportantEvent: {
    method: 'post',
    path: '/important-events/:eventId/end',
    summary: 'End an important event now',
    scope: 'windows:edit',
    params: z.strictObject({ eventId: z.uuid() }),
    body: z.strictObject({ reason, idempotencyKey }),
    response: dto.WindowsDto,
  },
  rules: {
    method: 'get',
    path: '/rules',
    summary: 'Every rule with the version that holds',
    scope: 'watch:read',
    response: z.strictObject({ items: z.array(dto.RuleDto) }),
  },
  ruleVersions: {
    method: 'get',
    path: '/rules/:rule/versions',
    summary: 'Versions of a rule, newest first, at most 200',
    scope: 'watch:read',
    params: ruleParams,
    response: z.strictObject({ items: z.array(RuleVersion) }),
  },
  saveRule: {
    method: 'post',
    path: '/rules/:rule/versions',
    summary:
      'A new version with a reason; parameters are checked by the rule. `basedOn`: the version that was changed, 0 for the defaults',
    scope: 'rules:edit',
    params: ruleParams,
    body: z.strictObject({
      basedOn: z.int().min(0),
      enabled: z.boolean(),
      timing: RuleTiming,
      params: z.record(z.string().max(64), z.unknown()),
      basis: z.enum(['manual', 'suggested']).default('manual'),
      reason: z.string().min(1).max(400),
      idempotencyKey,
    }),
    response: RuleVersion,
  },
  rollbackRule: {
    method: 'post',
    path: '/rules/:rule/rollback',
    summary: 'What an earlier version said, as a new version; version 0 is the default of this release',
    scope: 'rules:edit',
    params: ruleParams,
    body: z.strictObject({ to: z.int().min(0), reason: z.string().min(1).max(400), idempotencyKey }),
    response: RuleVersion,
  },
  replayRule: {
    method: 'post',
    path: '/rules/:rule/replay',
    summary: 'What these parameters would have raised in the past, at most 31 days; changes nothing',
    scope: 'rules:edit',
    params: ruleParams,
    body: z.strictObject({
      timing: RuleTiming,
      params: z.record(z.string().max(64), z.unknown()),
      from: z.int().min(0),
      to: z.int().min(0),
    }),
    response: dto.ReplayDto,
  },
  notices: {
    method: 'get',
    path: '/notices',
    summary: 'Messages 通知 with every attempt, newest first',
    scope: 'watch:read',
    query: PageQuery.extend({
      alarmId: AlarmId.optional(),
      recipient: z.string().max(64).optional(),
      reason: NoticeReason.optional(),
      state: NoticeState.optional(),
      ...timeRange,
    }),
    response: page(dto.NoticeDto),
  },
  deadNotices: {
    method: 'get',
    path: '/notices/dead',
    summary: 'Messages that failed for good, newest first',
    scope: 'watch:read',
    query: PageQuery,
    response: page(dto.NoticeDto),
  },
  resendNotice: {
    method: 'post',
    path: '/notices/:noticeId/resend',
    summary: 'Queue a message again that failed for good',
    scope: 'alarms:handle',
    params: z.strictObject({ noticeId: z.uuid() }),
    body: z.strictObject({ reason, idempotencyKey }),
    response: dto.BulkDto,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
