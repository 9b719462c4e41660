import type { DeviceDto } from '@cardwatch/contracts/api';

/** Drift beyond this is worth the eye: half the tolerance that the records' own time check uses. */
export const driftWorthMs = 30_000;

export interface Version {
  readonly own: number | null;
  /** Of its model, this device among them; null: no device of it tells any. */
  readonly newest: number | null;
  readonly behind: number | null;
}

/** Versions of list and parameters of a device against the newest that its model has. */
export function versionsOf(
  device: DeviceDto,
  peers: readonly DeviceDto[],
): { readonly list: Version; readonly parameters: Version } {
  const same = [device, ...peers.filter(({ profile }) => profile === device.profile)];
  const of = (key: 'blacklistVersion' | 'parameterVersion'): Version => {
    const known = same.flatMap((one) => one[key] ?? []);
    const newest = known.length === 0 ? null : known.reduce((a, b) => Math.max(a, b));
    const own = device[key];
    return { own, newest, behind: own === null || newest === null ? null : newest - own };
  };
  return { list: of('blacklistVersion'), parameters: of('parameterVersion') };
}
