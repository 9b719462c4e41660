import { type EpochMs, epochMs, hourMs, shanghaiOffsetMs } from '@cardwatch/kernel';
import { clockFromText } from '../profile/clock-text.core.ts';

/** Device time has no zone: it is the one of the profile. undefined when the text is no date. */
export function zkTime(text: string, timeZoneHours: number): EpochMs | undefined {
  const shanghai = clockFromText(text);
  return shanghai === undefined ? undefined : epochMs(shanghai + shanghaiOffsetMs - timeZoneHours * hourMs);
}

export const looksLikeTime = (text: string | undefined): boolean =>
  text !== undefined && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text);
