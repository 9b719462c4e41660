import type { DeviceDto } from '@cardwatch/contracts/api';

/** Newest version of the card list that any device of a model has told of: what the others are measured against. */
export function newestLists(devices: readonly DeviceDto[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const { profile, blacklistVersion } of devices)
    if (blacklistVersion !== null) newest.set(profile, Math.max(newest.get(profile) ?? 0, blacklistVersion));
  return newest;
}
