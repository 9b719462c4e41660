/** What an agent may do on the broker: publish under its own `up/`, hear its own `down/`, nothing else. */
import { type AgentAddress, AgentId, downKinds, SiteId, type UpKind, upKinds, upTopic } from '@cardwatch/contracts';

export interface ConnectFacts {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly clean: boolean;
  readonly will: { readonly topic: string; readonly qos: number; readonly retain: boolean; readonly bytes: number } | undefined;
}

export type ConnectRefusal = 'username' | 'clientId' | 'persistentSession' | 'will';

const willBytesMax = 1_024;

/** Username `{site}/{agent}`, client id the agent's own, clean session, will on its own `up/bye` alone. */
export function addressOf(facts: ConnectFacts): { readonly address: AgentAddress } | { readonly refusal: ConnectRefusal } {
  const [siteText, agentText, ...rest] = (facts.username ?? '').split('/');
  const site = SiteId.safeParse(siteText);
  const agent = AgentId.safeParse(agentText);
  if (!site.success || !agent.success || rest.length > 0) return { refusal: 'username' };
  const address = { site: site.data, agent: agent.data };
  if (facts.clientId !== address.agent) return { refusal: 'clientId' };
  if (!facts.clean) return { refusal: 'persistentSession' };
  const { will } = facts;
  const willIsOwn =
    will === undefined || (will.topic === upTopic(address, 'bye') && will.qos < 2 && !will.retain && will.bytes <= willBytesMax);
  return willIsOwn ? { address } : { refusal: 'will' };
}

/** The one filter beside a `down/` topic itself that covers it and is ever granted. */
export const anyKind = (topic: string): string => topic.replace(/[^/]*$/, '+');

/** The kind of an own `up/` topic; undefined for everything else. */
export function publishKind({ site, agent }: AgentAddress, topic: string): UpKind | undefined {
  const prefix = `cw/1/${site}/${agent}/up/`;
  if (!topic.startsWith(prefix)) return undefined;
  const kind = topic.slice(prefix.length);
  return upKinds.find((known) => known === kind);
}

export function maySubscribe({ site, agent }: AgentAddress, filter: string): boolean {
  const prefix = `cw/1/${site}/${agent}/down/`;
  return ['+', ...downKinds].some((last) => filter === prefix + last);
}
