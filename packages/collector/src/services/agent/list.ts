import type { AgentDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

export async function listAgents({ read }: Services): Promise<Result<{ items: AgentDto[] }, ServiceFailure>> {
  return ok({ items: await read.agents() });
}
