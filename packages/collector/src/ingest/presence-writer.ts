import type { AgentId } from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';
import type { AgentPresence } from '../store/roles.ts';
import type { IngestPorts } from './ports.ts';

/** Writes what changed of agents, one write at a time; of several changes of one agent the last one counts. What failed is written again. */
export class PresenceWriter {
  readonly #ports: IngestPorts;
  readonly #presence = new Map<AgentId, AgentPresence>();
  readonly #duplicate = new Map<AgentId, boolean>();
  readonly #seen = new Map<AgentId, EpochMs>();
  #writing: Promise<void> | undefined;

  constructor(ports: IngestPorts) {
    this.#ports = ports;
  }

  presence(change: AgentPresence): void {
    this.#presence.set(change.agent, change);
    this.write();
  }

  duplicate(agent: AgentId, duplicate: boolean): void {
    this.#duplicate.set(agent, duplicate);
    this.write();
  }

  /** Written with the next `write`. */
  seen(agent: AgentId, at: EpochMs): void {
    this.#seen.set(agent, at);
  }

  write(): void {
    if (this.#writing === undefined && this.#waits()) {
      this.#writing = this.#writeAll().finally(() => {
        this.#writing = undefined;
      });
    }
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  #waits(): boolean {
    return this.#presence.size + this.#duplicate.size + this.#seen.size > 0;
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waits()) await this.#writeOnce();
    } catch (cause) {
      this.#ports.log.log('error', 'agent state not written, tried again', { cause: String(cause) });
    }
  }

  async #writeOnce(): Promise<void> {
    const { store, clock } = this.#ports;
    const changes = [...this.#presence.values()];
    if (changes.length > 0) {
      await store.setPresence(changes, clock.now());
      for (const change of changes) if (this.#presence.get(change.agent) === change) this.#presence.delete(change.agent);
    }
    for (const [agent, duplicate] of this.#duplicate) {
      await store.setDuplicateIdentity(agent, duplicate, clock.now());
      if (this.#duplicate.get(agent) === duplicate) this.#duplicate.delete(agent);
    }
    const seen = [...this.#seen].map(([agent, at]) => ({ agent, at }));
    this.#seen.clear();
    if (seen.length > 0) await store.seen(seen);
  }
}
