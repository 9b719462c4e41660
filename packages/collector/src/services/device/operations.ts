import type { CommandDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { showDevice } from './show.ts';

/** What was ordered of a device lately, and what became of it. */
export async function listOperations(
  services: Services,
  caller: Caller,
  deviceId: string,
): Promise<Result<{ readonly items: CommandDto[] }, ServiceFailure>> {
  const known = await showDevice(services, caller, deviceId);
  return known.ok ? ok({ items: await services.read.operations(deviceId) }) : known;
}
