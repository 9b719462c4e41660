import type { DeviceDeclaration } from '@cardwatch/contracts';
import type { AnyDriver, CommonProfile } from '@cardwatch/drivers';
import { assert } from '@cardwatch/kernel';
import type { AgentDevice } from '../agent.ts';
import { isPlainIpv4 } from '../ways/address.core.ts';
import type { LoadedConfig } from './load.ts';
import type { DeviceYaml } from './schema.ts';

/** A device with what its driver is opened with. */
export interface PlannedDevice extends AgentDevice {
  readonly driver: AnyDriver;
  readonly connection: unknown;
}

/** Devices of a checked configuration; the drivers' own schemas filled in what the file left out. */
export function plannedDevices(
  { config, profiles, reached }: LoadedConfig,
  drivers: ReadonlyMap<string, AnyDriver>,
): PlannedDevice[] {
  return config.devices.map((device) => {
    const profile = profiles.get(device.profile);
    const at = reached.get(device.id);
    const link = config.links.find(({ name }) => name === device.link);
    const driver = profile === undefined ? undefined : drivers.get(profile.protocol);
    assert(profile !== undefined && at !== undefined && driver !== undefined, 'a checked configuration is complete');
    return {
      declaration: declarationOf(device, profile),
      profile,
      driver,
      ...at,
      ...hostOf(at.connection),
      ...(link === undefined ? {} : { linkKind: link.kind }),
      ...(device.parents === undefined ? {} : { parents: device.parents }),
      ...(device.identity === undefined ? {} : { expectedSerial: device.identity }),
    };
  });
}

/** A name is resolved by nobody here: the ways are told by address alone. */
function hostOf(connection: unknown): { readonly host?: string } {
  const host = typeof connection === 'object' && connection !== null && 'host' in connection ? connection.host : undefined;
  return typeof host === 'string' && isPlainIpv4(host) ? { host } : {};
}

const declarationOf = (device: DeviceYaml, profile: CommonProfile): DeviceDeclaration => ({
  deviceId: device.id,
  name: device.name,
  kind: profile.kind,
  profile: device.profile,
  line: device.link,
  place: device.place,
  ...(device.maintenance === undefined ? {} : { maintenance: device.maintenance }),
});
