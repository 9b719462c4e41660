/** What the API tells of the watch. Contract types where a person may see all of them; addresses of people only masked. */
import { z } from 'zod';
import {
  Alarm,
  AlarmLevel,
  ChannelKind,
  HoldReason,
  ImportantEvent,
  Incident,
  MaintenanceWindow,
  Notice,
  NoticePolicy,
  Recipient,
  RuleId,
  RuleVersion,
  Shift,
  Silence,
  Subject,
  Suppressor,
} from '../watch/index.ts';

const at = z.int();
const count = z.int().min(0);

export const HistoryDto = z.strictObject({ at, what: z.string(), by: z.string(), detail: z.record(z.string(), z.unknown()) });
export type HistoryDto = z.infer<typeof HistoryDto>;

/**
 * Why was somebody not told? notRaised: its duration is not over. suppressed: by an alarm, window, silence… `muted`: at the moment of sending.
 * failed: the channel gave up. unconfirmed: cut off twice where it may have arrived. nobodyNamed: raised, heard by no policy.
 */
export const WhyNotDto = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('notRaised'), since: at }),
  z.strictObject({ code: z.literal('suppressed'), suppressor: Suppressor, by: z.string(), since: at }),
  z.strictObject({ code: z.literal('muted'), recipient: z.string(), channel: ChannelKind, by: z.string() }),
  z.strictObject({ code: z.literal('failed'), recipient: z.string(), channel: ChannelKind, by: z.string() }),
  z.strictObject({ code: z.literal('unconfirmed'), recipient: z.string(), channel: ChannelKind, by: z.string() }),
  z.strictObject({ code: z.literal('nobodyNamed') }),
]);
export type WhyNotDto = z.infer<typeof WhyNotDto>;

export const AlarmDetailDto = z.strictObject({
  alarm: Alarm,
  cause: Alarm.nullable(),
  history: z.array(HistoryDto),
  notices: z.array(Notice),
  whyNot: z.array(WhyNotDto),
});
export type AlarmDetailDto = z.infer<typeof AlarmDetailDto>;

/** What a person has an alarm do. */
export const AlarmMoveBody = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('acknowledge'), forMs: z.int().min(60_000).max(86_400_000) }),
  z.strictObject({ type: z.literal('assign'), to: z.string().min(1).max(64) }),
  z.strictObject({ type: z.literal('start') }),
  z.strictObject({ type: z.literal('hold'), reason: HoldReason }),
  z.strictObject({ type: z.literal('resume') }),
  z.strictObject({ type: z.literal('finish') }),
  z.strictObject({ type: z.literal('close') }),
]);
export type AlarmMoveBody = z.infer<typeof AlarmMoveBody>;

/** Of an act on many: how many were changed, and why the others were not. */
export const BulkDto = z.strictObject({
  changed: count,
  refused: z.array(z.strictObject({ id: z.string(), why: z.string() })),
});
export type BulkDto = z.infer<typeof BulkDto>;

export const LinkDoneDto = z.strictObject({ alarmIds: z.array(z.string()) });
export type LinkDoneDto = z.infer<typeof LinkDoneDto>;

export const WindowsDto = z.strictObject({
  silences: z.array(Silence),
  windows: z.array(MaintenanceWindow),
  importantEvents: z.array(ImportantEvent),
});
export type WindowsDto = z.infer<typeof WindowsDto>;

/** `current.version` 0: nobody has changed it, these are the defaults of this release. */
export const RuleDto = z.strictObject({
  rule: RuleId,
  /** Its id in the book of rules, `T-SILENT`. */
  source: z.string(),
  current: RuleVersion.extend({ version: count }),
});
export type RuleDto = z.infer<typeof RuleDto>;

export const ReplayDto = z.strictObject({
  from: at,
  to: at,
  raised: count,
  levels: z.array(z.strictObject({ level: AlarmLevel, raised: count })),
  /** The first ones, oldest first. */
  alarms: z.array(z.strictObject({ subject: Subject, level: AlarmLevel, raisedAt: at, clearedAt: at.nullable() })).max(500),
  /** Older facts are not kept any more: the replay begins later than it was asked to. */
  keptFrom: at,
  /** What the version in force would have found in the same time; left out: nothing is in force. Alarms of one subject that overlap are the same. */
  against: z
    .strictObject({ version: z.int().min(1), raised: count, both: count, onlyInForce: count, onlyTried: count })
    .optional(),
});
export type ReplayDto = z.infer<typeof ReplayDto>;

/** One person or robot that would be told now; `mutedBy`: would be, were it not for this. */
export const WouldTellDto = z.strictObject({
  recipient: z.string(),
  displayName: z.string(),
  channel: ChannelKind,
  policyId: z.string(),
  step: count,
  afterMs: count,
  mutedBy: z.string().nullable(),
});
export type WouldTellDto = z.infer<typeof WouldTellDto>;

/** Addresses as `138****5678`, `l***@example.edu`, `https://…/****`. */
export const RecipientDto = Recipient.extend({
  addresses: z.array(z.strictObject({ channel: ChannelKind, masked: z.string() })),
});
export type RecipientDto = z.infer<typeof RecipientDto>;

/** Nobody has this duty then. */
export const ShiftGapDto = z.strictObject({ duty: z.string(), from: at, to: at });
export type ShiftGapDto = z.infer<typeof ShiftGapDto>;
export const ShiftsDto = z.strictObject({ from: at, to: at, shifts: z.array(Shift), gaps: z.array(ShiftGapDto) });
export type ShiftsDto = z.infer<typeof ShiftsDto>;

export const PoliciesDto = z.strictObject({ policies: z.array(NoticePolicy) });
export type PoliciesDto = z.infer<typeof PoliciesDto>;

export const IncidentDetailDto = z.strictObject({ incident: Incident, alarms: z.array(Alarm), history: z.array(HistoryDto) });
export type IncidentDetailDto = z.infer<typeof IncidentDetailDto>;

export const CountDto = z.strictObject({ count });
export type CountDto = z.infer<typeof CountDto>;

export const AlarmDto = Alarm;
export type AlarmDto = Alarm;
export const NoticeDto = Notice;
export type NoticeDto = Notice;
export const IncidentDto = Incident;
export type IncidentDto = Incident;
