/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number & { readonly __brand: 'EpochMs' };
/** A length of time in milliseconds; also a reading of a monotonic clock. */
export type DurationMs = number & { readonly __brand: 'DurationMs' };

export const epochMs = (value: number): EpochMs => value as EpochMs;
export const durationMs = (value: number): DurationMs => value as DurationMs;

export const secondMs = 1_000;
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

/** Asia/Shanghai has had no daylight saving since 1991: a fixed offset is exact for every business day. */
export const shanghaiOffsetMs = 8 * hourMs;

export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Shanghai civil time to epoch. Returns undefined for a date or a time of day that does not exist. */
export function epochFromShanghai(civil: CivilTime): EpochMs | undefined {
  const { year, month, day, hour, minute, second } = civil;
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59 || hour < 0 || minute < 0 || second < 0)
    return undefined;
  if (day < 1 || day > daysInMonth(year, month)) return undefined;
  const days = daysFromCivil(year, month, day);
  return epochMs(days * dayMs + hour * hourMs + minute * minuteMs + second * secondMs - shanghaiOffsetMs);
}

/** Epoch to Shanghai civil time; milliseconds are cut off. */
export function shanghaiFromEpoch(at: EpochMs): CivilTime {
  const local = at + shanghaiOffsetMs;
  const days = Math.floor(local / dayMs);
  const rest = local - days * dayMs;
  const { year, month, day } = civilFromDays(days);
  return {
    year,
    month,
    day,
    hour: Math.floor(rest / hourMs),
    minute: Math.floor((rest % hourMs) / minuteMs),
    second: Math.floor((rest % minuteMs) / secondMs),
  };
}

/** Business day in Asia/Shanghai as `yyyy-MM-dd`. */
export function businessDay(at: EpochMs): string {
  const { year, month, day } = shanghaiFromEpoch(at);
  return `${year}-${pad2(month)}-${pad2(day)}`;
}

const pad2 = (value: number): string => String(value).padStart(2, '0');

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant's era arithmetic). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}
