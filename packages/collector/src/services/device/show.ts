import type { DeviceDto } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

export async function showDevice({ read }: Services, deviceId: string): Promise<Result<DeviceDto, ServiceFailure>> {
  const device = await read.device(deviceId);
  return device === null ? err({ kind: 'notFound', place: 'deviceId', value: deviceId }) : ok(device);
}
