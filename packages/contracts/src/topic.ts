import { err, ok, type Result } from '@cardwatch/kernel';
import { AgentId, SiteId } from './ids.ts';

/** Last level of an agent's own `up/` topics. `bye` is the will. */
export const upKinds = ['hello', 'money', 'event', 'health', 'reply', 'bye'] as const;
export type UpKind = (typeof upKinds)[number];
export const downKinds = ['ack', 'command'] as const;
export type DownKind = (typeof downKinds)[number];

export interface AgentAddress {
  readonly site: SiteId;
  readonly agent: AgentId;
}

/** `cw/1/{site}/{agent}/up/{kind}`: an agent may publish only under its own. */
export const upTopic = ({ site, agent }: AgentAddress, kind: UpKind): string => `cw/1/${site}/${agent}/up/${kind}`;
/** `cw/1/{site}/{agent}/down/{kind}`: an agent may subscribe only to its own. */
export const downTopic = ({ site, agent }: AgentAddress, kind: DownKind): string => `cw/1/${site}/${agent}/down/${kind}`;
/** What collectors subscribe to; shared, so that a batch reaches one of them. */
export const sharedUpFilter = '$share/collector/cw/1/+/+/up/#';
/** For the embedded broker, where there is one collector. */
export const upFilter = 'cw/1/+/+/up/#';

export interface TopicFailure {
  readonly kind: 'notOurs';
  readonly topic: string;
}

export type ParsedTopic =
  | { readonly way: 'up'; readonly address: AgentAddress; readonly kind: UpKind }
  | { readonly way: 'down'; readonly address: AgentAddress; readonly kind: DownKind };

export function parseTopic(topic: string): Result<ParsedTopic, TopicFailure> {
  const parts = topic.split('/');
  const [prefix, version, site, agent, way, kind] = parts;
  const address = { site: SiteId.safeParse(site), agent: AgentId.safeParse(agent) };
  if (parts.length !== 6 || prefix !== 'cw' || version !== '1' || !address.site.success || !address.agent.success) {
    return err({ kind: 'notOurs', topic });
  }
  const who: AgentAddress = { site: address.site.data, agent: address.agent.data };
  if (way === 'up' && isOneOf(upKinds, kind)) return ok({ way, address: who, kind });
  if (way === 'down' && isOneOf(downKinds, kind)) return ok({ way, address: who, kind });
  return err({ kind: 'notOurs', topic });
}

const isOneOf = <T extends string>(list: readonly T[], value: string | undefined): value is T =>
  (list as readonly string[]).includes(value ?? '');
