/** 日历: business hours, public holidays and 调休, teaching periods. Days are Asia/Shanghai, written `2026-11-23`; times of day `08:30`. */
import { z } from 'zod';
import { WireTime } from '../ids.ts';

export const Day = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/);
export type Day = z.infer<typeof Day>;
export const TimeOfDay = z.string().regex(/^([01]\d|2[0-4]):[0-5]\d$/);
export type TimeOfDay = z.infer<typeof TimeOfDay>;
export const Interval = z.tuple([TimeOfDay, TimeOfDay]);

/**
 * Years of which people say that the public holidays stand in the calendar as they were announced. Those that this release has as announced count without
 * it.
 */
const holidayYears = z.array(z.int().min(2_000).max(2_199)).max(50).optional();

/** `week`: intervals of Monday to Sunday. `days`: what one day has instead, an empty list on a public holiday, working hours on a 调休 day. */
export const BusinessCalendar = z.strictObject({
  name: z.string().min(1).max(64),
  week: z.array(z.array(Interval).max(8)).length(7),
  days: z.record(Day, z.array(Interval).max(8)),
  holidayYears,
});
export type BusinessCalendar = z.infer<typeof BusinessCalendar>;

export const DayType = z.enum(['teaching', 'weekend', 'holiday', 'exam', 'training', 'vacation']);
export type DayType = z.infer<typeof DayType>;

export const TeachingPeriod = z.strictObject({ type: DayType, from: Day, to: Day, name: z.string().max(64) });
export type TeachingPeriod = z.infer<typeof TeachingPeriod>;

/** 调休: the day is worked as if it were that weekday (1 Monday to 7 Sunday). */
export const MakeUpDay = z.strictObject({ day: Day, asWeekday: z.int().min(1).max(7) });

export const TeachingCalendar = z.strictObject({
  periods: z.array(TeachingPeriod).max(200),
  makeUpDays: z.array(MakeUpDay).max(100),
  holidayYears,
});
export type TeachingCalendar = z.infer<typeof TeachingCalendar>;

/** 重要活动保障: levels one up, shorter clocks, no changes, in its areas. Ends by itself. */
export const ImportantEvent = z.strictObject({
  eventId: z.uuid(),
  name: z.string().min(1).max(64),
  from: WireTime,
  to: WireTime,
  /** Campus or `campus/building/area`; empty: everywhere. */
  areas: z.array(z.string().max(200)).max(64),
  vip: z.boolean(),
  freeze: z.boolean(),
});
export type ImportantEvent = z.infer<typeof ImportantEvent>;

/** 维护窗口. `weekly`: repeats at the same hours of the week until `until`. */
export const MaintenanceWindow = z.strictObject({
  windowId: z.uuid(),
  name: z.string().min(1).max(64),
  from: WireTime,
  to: WireTime,
  weekly: z.boolean(),
  until: WireTime.nullable(),
  subjects: z.array(z.string().max(200)).min(1).max(1_000),
  reason: z.string().min(1).max(200),
  createdBy: z.string().max(64),
  endedAt: WireTime.nullable(),
});
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

/** 静音: somebody wants to hear nothing of this for a while. */
export const Silence = z.strictObject({
  silenceId: z.uuid(),
  rule: z.string().max(48).nullable(),
  subject: z.string().max(200).nullable(),
  area: z.string().max(200).nullable(),
  from: WireTime,
  to: WireTime,
  reason: z.string().min(1).max(200),
  createdBy: z.string().max(64),
});
export type Silence = z.infer<typeof Silence>;
