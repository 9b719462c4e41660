/** Shifts and quiet hours. Shifts are instants; times of day are Asia/Shanghai, which has no daylight saving. */
import { dayMs, epochMs, minuteMs, shanghaiOffsetMs, type EpochMs } from '@cardwatch/kernel';
import type { NoticePolicy, Shift } from '@cardwatch/contracts/watch';

/** Who has the duty at `now`: an override beats a plain shift, of two alike the later row. Null: nobody. */
export function findShift(duty: string, shifts: readonly Shift[], now: EpochMs): Shift | null {
  let found: Shift | null = null;
  for (const shift of shifts) {
    if (shift.duty !== duty || now < shift.from || now >= shift.to) continue;
    if (found === null || shift.override || !found.override) found = shift;
  }
  return found;
}

/** When the quiet hours that hold at `now` end; null when it is not quiet. `22:30` to `07:00` goes over midnight; equal ends mean never. */
export function quietUntil(quiet: NoticePolicy['quiet'], now: EpochMs): EpochMs | null {
  if (quiet === null) return null;
  const from = minutesOf(quiet[0]);
  const to = minutesOf(quiet[1]);
  const midnight = Math.floor((now + shanghaiOffsetMs) / dayMs) * dayMs - shanghaiOffsetMs;
  const minute = (now - midnight) / minuteMs;
  if (from < to) return minute >= from && minute < to ? epochMs(midnight + to * minuteMs) : null;
  if (from === to) return null;
  if (minute >= from) return epochMs(midnight + dayMs + to * minuteMs);
  return minute < to ? epochMs(midnight + to * minuteMs) : null;
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
