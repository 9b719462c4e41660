import {
  type EpochMs,
  epochFromShanghai,
  epochMs,
  hourMs,
  minuteMs,
  shanghaiFromEpoch,
  shanghaiOffsetMs,
} from '@cardwatch/kernel';
import { type XmlNode, nodeAt, textAt } from '../web/xml.core.ts';

export interface DeviceTime {
  readonly at: EpochMs;
  readonly timeZone: string | undefined;
  readonly dateTimeType: string | undefined;
}

/** GetSystemDateAndTimeResponse: UTC, or local time with a POSIX zone where UTC is left out. */
export function deviceTime(response: XmlNode): DeviceTime | undefined {
  const node = nodeAt(response, 'SystemDateAndTime');
  const timeZone = textAt(node, 'TimeZone', 'TZ');
  const utc = civilAt(nodeAt(node, 'UTCDateTime'));
  const local = civilAt(nodeAt(node, 'LocalDateTime'));
  const offsetMs = posixOffsetMs(timeZone);
  const at = utc ?? (local === undefined || offsetMs === undefined ? undefined : epochMs(local - offsetMs));
  return at === undefined ? undefined : { at, timeZone, dateTimeType: textAt(node, 'DateTimeType') };
}

/** Date and time as if they were UTC. */
function civilAt(node: XmlNode | undefined): EpochMs | undefined {
  const number = (...path: readonly string[]): number => {
    const text = textAt(node, ...path);
    return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  };
  const [year, month, day] = [number('Date', 'Year'), number('Date', 'Month'), number('Date', 'Day')];
  const [hour, minute, second] = [number('Time', 'Hour'), number('Time', 'Minute'), number('Time', 'Second')];
  if ([year, month, day, hour, minute, second].some(Number.isNaN)) return undefined;
  const shanghai = epochFromShanghai({ year, month, day, hour, minute, second: Math.min(second, 59) });
  return shanghai === undefined ? undefined : epochMs(shanghai + shanghaiOffsetMs);
}

/** `CST-8` is eight hours east: POSIX counts westwards. Rules for summer time are not read. */
function posixOffsetMs(zone: string | undefined): number | undefined {
  const match = /^(?:[A-Za-z]{3,}|<[^>]{1,12}>)([+-]?)(\d{1,2})(?::(\d{2}))?/.exec(zone ?? '');
  if (match === null) return undefined;
  const [, sign, hours = '0', minutes = '0'] = match;
  return (sign === '-' ? 1 : -1) * (Number(hours) * hourMs + Number(minutes) * minuteMs);
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-23T02:00:05Z`. */
export function isoUtc(at: number): string {
  const { year, month, day, hour, minute, second } = shanghaiFromEpoch(epochMs(at - shanghaiOffsetMs));
  return `${String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}Z`;
}
