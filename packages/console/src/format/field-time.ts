import { type CivilTime, dayMs, epochFromShanghai, epochMs, shanghaiFromEpoch } from '@cardwatch/kernel';

const pad = (value: number): string => String(value).padStart(2, '0');

/** Epoch to what stands in a time field, Shanghai civil time: `2026-03-09 12:04`. */
export function fieldFromEpoch(at: number): string {
  const { year, month, day, hour, minute } = shanghaiFromEpoch(epochMs(at));
  return `${year}-${pad(month)}-${pad(day)} ${pad(hour)}:${pad(minute)}`;
}

const written = /^(?:(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2}))?(?:(?:^|\s+)(\d{1,2})[:：](\d{2}))?$/;

/**
 * What a person wrote to epoch: `2026-03-09 12:04`, `03-09 12:04`, `03-09` (midnight), `12:04` (of the day of `now`). Undefined for anything
 * else and for a date that does not exist.
 */
export function epochFromField(text: string, now: number): number | undefined {
  const match = written.exec(text.trim());
  if (match === null || text.trim() === '') return undefined;
  const today: CivilTime = shanghaiFromEpoch(epochMs(now));
  const number = (part: number, otherwise: number): number => (match[part] === undefined ? otherwise : Number(match[part]));
  return epochFromShanghai({
    year: number(1, today.year),
    month: number(2, today.month),
    day: number(3, today.day),
    hour: number(4, 0),
    minute: number(5, 0),
    second: 0,
  });
}

/** Midnight in Shanghai, `daysBack` days before the day of `at`. */
export function dayStart(at: number, daysBack: number): number {
  const civil = shanghaiFromEpoch(epochMs(at - daysBack * dayMs));
  return epochFromShanghai({ ...civil, hour: 0, minute: 0, second: 0 }) ?? at;
}
