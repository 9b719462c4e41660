import type { DeviceDto } from '@cardwatch/contracts/api';
import { deviceStates } from '../../marks/states.ts';

export type DeviceOrder = 'name' | 'state' | 'seen' | 'uncollected' | 'drift';

type Compare = (a: DeviceDto, b: DeviceDto) => number;

const rising: Readonly<Record<DeviceOrder, Compare>> = {
  name: (a, b) => a.name.localeCompare(b.name, 'zh', { numeric: true }),
  state: (a, b) => deviceStates.indexOf(a.state) - deviceStates.indexOf(b.state),
  seen: (a, b) => (a.lastSeenAt ?? 0) - (b.lastSeenAt ?? 0),
  uncollected: (a, b) => (a.uncollected ?? -1) - (b.uncollected ?? -1),
  drift: (a, b) => Math.abs(a.driftMs ?? 0) - Math.abs(b.driftMs ?? 0),
};

/** Orders a list that is loaded to its end; ties stand by device id, so that a live change moves only its own row. */
export function ordered(devices: readonly DeviceDto[], order: DeviceOrder, down: boolean): readonly DeviceDto[] {
  const sign = down ? -1 : 1;
  return [...devices].sort((a, b) => sign * rising[order](a, b) || (a.deviceId < b.deviceId ? -1 : 1));
}
