import type { DeviceDto, GapDto } from '@cardwatch/contracts/api';
import type { DeviceFilter, GapFilter } from '../api/keys.ts';

/** Whether a device that changed belongs to a filtered list; text is compared the way the collector does it: part of id, name or place. */
export function fitsDevice(device: DeviceDto, filter: DeviceFilter): boolean {
  const { place } = device;
  if (filter.state !== undefined && filter.state !== device.state) return false;
  if (filter.kind !== undefined && filter.kind !== device.kind) return false;
  if (filter.agentId !== undefined && filter.agentId !== device.agentId) return false;
  if (filter.campus !== undefined && filter.campus !== place.campus) return false;
  if (filter.building !== undefined && filter.building !== place.building) return false;
  if (filter.area !== undefined && filter.area !== place.area) return false;
  if (filter.q === undefined || filter.q === '') return true;
  return `${device.deviceId} ${device.name} ${JSON.stringify(place)}`.toLowerCase().includes(filter.q.toLowerCase());
}

export function fitsGap(gap: GapDto, filter: GapFilter): boolean {
  if (filter.state !== undefined && filter.state !== gap.state) return false;
  if (filter.agentId !== undefined && filter.agentId !== gap.agentId) return false;
  return filter.deviceId === undefined || filter.deviceId === gap.deviceId;
}
