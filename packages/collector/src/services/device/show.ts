import type { DeviceDto } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import { isWithin, placePathOf } from '../area.core.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

/** Of a caller with areas, their devices alone. */
export async function showDevice(
  { read }: Pick<Services, 'read'>,
  { areas }: Pick<Caller, 'areas'>,
  deviceId: string,
): Promise<Result<DeviceDto, ServiceFailure>> {
  const device = await read.device(deviceId);
  const seen = device !== null && isWithin(areas, { campus: device.place.campus, area: placePathOf(device.place) });
  return !seen ? err({ kind: 'notFound', place: 'deviceId', value: deviceId }) : ok(device);
}
