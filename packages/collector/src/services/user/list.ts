import type { PersonDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

export async function listUsers({ people }: Services): Promise<Result<{ items: PersonDto[] }, ServiceFailure>> {
  return ok({ items: await people.persons() });
}
