import type { ReadingDto } from '@cardwatch/contracts/api';
import type { Result } from '@cardwatch/kernel';
import type { Page, ReadingsAsk } from '../../store/read/roles.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { showDevice } from './show.ts';

export async function listReadings(
  services: Services,
  caller: Caller,
  ask: ReadingsAsk,
): Promise<Result<Page<ReadingDto>, ServiceFailure>> {
  const known = await showDevice(services, caller, ask.deviceId);
  return known.ok ? services.read.readings(ask) : known;
}
