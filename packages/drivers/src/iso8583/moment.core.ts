/** DE 12 hhmmss and DE 13 MMDD have no year: it is the one that puts them nearest to the time of receipt, within 183 days. */
import { type EpochMs, dayMs, epochFromShanghai, shanghaiFromEpoch } from '@cardwatch/kernel';
import { clockText } from '../profile/clock-text.core.ts';

export interface TerminalTime {
  /** `yyyy-MM-dd HH:mm:ss`, or the digits as they came when they are no date. */
  readonly text: string;
  readonly at: EpochMs | undefined;
}

const yearRuleMs = 183 * dayMs;

export function terminalTime(time: string | undefined, date: string | undefined, receivedAt: EpochMs): TerminalTime | undefined {
  if (time === undefined || date === undefined) return undefined;
  const [month, day] = [Number(date.slice(0, 2)), Number(date.slice(2, 4))];
  const [hour, minute, second] = [Number(time.slice(0, 2)), Number(time.slice(2, 4)), Number(time.slice(4, 6))];
  const thisYear = shanghaiFromEpoch(receivedAt).year;
  for (const year of [thisYear, thisYear - 1, thisYear + 1]) {
    const civil = { year, month, day, hour, minute, second };
    const at = epochFromShanghai(civil);
    if (at !== undefined && Math.abs(at - receivedAt) <= yearRuleMs) return { text: clockText(civil), at };
  }
  return { text: `${date}${time}`, at: undefined };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** DE 12, 13 and 7 of a moment. */
export function timeDigits(at: EpochMs): { readonly time: string; readonly date: string; readonly transmission: string } {
  const { month, day, hour, minute, second } = shanghaiFromEpoch(at);
  const [time, date] = [`${two(hour)}${two(minute)}${two(second)}`, `${two(month)}${two(day)}`];
  return { time, date, transmission: `${date}${time}` };
}
