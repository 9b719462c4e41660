/** What devices tell of themselves: alarms that begin and end, doors that open and close. What is told late does not undo what is known of a later moment. */
import { type EpochMs, hourMs, minuteMs } from '@cardwatch/kernel';

export const worldLimits = {
  keepMs: 26 * hourMs,
  devices: 20_000,
  pointsPerDevice: 128,
  /** A switch has two for each of its ports. */
  alarmsPerDevice: 128,
  /** A record that is stored later than this after its device time counts as late. */
  lateAfterMs: minuteMs,
  /** Device times further ahead than this belong to no slot. */
  aheadMs: hourMs,
} as const;

/** What is kept of one thing; undefined when it would be one more of more things than there may be. */
export function inner<V>(outer: Map<string, Map<string, V>>, key: string): Map<string, V> | undefined {
  const known = outer.get(key);
  if (known !== undefined || outer.size >= worldLimits.devices) return known;
  const map = new Map<string, V>();
  outer.set(key, map);
  return map;
}

interface DoorPoint {
  readonly state: string;
  readonly since: EpochMs;
}

export class ToldByDevices {
  readonly alarms = new Map<string, Map<string, EpochMs>>();
  readonly doors = new Map<string, Map<string, DoorPoint>>();
  /** When each alarm was last told of, begun or ended. */
  readonly #heard = new Map<string, Map<string, EpochMs>>();

  /** False: there is no room for it. */
  alarm(deviceId: string, alarm: string, active: boolean, observedAt: EpochMs): boolean {
    const heard = inner(this.#heard, deviceId);
    const before = heard?.get(alarm);
    if (heard === undefined || (before === undefined && heard.size >= worldLimits.alarmsPerDevice)) return false;
    if (before !== undefined && observedAt < before) return true;
    heard.set(alarm, observedAt);
    const now = inner(this.alarms, deviceId);
    if (!active) now?.delete(alarm);
    else if (now?.has(alarm) === false) now.set(alarm, observedAt);
    return true;
  }

  /** False: there is no room for it. */
  door(deviceId: string, point: string, state: string, observedAt: EpochMs): boolean {
    const ofDevice = inner(this.doors, deviceId);
    const before = ofDevice?.get(point);
    if (ofDevice === undefined || (before === undefined && ofDevice.size >= worldLimits.pointsPerDevice)) return false;
    const known = before !== undefined && (observedAt < before.since || before.state === state);
    if (!known) ofDevice.set(point, { state, since: observedAt });
    return true;
  }

  gone(deviceId: string): void {
    for (const map of [this.alarms, this.doors, this.#heard]) map.delete(deviceId);
  }
}
