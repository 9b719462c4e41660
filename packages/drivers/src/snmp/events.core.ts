import type { RawDeviceAlarm } from '../contract.ts';
import { clockText } from '../profile/clock-text.core.ts';
import { type EpochMs, epochMs, shanghaiFromEpoch } from '@cardwatch/kernel';

/** An alarm by the agent's clock: the device tells no time of day. `agoMs`: how long it has been so, where the device says. */
export function alarmAt(alarm: string, active: boolean, detail: string, now: EpochMs, agoMs = 0): RawDeviceAlarm {
  const at = epochMs(Math.round(now - Math.max(0, agoMs)));
  return { type: 'deviceAlarm', alarm, active, detail, observedText: clockText(shanghaiFromEpoch(at)), observedAt: at };
}

/** How long ago an interface changed, ms; undefined when that makes no sense: ifLastChange counts in hundredths from the start. */
export function changedAgoMs(uptimeTicks: number, lastChange: number | undefined): number | undefined {
  if (lastChange === undefined) return undefined;
  const ticks = uptimeTicks - lastChange;
  return ticks >= 0 && ticks <= 8_640_000 ? ticks * 10 : undefined;
}
