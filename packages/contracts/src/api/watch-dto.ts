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
  RuleTiming,
  RuleVersion,
  Shift,
  Silence,
  Subject,
} from '../watch/index.ts';
import type { Why, WhyCode } from '../words/why.ts';

const at = z.int();
const count = z.int().min(0);

export const HistoryDto = z.strictObject({ at, what: z.string(), by: z.string(), detail: z.record(z.string(), z.unknown()) });
export type HistoryDto = z.infer<typeof HistoryDto>;

/** One line of "why was nobody told?" (`words/why.ts`): a code, who or what did it, since when. Never none: who was told stands there as well. */
export const WhyDto = z.strictObject({
  code: z.string() as z.ZodType<WhyCode>,
  by: z.string().nullable(),
  since: at.nullable(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type WhyDto = Why;

export const AlarmDetailDto = z.strictObject({
  alarm: Alarm,
  cause: Alarm.nullable(),
  history: z.array(HistoryDto),
  notices: z.array(Notice),
  why: z.array(WhyDto),
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

/** Of one alarm: people and robots that a message went out to, and those of them who have read it. */
export const ToldDto = z.strictObject({ alarmId: z.string(), told: count, read: count, failed: count });
export type ToldDto = z.infer<typeof ToldDto>;

const Facet = z.array(z.strictObject({ value: z.string(), count }));
/** How many alarms each choice of a filter would give, with all other filters as they are. Most first, at most 200 of each. */
export const AlarmFacetsDto = z.strictObject({
  level: Facet,
  handling: Facet,
  condition: Facet,
  rule: Facet,
  campus: Facet,
  area: Facet,
  suppressed: Facet,
});
export type AlarmFacetsDto = z.infer<typeof AlarmFacetsDto>;

export const LinkDoneDto = z.strictObject({ alarmIds: z.array(z.string()) });
export type LinkDoneDto = z.infer<typeof LinkDoneDto>;

export const WindowsDto = z.strictObject({
  silences: z.array(Silence),
  windows: z.array(MaintenanceWindow),
  importantEvents: z.array(ImportantEvent),
});
export type WindowsDto = z.infer<typeof WindowsDto>;

/**
 * One parameter of a rule, as its own schema has it. `path`: where it stands in `params`, with dots. `unit` as in its name; null: a bare number. `list`: texts;
 * `json`: anything deeper, as JSON. `from`, `to`: bounds of a number, inclusive.
 */
export const RuleParamDto = z.strictObject({
  path: z.string(),
  kind: z.enum(['whole', 'number', 'yesNo', 'choice', 'text', 'list', 'json']),
  unit: z.enum(['fen', '%', 'share', 's', 'min', 'h', 'MiB', 'L/min', 'm/s', 'm', 'records', 'devices', 'level', 'z']).nullable(),
  from: z.number().nullable(),
  to: z.number().nullable(),
  choices: z.array(z.union([z.string(), z.number()])),
  default: z.unknown(),
});
export type RuleParamDto = z.infer<typeof RuleParamDto>;

export const RuleFamily = z.enum(['health', 'gate', 'water', 'money', 'told']);
export type RuleFamily = z.infer<typeof RuleFamily>;

/** `current.version` 0: nobody has changed it, these are the defaults of this release. */
export const RuleDto = z.strictObject({
  rule: RuleId,
  family: RuleFamily,
  params: z.array(RuleParamDto),
  defaultTiming: RuleTiming,
  /** Its id in the book of rules, `T-SILENT`. */
  source: z.string(),
  current: RuleVersion.extend({ version: count }),
});
export type RuleDto = z.infer<typeof RuleDto>;

const replayed = z.strictObject({ subject: Subject, level: AlarmLevel, raisedAt: at, clearedAt: at.nullable() });

export const ReplayDto = z.strictObject({
  from: at,
  to: at,
  raised: count,
  levels: z.array(z.strictObject({ level: AlarmLevel, raised: count })),
  /** The first ones, oldest first. `alsoInForce`: the version in force would have raised it too; left out with `against`. */
  alarms: z.array(replayed.extend({ alsoInForce: z.boolean().optional() })).max(500),
  /** Older facts are not kept any more: the replay begins later than it was asked to. */
  keptFrom: at,
  /** What the version in force would have found in the same time; left out: nothing is in force. Alarms of one subject that overlap are the same. */
  against: z
    .strictObject({
      version: z.int().min(1),
      raised: count,
      both: count,
      onlyInForce: count,
      onlyTried: count,
      /** The first of those that only the version in force would have raised. */
      gone: z.array(replayed).max(500),
    })
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

/** Where an alarm of this kind would go now. `findings`: what is wrong with the settings on its way. `policyId` of no policy is the built-in one. */
export const DryRunDto = z.strictObject({
  policyId: z.string(),
  builtIn: z.boolean(),
  items: z.array(WouldTellDto),
  findings: z.array(
    z.strictObject({
      kind: z.enum(['noPolicy', 'noShift', 'noDeputy', 'unknownRecipient', 'noAddress', 'stepReachesNobody']),
      what: z.string(),
    }),
  ),
});
export type DryRunDto = z.infer<typeof DryRunDto>;

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
