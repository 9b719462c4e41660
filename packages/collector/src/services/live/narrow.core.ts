/** What of a step belongs to whoever has areas: things of devices elsewhere are left out. Agents, sums by minute and the overview name no place. */
import type { Areas, DeviceDto, LiveEvent } from '@cardwatch/contracts/api';
import { unreachable } from '@cardwatch/kernel';
import { isWithin, placePathOf } from '../area.core.ts';

/** Devices that a step names beside those that it tells, by id. */
export type Homes = ReadonlyMap<string, Pick<DeviceDto, 'place'>>;

/** Devices that events name without their place. */
export const devicesNamed = (events: readonly LiveEvent[]): readonly string[] => [
  ...new Set(
    events.flatMap((event) => {
      if (event.type === 'readings') return event.readings.map(({ deviceId }) => deviceId);
      return event.type === 'gap' && event.gap.deviceId !== null ? [event.gap.deviceId] : [];
    }),
  ),
];

/** The events within these areas; null: all. A device that is not known is nobody's. */
export function narrow(events: readonly LiveEvent[], areas: Areas, homes: Homes): readonly LiveEvent[] {
  if (areas === null) return events;
  const mine = ({ place }: Pick<DeviceDto, 'place'>): boolean =>
    isWithin(areas, { campus: place.campus, area: placePathOf(place) });
  const isMine = (deviceId: string): boolean => {
    const home = homes.get(deviceId);
    return home !== undefined && mine(home);
  };
  return events.flatMap((event) => (event.type === 'alarms' ? alarmsOf(event, areas) : ofMine(event, mine, isMine)));
}

function alarmsOf(event: Extract<LiveEvent, { type: 'alarms' }>, areas: Areas): readonly LiveEvent[] {
  if (event.alarms === null) return [event];
  const alarms = event.alarms.filter((alarm) => isWithin(areas, alarm));
  return alarms.length === 0 ? [] : [{ ...event, alarms }];
}

function ofMine(
  event: Exclude<LiveEvent, { type: 'alarms' }>,
  mine: (device: Pick<DeviceDto, 'place'>) => boolean,
  isMine: (deviceId: string) => boolean,
): readonly LiveEvent[] {
  switch (event.type) {
    case 'device':
      return mine(event.device) ? [event] : [];
    case 'readings': {
      const readings = event.readings.filter(({ deviceId }) => isMine(deviceId));
      return readings.length === 0 ? [] : [{ ...event, readings }];
    }
    case 'gap':
      return event.gap.deviceId === null || isMine(event.gap.deviceId) ? [event] : [];
    case 'agent':
    case 'flow':
    case 'passes':
    case 'overview':
    case 'resync':
      return [event];
    default:
      return unreachable(event);
  }
}
