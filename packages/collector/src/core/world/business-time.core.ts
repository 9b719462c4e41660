/** When places sell, bathe and let people in, by type of place (domain 3.5: meals, curfew, hours of the showers). Asia/Shanghai, minutes of the day. */
import { dayMs, type EpochMs, minuteMs, shanghaiOffsetMs } from '@cardwatch/kernel';
import type { AreaType, BusinessTime } from './place.core.ts';

interface Peak {
  readonly name: Exclude<BusinessTime['peak'], null>;
  readonly from: number;
  readonly to: number;
}

interface Hours {
  /** Minutes of the day; null: always. */
  readonly open: readonly (readonly [number, number])[] | null;
  readonly peaks: readonly Peak[];
}

const at = (hour: number, minute = 0): number => hour * 60 + minute;

const meals: readonly Peak[] = [
  { name: 'breakfast', from: at(6, 30), to: at(9) },
  { name: 'lunch', from: at(10, 30), to: at(13, 30) },
  { name: 'dinner', from: at(16, 30), to: at(19, 30) },
  { name: 'night', from: at(20, 30), to: at(22, 30) },
];
const curfew: readonly Peak[] = [{ name: 'curfew', from: at(21, 30), to: at(23, 30) }];
const always: Hours = { open: null, peaks: [] };

export const defaultHours: Readonly<Record<AreaType, Hours>> = {
  canteen: { open: meals.map(({ from, to }) => [from, to] as const), peaks: meals },
  dorm: { open: null, peaks: curfew },
  gate: { open: null, peaks: curfew },
  bathhouse: { open: [[at(17), at(23)]], peaks: [{ name: 'shower', from: at(17), to: at(23) }] },
  shop: { open: [[at(7), at(22, 30)]], peaks: [] },
  library: { open: [[at(7), at(22, 30)]], peaks: [] },
  office: { open: [[at(8), at(18)]], peaks: [] },
  other: always,
};

const minutesOfDay = dayMs / minuteMs;

/** What one minute of the day is in places of one type. */
interface MinuteOf {
  readonly open: boolean;
  readonly peak: BusinessTime['peak'];
  /** From when the minute begins. */
  readonly untilPeakMs: number;
}

function minuteOf({ open, peaks }: Hours, minute: number): MinuteOf {
  const inside = ([from, to]: readonly [number, number]): boolean => minute >= from && minute < to;
  const peak = peaks.find(({ from, to }) => inside([from, to]));
  const waits = peaks.map(({ from }) => ((from - minute + minutesOfDay) % minutesOfDay) * minuteMs);
  return {
    open: open === null || open.some(inside),
    peak: peak?.name ?? null,
    untilPeakMs: peak === undefined ? Math.min(dayMs, ...waits) : 0,
  };
}

const dayOf = (hours: Hours): readonly MinuteOf[] => Array.from({ length: minutesOfDay }, (_, minute) => minuteOf(hours, minute));

/** Rules ask for thousands of devices a look: each minute of the day is worked out once. */
const days: ReadonlyMap<AreaType | null, readonly MinuteOf[]> = new Map([
  [null, dayOf(always)],
  ...Object.entries(defaultHours).map(([area, hours]) => [area as AreaType, dayOf(hours)] as const),
]);

/** A place of no known type is open always and has no peak. `untilPeakMs` of a place without peaks is a day. */
export function businessTimeOf(area: AreaType | null, now: EpochMs): BusinessTime {
  const sinceMidnightMs = (now + shanghaiOffsetMs) % dayMs;
  const of = days.get(area)?.[Math.floor(sinceMidnightMs / minuteMs)];
  if (of === undefined) return { open: true, peak: null, untilPeakMs: dayMs };
  const { open, peak, untilPeakMs } = of;
  const waits = peak === null && untilPeakMs < dayMs;
  return { open, peak, untilPeakMs: waits ? untilPeakMs - (sinceMidnightMs % minuteMs) : untilPeakMs };
}
