import type { OverviewDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

export async function showOverview({ read, clock }: Services): Promise<Result<OverviewDto, ServiceFailure>> {
  return ok(await read.overview(clock.now()));
}
