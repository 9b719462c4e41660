import type { AgentAddress } from '@cardwatch/contracts';
import type { Clock, Logger } from '@cardwatch/kernel';
import type { AgentCredential } from '../store/roles.ts';

export const knownAgentsLimits = { reloadMs: 2_000, staleMs: 60_000 } as const;

interface KnownAgentsParts {
  readonly load: () => Promise<readonly AgentCredential[]>;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Which agents the ledger has registered, for messages whose sender another broker has authenticated. Read again when one is not found, at most every
 * `reloadMs`, and when what is known is older than `staleMs`; a message that came too early comes again.
 */
export class KnownAgents {
  readonly #parts: KnownAgentsParts;
  #byAgent = new Map<string, AgentCredential>();
  #loadedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: KnownAgentsParts) {
    this.#parts = parts;
  }

  async load(): Promise<void> {
    this.#loadedAt = this.#parts.clock.mono();
    this.#byAgent = new Map((await this.#parts.load()).map((credential) => [credential.agent, credential]));
  }

  standing({ site, agent }: AgentAddress): 'known' | 'unknown' | 'suspended' {
    const credential = this.#byAgent.get(agent);
    const registered = credential !== undefined && credential.site === site && credential.secretHash !== '';
    const age = this.#parts.clock.mono() - this.#loadedAt;
    if (age >= (registered ? knownAgentsLimits.staleMs : knownAgentsLimits.reloadMs)) this.#reload();
    if (!registered) return 'unknown';
    return credential.suspended ? 'suspended' : 'known';
  }

  #reload(): void {
    this.load().catch((cause: unknown) => this.#parts.log.log('error', 'registered agents not read', { cause: String(cause) }));
  }
}
