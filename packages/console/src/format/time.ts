import { type CivilTime, dayMs, type EpochMs, epochMs, shanghaiFromEpoch, shanghaiOffsetMs } from '@cardwatch/kernel';

const pad = (value: number): string => String(value).padStart(2, '0');
const weekdays = {
  zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
} as const;

export type Language = keyof typeof weekdays;

/** All times on the screen are Shanghai civil time; this is how the zone is written beside them. */
export const zone = 'UTC+8';

const civil = (at: number): CivilTime => shanghaiFromEpoch(epochMs(at));

/** `12:04:31` */
export function clockTime(at: number): string {
  const { hour, minute, second } = civil(at);
  return `${pad(hour)}:${pad(minute)}:${pad(second)}`;
}

/** `12:04` */
export const minuteTime = (at: number): string => clockTime(at).slice(0, 5);

/** `2026-03-09` */
export function day(at: number): string {
  const { year, month, day: date } = civil(at);
  return `${year}-${pad(month)}-${pad(date)}`;
}

/** `20260309_120431`, for the name of a file */
export const fileTime = (at: number): string => `${day(at)}_${clockTime(at)}`.replaceAll(/[-:]/g, '');

/** `2026-03-09 周一 12:04:31` */
export function fullTime(at: number, language: Language): string {
  const daysSinceThursday = Math.floor((at + shanghaiOffsetMs) / dayMs);
  const weekday = weekdays[language][(((daysSinceThursday + 4) % 7) + 7) % 7] ?? '';
  return `${day(at)} ${weekday} ${clockTime(at)}`;
}

/** `12:04:31` today, `03-09 12:04:31` on another day of the year, else with the year: as short as it can be told. */
export function shortTime(at: number, now: EpochMs): string {
  if (day(at) === day(now)) return clockTime(at);
  return `${day(at).slice(civil(at).year === civil(now).year ? 5 : 0)} ${clockTime(at)}`;
}

const units = {
  zh: { second: ' 秒', minute: ' 分', hour: ' 小时', day: ' 天' },
  en: { second: ' s', minute: ' min', hour: ' h', day: ' d' },
} as const;

/** `2 小时 13 分` / `2 h 13 min`; bare seconds only up to 120; two units at most; below zero counts as zero. */
export function duration(ms: number, language: Language): string {
  const unit = units[language];
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds <= 120) return `${seconds}${unit.second}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${unit.minute}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return join(hours, unit.hour, minutes % 60, unit.minute);
  return join(Math.floor(hours / 24), unit.day, hours % 24, unit.hour);
}

const join = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit} ${small}${smallUnit}`;
