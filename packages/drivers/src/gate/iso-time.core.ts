import { type EpochMs, epochFromShanghai, epochMs, minuteMs, shanghaiFromEpoch, shanghaiOffsetMs } from '@cardwatch/kernel';

/**
 * ISO 8601 as devices write it: `2026-11-23T07:01:05+08:00`, `…Z`, fractions of a second cut off, a space for the T. Without a zone it is Shanghai
 * time. Undefined for a date that does not exist.
 */
export function epochFromIso(text: string): EpochMs | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|([+-])(\d\d):?(\d\d))?$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const local = epochFromShanghai({ year, month, day, hour, minute, second });
  if (local === undefined) return undefined;
  const [, , , , , , , sign, hours, minutes] = match;
  if (sign === undefined && !text.endsWith('Z')) return local;
  const offsetMs = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * minuteMs;
  const at = local + shanghaiOffsetMs - offsetMs;
  return at < 0 ? undefined : epochMs(at);
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-23T07:01:05+08:00`. */
export function isoShanghai(at: EpochMs): string {
  const { year, month, day, hour, minute, second } = shanghaiFromEpoch(at);
  return `${year}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}+08:00`;
}
