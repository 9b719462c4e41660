import { type CivilTime, type EpochMs, bcdDigits, epochFromShanghai, epochMs, shanghaiFromEpoch, toHex } from '@cardwatch/kernel';

const pad = (value: number): string => String(value).padStart(2, '0');

/** `yyyy-MM-dd HH:mm:ss` in Shanghai civil time: the one form in which drivers hand over device clocks. */
export const clockText = (civil: CivilTime): string =>
  `${civil.year}-${pad(civil.month)}-${pad(civil.day)} ${pad(civil.hour)}:${pad(civil.minute)}:${pad(civil.second)}`;

/** Reads what `clockText` wrote. Undefined for a date that does not exist, such as the zero clock `2000-00-00 00:00:00`. */
export function clockFromText(text: string): EpochMs | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return epochFromShanghai({ year, month, day, hour, minute, second });
}

/** BCD bytes `yy MM dd hh mm ss`, years 2000 to 2099. Bytes that are no BCD come back as hex: kept, and no date. */
export function bcdClockText(bytes: Uint8Array): string {
  const digits = bcdDigits(bytes);
  if (digits === undefined) return toHex(bytes);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (digits.match(/../g) ?? []).map(Number);
  return clockText({ year: 2000 + year, month, day, hour, minute, second });
}

const start2000 = epochFromShanghai({ year: 2000, month: 1, day: 1, hour: 0, minute: 0, second: 0 }) ?? epochMs(0);

/** Seconds since 2000-01-01 00:00:00 Shanghai civil time. */
export const clockTextFromSeconds2000 = (seconds: number): string =>
  clockText(shanghaiFromEpoch(epochMs(start2000 + seconds * 1_000)));
