/** Figures of business, calendars, terms of the contract and suggestions as the API gives them. */
import { z } from 'zod';
import {
  BusinessCalendar,
  Day,
  DayType,
  ResponseLevel,
  RuleId,
  SlaClock,
  SlaContract,
  SlaLimits,
  TeachingCalendar,
} from '../watch/index.ts';

const at = z.int();
const count = z.int().min(0);
const ms = z.number().min(0);

/** A device by its id, an area as `campus/building/area` or a part of that from the left, a merchant and a campus by id. */
export const BusinessKind = z.enum(['device', 'area', 'merchant', 'campus']);
export type BusinessKind = z.infer<typeof BusinessKind>;

/** Slots of one answer: seven days of five minutes, 33 h 36 min of one minute. */
export const businessSlotsMax = 2_016;

/** What is normal in a slot. `low` to `high` is where the modified z stays within 3.5, never below 0. */
export const BusinessBandDto = z.strictObject({ median: z.number(), mad: z.number(), low: z.number(), high: z.number() });
export type BusinessBandDto = z.infer<typeof BusinessBandDto>;

/**
 * The five figures of the records whose device time lies in the slot, whenever they came; `late`: booked more than a minute after that. `amountFen` is
 * turnover: refunds take off, top-ups add nothing. `failures`: grey records and wrong codes. `expected`: null where nothing was learned.
 */
export const BusinessSlotDto = z.strictObject({
  at,
  records: count,
  amountFen: z.int(),
  offline: count,
  failures: count,
  cards: count,
  late: count,
  expected: z.strictObject({ records: BusinessBandDto.nullable(), amountFen: BusinessBandDto.nullable() }),
});
export type BusinessSlotDto = z.infer<typeof BusinessSlotDto>;

/** What kind of day it is, and the days that its band was learned from. `weekday` as it is worked, 1 Monday to 7 Sunday. */
export const BusinessDayDto = z.strictObject({
  day: Day,
  type: DayType,
  weekday: z.int().min(1).max(7),
  learnedFrom: z.array(Day).max(366),
});
export type BusinessDayDto = z.infer<typeof BusinessDayDto>;

/** Every slot of `[from, to)`, those without records too. */
export const BusinessMetricsDto = z.strictObject({
  kind: BusinessKind,
  id: z.string(),
  stepMs: z.union([z.literal(60_000), z.literal(300_000)]),
  from: at,
  to: at,
  slots: z.array(BusinessSlotDto).max(businessSlotsMax),
  days: z.array(BusinessDayDto),
});
export type BusinessMetricsDto = z.infer<typeof BusinessMetricsDto>;

/**
 * From `from` on this calendar counts days of a year whose public holidays it does not have as announced: `statute` has the days that the law fixes, without
 * 调休; `none` has nothing. What is due then may move.
 */
export const HolidayNoticeDto = z.strictObject({
  calendar: z.string(),
  year: z.int(),
  basis: z.enum(['statute', 'none']),
  from: Day,
});
export type HolidayNoticeDto = z.infer<typeof HolidayNoticeDto>;

/** `version`: what the next change is based on; 0: nobody has saved one. */
export const CalendarsDto = z.strictObject({
  business: z.array(BusinessCalendar),
  businessVersion: count,
  /** `7x24` and `5x8` of this release; a calendar of the site with the same name comes before it. */
  builtIn: z.array(BusinessCalendar),
  teaching: TeachingCalendar,
  teachingVersion: count,
  /** State holidays and make-up days of this release: what a school may start from. */
  stateTeaching: TeachingCalendar,
  /** Of the calendars that clocks run by and of the teaching calendar (`teaching`), for the next 400 days. */
  notices: z.array(HolidayNoticeDto),
});
export type CalendarsDto = z.infer<typeof CalendarsDto>;

export const SettingKind = z.enum(['calendars', 'teaching', 'contracts']);
export type SettingKind = z.infer<typeof SettingKind>;

export const SettingVersionDto = z.strictObject({ version: z.int().min(1), author: z.string(), reason: z.string(), at });
export type SettingVersionDto = z.infer<typeof SettingVersionDto>;

/** `value` as it was then: all calendars, the teaching calendar, or all contracts. */
export const SettingValueDto = z.strictObject({
  setting: SettingKind,
  version: z.int().min(1),
  calendars: z.array(BusinessCalendar).nullable(),
  teaching: TeachingCalendar.nullable(),
  contracts: z.array(SlaContract).nullable(),
});
export type SettingValueDto = z.infer<typeof SettingValueDto>;

/** `inForce`: by which an incident opened now would be timed; null: the defaults. */
export const SlaContractsDto = z.strictObject({
  contracts: z.array(SlaContract),
  version: count,
  defaults: SlaLimits,
  inForce: z.string().nullable(),
});
export type SlaContractsDto = z.infer<typeof SlaContractsDto>;

/** One clock of an incident. `deadlineAt` never moves; `dueAt` moves with pauses. `notices`: it runs into a year without announced holidays. */
export const IncidentClockDto = z.strictObject({
  clock: SlaClock,
  state: z.enum(['running', 'paused', 'met', 'breached', 'notNeeded']),
  level: ResponseLevel,
  calendar: z.string(),
  limitMs: ms,
  startedAt: at,
  countsFrom: at.nullable(),
  elapsedMs: ms,
  pausedMs: ms,
  deadlineAt: at.nullable(),
  dueAt: at.nullable(),
  stoppedAt: at.nullable(),
  notices: z.array(HolidayNoticeDto),
});
export type IncidentClockDto = z.infer<typeof IncidentClockDto>;

/** `contract`: by whose limits they run; null: the defaults. `pace` 0.5: an important event held. */
export const IncidentClocksDto = z.strictObject({
  incidentId: z.string(),
  at,
  contract: z.string().nullable(),
  pace: z.number(),
  clocks: z.array(IncidentClockDto),
});
export type IncidentClocksDto = z.infer<typeof IncidentClocksDto>;

/**
 * One threshold that could be another. It would have fired `firesSuggested` times instead of `firesNow` between `from` and `to`; alarms, not values, are
 * counted. `params`: those of the version in force with this one changed, to be saved by `POST /rules/:rule/versions` with basis `suggested`.
 */
export const SuggestedThresholdDto = z.strictObject({
  param: z.string(),
  unit: z.enum(['fen', '%', 'records']),
  current: z.number(),
  suggested: z.number(),
  quantile: z.number(),
  values: count,
  firesNow: count,
  firesSuggested: count,
  from: at,
  to: at,
  params: z.record(z.string(), z.unknown()),
});
export type SuggestedThresholdDto = z.infer<typeof SuggestedThresholdDto>;

/**
 * `notSuggested`: thresholds of which nothing can be said, and why: `tooFewValues` of `limit`, `unfit` (the rule's own bounds
 * refuse `limit`). Nothing is applied by itself.
 */
export const RuleSuggestionDto = z.strictObject({
  rule: RuleId,
  basedOn: count,
  /** False: what this rule looks at is not kept as numbers that a threshold could be drawn from. */
  measured: z.boolean(),
  thresholds: z.array(SuggestedThresholdDto),
  notSuggested: z.array(
    z.strictObject({
      param: z.string(),
      why: z.enum(['tooFewValues', 'unfit']),
      values: count,
      limit: z.number(),
    }),
  ),
});
export type RuleSuggestionDto = z.infer<typeof RuleSuggestionDto>;
