import type { DeviceDeclaration } from '@cardwatch/contracts';
import type { AnyDriver, CommonProfile } from '@cardwatch/drivers';
import { assert } from '@cardwatch/kernel';
import type { AgentDevice } from '../agent.ts';
import type { LoadedConfig } from './load.ts';
import { connectionOf } from './schema.ts';

/** A device with what its driver is opened with. */
export interface PlannedDevice extends AgentDevice {
  readonly driver: AnyDriver;
  readonly connection: unknown;
}

/** Devices of a checked configuration; the drivers' own schemas fill in what the file left out. */
export function plannedDevices({ config, profiles }: LoadedConfig, drivers: ReadonlyMap<string, AnyDriver>): PlannedDevice[] {
  return config.devices.map((device) => {
    const profile = profiles.get(device.profile);
    const link = config.links.find(({ name }) => name === device.link);
    const driver = profile === undefined ? undefined : drivers.get(profile.protocol);
    assert(profile !== undefined && link !== undefined && driver !== undefined, 'a checked configuration is complete');
    const connection = driver.connection.parse(connectionOf(link, device.unit));
    return { declaration: declarationOf(device, profile), profile, driver, connection, lineKey: driver.lineKey(connection) };
  });
}

const declarationOf = (device: LoadedConfig['config']['devices'][number], profile: CommonProfile): DeviceDeclaration => ({
  deviceId: device.id,
  name: device.name,
  kind: profile.kind,
  profile: device.profile,
  line: device.link,
  place: device.place,
  ...(device.maintenance === undefined ? {} : { maintenance: device.maintenance }),
});
