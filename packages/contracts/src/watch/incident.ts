/** 故障单: from the first word to the check whether the cure worked (domain E-1 to E-6), with the clocks that the contract promises. */
import { z } from 'zod';
import { Hash256, WireTime } from '../ids.ts';
import { AlarmId } from './alarm.ts';
import { RuleId } from './rule.ts';

/** 新建 已受理 处理中 挂起 已恢复 已解决 待确认 已关闭; beside them 已合并 误报. */
export const IncidentState = z.enum([
  'new',
  'accepted',
  'working',
  'onHold',
  'restored',
  'resolved',
  'awaitingConfirmation',
  'closed',
  'merged',
  'falseAlarm',
]);
export type IncidentState = z.infer<typeof IncidentState>;

/** 一级 二级 三级响应. Assessed, with start and end; not the alarm's level. */
export const ResponseLevel = z.union([z.literal(1), z.literal(2), z.literal(3)]);
export type ResponseLevel = z.infer<typeof ResponseLevel>;

const factor = z.int().min(0).max(3);
/** score = 4 severity + 3 scope + 2 urgency + bump (domain E-2). */
export const Assessment = z.strictObject({
  severity: factor,
  scope: factor,
  urgency: factor,
  bump: z.int().min(0).max(6),
  score: z.int().min(0),
  hardRule: z.string().max(64).nullable(),
  level: ResponseLevel,
  by: z.string().max(64),
  reason: z.string().max(400),
  at: WireTime,
});
export type Assessment = z.infer<typeof Assessment>;

export const HoldReason = z.enum(['waitingForUser', 'waitingForThirdParty', 'waitingForApproval', 'waitingForParts']);
export type HoldReason = z.infer<typeof HoldReason>;

export const SlaClock = z.enum(['respond', 'onSite', 'restore', 'resolve', 'preliminaryReport', 'finalReport']);
export type SlaClock = z.infer<typeof SlaClock>;

export const CauseCategory = z.enum(['people', 'machine', 'material', 'method', 'environment', 'measurement']);
export const CauseCode = z.enum([
  'deviceHardware',
  'power',
  'busWiring',
  'switchOrLink',
  'edgeAgent',
  'collector',
  'centreSoftware',
  'parameterOrBlacklist',
  'card',
  'operator',
  'thirdParty',
  'moisture',
]);
export type CauseCode = z.infer<typeof CauseCode>;

/** 5Why and fishbone. */
export const RootCause = z.strictObject({
  method: z.enum(['fiveWhys', 'fishbone']),
  whyChain: z
    .array(
      z.strictObject({
        why: z.string().min(1).max(400),
        because: z.string().min(1).max(400),
        evidence: z.array(z.string().max(200)).max(16),
      }),
    )
    .max(5),
  bones: z.array(z.strictObject({ category: CauseCategory, text: z.string().min(1).max(200) })).max(60),
  direct: z.string().min(1).max(400),
  indirect: z.string().max(400),
  code: CauseCode,
});
export type RootCause = z.infer<typeof RootCause>;

/** 整改: verified only with a measure before and after, over at least 14 days. */
export const CorrectiveAction = z.strictObject({
  actionId: z.uuid(),
  type: z.enum(['corrective', 'preventive']),
  text: z.string().min(1).max(400),
  owner: z.string().max(64),
  dueAt: WireTime,
  state: z.enum(['open', 'done', 'verified', 'dropped']),
  effect: z
    .strictObject({ metric: z.string().max(64), before: z.number(), after: z.number(), fromAt: WireTime, checkedAt: WireTime })
    .nullable(),
});
export type CorrectiveAction = z.infer<typeof CorrectiveAction>;

export const IncidentStep = z.strictObject({
  at: WireTime,
  by: z.string().max(64),
  from: IncidentState,
  to: IncidentState,
  note: z.string().max(1_000),
  holdReason: HoldReason.nullable(),
});
export type IncidentStep = z.infer<typeof IncidentStep>;

/** Moments that no state tells: somebody stood before the device, a report went out, the users were told. */
export const IncidentMark = z.enum([
  'onSite',
  'preliminaryReport',
  'finalReport',
  'startNotice',
  'latestNotice',
  'endNotice',
  'consulted',
]);
export type IncidentMark = z.infer<typeof IncidentMark>;

/** What is affected: decides whether a later alarm is the same fault again, and which past incidents are alike. */
export const IncidentScope = z.strictObject({
  campus: z.string().max(64).nullable(),
  areas: z.array(z.string().max(200)).max(64),
  devices: z.array(z.string().max(64)).max(1_000),
  /** Profiles of the devices, `<protocol>/<vendor>/<model>`. */
  deviceClasses: z.array(z.string().max(200)).max(32),
  rules: z.array(RuleId).max(64),
});
export type IncidentScope = z.infer<typeof IncidentScope>;

/** An evidence pack that was made of this incident: it is kept under its hash and never changed. */
export const EvidenceRef = z.strictObject({ hash: Hash256, at: WireTime, completenessPct: z.number().min(0).max(100) });
export type EvidenceRef = z.infer<typeof EvidenceRef>;

export const Incident = z.strictObject({
  incidentId: z.uuid(),
  /** 编号, `GZ-20261123-0007`. */
  number: z.string().max(32),
  title: z.string().min(1).max(200),
  state: IncidentState,
  openedAt: WireTime,
  occurredAt: WireTime,
  restoredAt: WireTime.nullable(),
  closedAt: WireTime.nullable(),
  alarmIds: z.array(AlarmId).max(1_000),
  assessments: z.array(Assessment).max(64),
  owner: z.string().max(64).nullable(),
  steps: z.array(IncidentStep).max(1_000),
  /** The six fields that a record of level 1 or 2 cannot be closed without. */
  record: z.strictObject({
    time: z.string().max(200),
    place: z.string().max(200),
    symptom: z.string().max(1_000),
    cause: z.string().max(1_000),
    handling: z.string().max(2_000),
    result: z.string().max(1_000),
  }),
  rootCause: RootCause.nullable(),
  actions: z.array(CorrectiveAction).max(64),
  /** Watched with halved deadlines until then; the same fault within it reopens this incident. */
  watchUntil: WireTime.nullable(),
  previousId: z.uuid().nullable(),
  visits: z.int().min(0),
  attributable: z.boolean().nullable(),
  /** Absent in rows of before: nothing marked, no scope known. */
  marks: z.partialRecord(IncidentMark, WireTime).optional(),
  scope: IncidentScope.optional(),
  mergedInto: z.uuid().nullable().optional(),
  evidence: z.array(EvidenceRef).max(64).optional(),
});
export type Incident = z.infer<typeof Incident>;
