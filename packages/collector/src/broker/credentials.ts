import { hash, timingSafeEqual } from 'node:crypto';
import type { AgentAddress } from '@cardwatch/contracts';
import type { Clock, Logger } from '@cardwatch/kernel';
import type { AgentCredential } from '../store/roles.ts';

export type CredentialAnswer = 'ok' | 'unknown' | 'wrongSecret' | 'suspended';

interface CredentialsParts {
  readonly load: () => Promise<readonly AgentCredential[]>;
  readonly reloadMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Compared with where there is no such agent, so that both answers take the same time. */
const nobody = '0'.repeat(64);

/** Agent secrets in memory. An agent that was just added is found by reading again, at most every `reloadMs`. */
export class Credentials {
  readonly #parts: CredentialsParts;
  #byAgent = new Map<string, AgentCredential>();
  #reloadedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: CredentialsParts) {
    this.#parts = parts;
  }

  async load(): Promise<void> {
    this.#byAgent = new Map((await this.#parts.load()).map((credential) => [credential.agent, credential]));
  }

  async check(address: AgentAddress, secret: Uint8Array): Promise<CredentialAnswer> {
    const answer = this.#compare(address, secret);
    if (answer === 'ok' || this.#parts.clock.mono() - this.#reloadedAt < this.#parts.reloadMs) return answer;
    this.#reloadedAt = this.#parts.clock.mono();
    try {
      await this.load();
    } catch (cause) {
      this.#parts.log.log('error', 'agent credentials not read', { cause: String(cause) });
    }
    return this.#compare(address, secret);
  }

  #compare({ site, agent }: AgentAddress, secret: Uint8Array): CredentialAnswer {
    const credential = this.#byAgent.get(agent);
    const wanted = Buffer.from(credential?.secretHash.length === 64 ? credential.secretHash : nobody, 'hex');
    const given = Buffer.from(hash('sha256', secret, 'hex'), 'hex');
    const equal = timingSafeEqual(wanted, given);
    if (credential === undefined || credential.site !== site) return 'unknown';
    if (!equal) return 'wrongSecret';
    return credential.suspended ? 'suspended' : 'ok';
  }
}
