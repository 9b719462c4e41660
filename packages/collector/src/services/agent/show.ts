import type { AgentDto } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

export async function showAgent({ read }: Services, agentId: string): Promise<Result<AgentDto, ServiceFailure>> {
  const agent = await read.agent(agentId);
  return agent === null ? err({ kind: 'notFound', place: 'agentId', value: agentId }) : ok(agent);
}
