import { alarmsPerEvent, type LiveEvent } from '@cardwatch/contracts/api';
import type { Alarm } from '@cardwatch/contracts/watch';

/** Ids of devices that one event carries with its alarms: one that stands for a whole canteen names a thousand. */
const devicesPerEvent = 5_000;

/** Each alarm once, as it is last; more than an event carries is the call to read again. */
export function alarmsEvent(changed: readonly Alarm[]): LiveEvent {
  const alarms = [...new Map(changed.map((alarm) => [alarm.alarmId, alarm])).values()];
  const devices = alarms.reduce((sum, alarm) => sum + alarm.devices.length, 0);
  return { type: 'alarms', alarms: alarms.length > alarmsPerEvent || devices > devicesPerEvent ? null : alarms };
}
