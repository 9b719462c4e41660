import type { SetupStateDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

export async function setupState({ people, version }: Services): Promise<Result<SetupStateDto, ServiceFailure>> {
  return ok({ setupNeeded: (await people.personCount()) === 0, version });
}
