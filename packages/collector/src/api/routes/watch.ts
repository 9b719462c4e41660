import { listAgents } from '../../services/agent/list.ts';
import { showAgent } from '../../services/agent/show.ts';
import { listFlow } from '../../services/flow/list.ts';
import { listPassFlow } from '../../services/flow/passes.ts';
import { showHealth } from '../../services/health/show.ts';
import { showOverview } from '../../services/overview/show.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const watchRoutes: Pick<Handlers, 'health' | 'overview' | 'flow' | 'passFlow' | 'agents' | 'agent'> = {
  health: (services) => plain(showHealth(services)),
  overview: (services) => plain(showOverview(services)),
  flow: (services, _caller, { query }) => plain(listFlow(services, query)),
  passFlow: (services, _caller, { query }) => plain(listPassFlow(services, query)),
  agents: (services) => plain(listAgents(services)),
  agent: (services, _caller, { params }) => plain(showAgent(services, params.agentId)),
};
