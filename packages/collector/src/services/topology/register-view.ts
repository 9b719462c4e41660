/** The register and the devices of it, as a caller with areas sees them. */
import type { DeviceDto } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import { homeOf, type Register, type Stand, standOf } from '../../core/register/index.core.ts';
import { isWithin } from '../area.core.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

/** Devices that one register is for. */
const devicesMax = 20_000;
const pageRows = 500;

export interface RegisterView {
  readonly register: Register;
  readonly devices: ReadonlyMap<string, DeviceDto>;
  /** Whether it is one of the caller's: where it stands now. */
  readonly mine: (deviceId: string) => boolean;
  /** Whether a place is. */
  readonly reaches: (area: string) => boolean;
}

export async function registerView(services: Watched, { areas }: Caller): Promise<Result<RegisterView, ServiceFailure>> {
  const { places, topology, bindings } = await services.watch.settings();
  const devices = await allDevices(services);
  if (!devices.ok) return devices;
  const placed = new Map(places.map((place) => [place.deviceId as string, place]));
  const stand = (deviceId: string): Pick<Stand, 'campus' | 'area'> | null => {
    const [place, device] = [placed.get(deviceId), devices.value.get(deviceId)];
    if (place !== undefined) return homeOf(place);
    return device === undefined ? null : standOf(undefined, device.place);
  };
  const mine = (deviceId: string): boolean => areas === null || isWithin(areas, stand(deviceId) ?? { campus: null, area: null });
  const reaches = (area: string): boolean => isWithin(areas, homeOf({ area }));
  return ok({ register: { places, topology, bindings }, devices: devices.value, mine, reaches });
}

async function allDevices({ read }: Watched): Promise<Result<ReadonlyMap<string, DeviceDto>, ServiceFailure>> {
  const devices = new Map<string, DeviceDto>();
  let cursor: string | undefined;
  do {
    const page = await read.devices({ limit: pageRows, cursor });
    if (!page.ok) return page;
    for (const device of page.value.items) devices.set(device.deviceId, device);
    if (devices.size > devicesMax) return err({ kind: 'full', limit: devicesMax });
    cursor = page.value.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ok(devices);
}

/** What of the register is the caller's. */
export function ownPart({ register, mine }: RegisterView): Register {
  const own = ({ deviceId }: { readonly deviceId: string }): boolean => mine(deviceId);
  const { places, topology, bindings } = register;
  return { places: places.filter(own), topology: topology.filter(own), bindings: bindings.filter(own) };
}
