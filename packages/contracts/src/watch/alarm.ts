/**
 * 预警: a condition that a rule found (`condition`), what people do about it (`handling`), and why it makes no noise (`suppressedBy`). The three never
 * change one another: a suppressed alarm is measured, stored and resolved like any other, and a closed one that still burns is still active.
 */
import { z } from 'zod';
import { Fen, WireTime } from '../ids.ts';
import { RuleId } from './rule.ts';

/** 一级 red, 二级 orange, 三级 yellow. */
export const AlarmLevel = z.union([z.literal(1), z.literal(2), z.literal(3)]);
export type AlarmLevel = z.infer<typeof AlarmLevel>;

/** What an alarm is about. `id` is the id of the thing in its own register; an area is `campus/building/area`. */
export const SubjectKind = z.enum(['device', 'agent', 'line', 'area', 'campus', 'merchant', 'card', 'collector']);
export type SubjectKind = z.infer<typeof SubjectKind>;
export const Subject = z.strictObject({ kind: SubjectKind, id: z.string().min(1).max(200) });
export type Subject = z.infer<typeof Subject>;

/** pending: found, its duration not yet over. unknown: nothing is heard that could tell. */
export const AlarmCondition = z.enum(['pending', 'active', 'flapping', 'cleared', 'unknown']);
export type AlarmCondition = z.infer<typeof AlarmCondition>;

export const AlarmHandling = z.enum(['new', 'acknowledged', 'assigned', 'working', 'onHold', 'done', 'closed']);
export type AlarmHandling = z.infer<typeof AlarmHandling>;

export const Suppressor = z.enum(['upstream', 'maintenance', 'silence', 'quietHours', 'storm', 'duplicate']);
export type Suppressor = z.infer<typeof Suppressor>;

/** `by` names the alarm, window or rule that did it, so that "why was nobody told?" can be answered. */
export const Suppression = z.strictObject({ suppressor: Suppressor, by: z.string().max(64), since: WireTime });
export type Suppression = z.infer<typeof Suppression>;

/** Words are the reader's business: a code of `alarmReasons` and what goes into its gaps. */
export const AlarmReason = z.strictObject({
  code: z.string().regex(/^[a-z][A-Za-z0-9]{0,47}$/),
  values: z.record(z.string().max(32), z.union([z.string().max(200), z.number()])),
});
export type AlarmReason = z.infer<typeof AlarmReason>;

/** What was measured against what. */
export const AlarmEvidence = z.strictObject({
  value: z.number().nullable(),
  unit: z.string().max(16),
  expected: z.number().nullable(),
  band: z.tuple([z.number(), z.number()]).nullable(),
  /** Days that the expectation was learned from, `2026-11-02`. */
  sampleDays: z.array(z.string()).max(12),
});
export type AlarmEvidence = z.infer<typeof AlarmEvidence>;

/** Records and money that lie in terminals and agents behind this alarm; estimated where a terminal cannot be asked. */
export const Exposure = z.strictObject({
  records: z.int().min(0),
  fen: Fen.nullable(),
  estimated: z.boolean(),
  oldestAt: WireTime.nullable(),
});
export type Exposure = z.infer<typeof Exposure>;

export const LevelChange = z.strictObject({
  level: AlarmLevel,
  at: WireTime,
  why: z.enum(['rule', 'importantEvent', 'money', 'scope', 'person']),
});
export type LevelChange = z.infer<typeof LevelChange>;

export const AlarmId = z.uuid().brand<'AlarmId'>();
export type AlarmId = z.infer<typeof AlarmId>;

/** One occurrence. The same rule finding the same subject again later is a new row that names this one as `previousId`. */
export const Alarm = z.strictObject({
  alarmId: AlarmId,
  rule: RuleId,
  ruleVersion: z.int().min(1),
  subject: Subject,
  level: AlarmLevel,
  levels: z.array(LevelChange).min(1).max(32),
  condition: AlarmCondition,
  /** When this condition began. */
  since: WireTime,
  foundAt: WireTime,
  raisedAt: WireTime.nullable(),
  clearedAt: WireTime.nullable(),
  handling: AlarmHandling,
  handledAt: WireTime.nullable(),
  owner: z.string().max(64).nullable(),
  /** An acknowledgement that runs out puts the alarm back to `new`. */
  acknowledgedUntil: WireTime.nullable(),
  suppressedBy: z.array(Suppression).max(6),
  /** The alarm that explains this one. */
  causeId: AlarmId.nullable(),
  /** Evidence of it: the nodes from what this alarm is about up to the cause, both among them; of a long way those nearest, and the cause. */
  causeWay: z.array(z.string().max(200)).max(16).optional(),
  symptoms: z.int().min(0),
  reason: AlarmReason,
  evidence: AlarmEvidence.nullable(),
  exposure: Exposure,
  /** Devices that the subject stands for, at most a thousand are named. */
  devices: z.array(z.string()).max(1_000),
  campus: z.string().max(64).nullable(),
  /** `campus/building/area`. */
  area: z.string().max(200).nullable(),
  previousId: AlarmId.nullable(),
  incidentId: z.uuid().nullable(),
});
export type Alarm = z.infer<typeof Alarm>;
