import type { AgentId } from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';
import { type PresenceEvent, type PresenceState, presenceAtStart, presenceStep } from '../core/presence/presence.step.ts';
import { type Challenges, noChallenges } from './challenge.core.ts';
import type { HelloParts } from './hello-parts.core.ts';
import { type Lease, type LeaseAnswer, speak } from './lease.core.ts';
import type { IngestLimits, IngestPorts } from './ports.ts';
import type { PresenceWriter } from './presence-writer.ts';

/** What is known of one agent while this process runs. */
export interface Session {
  readonly agent: AgentId;
  presence: PresenceState;
  lease: Lease | undefined;
  parts: HelloParts | undefined;
  challenges: Challenges;
  /** Last moment at which a second journal or process start of this agent showed. */
  duplicateAt: EpochMs | undefined;
  /** The stored flag may be from before this process started. */
  duplicateStored: boolean | undefined;
  heardSinceTick: boolean;
}

interface SessionsParts {
  readonly ports: IngestPorts;
  readonly limits: IngestLimits;
  readonly writer: PresenceWriter;
  /** The agent went: it drains nothing. */
  readonly left: (agent: AgentId) => void;
}

export class Sessions {
  readonly #parts: SessionsParts;
  readonly #sessions = new Map<AgentId, Session>();
  readonly #startedAt: EpochMs;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    this.#startedAt = parts.ports.clock.now();
  }

  /** Agents that the ledger believes online have `silentMs` from now to show. */
  async restore(): Promise<void> {
    const now = this.#now();
    for (const { agent, since } of await this.#parts.ports.store.onlineAgents()) {
      if (!this.#sessions.has(agent)) this.#sessions.set(agent, newSession(agent, presenceAtStart(true, since, now)));
    }
  }

  /** Undefined when more agents speak than are planned for. */
  of(agent: AgentId): Session | undefined {
    let session = this.#sessions.get(agent);
    if (session === undefined && this.#sessions.size < this.#parts.limits.agents) {
      const now = this.#now();
      session = newSession(agent, presenceAtStart(false, now, now));
      this.#sessions.set(agent, session);
    }
    return session;
  }

  presence(session: Session, event: PresenceEvent): void {
    const [next, effects] = presenceStep(session.presence, event, this.#now());
    session.presence = next;
    if (event.type === 'heard') session.heardSinceTick = true;
    for (const effect of effects) {
      if (effect.type === 'becameOffline') this.#parts.left(session.agent);
      this.#parts.writer.presence({ agent: session.agent, state: next.state, since: next.since });
    }
  }

  /** Whether this process start may speak for the agent; a refusal is remembered as a doubled identity. */
  lease(session: Session, instance: string): LeaseAnswer {
    const answer = speak(session.lease, instance, this.#parts.limits.leaseMs, this.#now());
    session.lease = answer.lease;
    if (!answer.held) this.doubled(session, 'duplicateIdentity', 'another process start holds the identity');
    return answer;
  }

  doubled(session: Session, action: 'duplicateIdentity' | 'forkedStream', reason: string): void {
    this.#parts.ports.audit({ agent: session.agent, action, reason });
    session.duplicateAt = this.#now();
    if (session.duplicateStored === true) return;
    session.duplicateStored = true;
    this.#parts.writer.duplicate(session.agent, true);
  }

  online(): AgentId[] {
    return [...this.#sessions.values()].filter(({ presence }) => presence.state === 'online').map(({ agent }) => agent);
  }

  tick(): void {
    const { limits, writer } = this.#parts;
    for (const session of this.#sessions.values()) {
      if (session.heardSinceTick) writer.seen(session.agent, session.presence.heardAt);
      session.heardSinceTick = false;
      this.presence(session, { type: 'ticked', silentMs: limits.silentMs });
      this.#clearDuplicate(session);
    }
    writer.write();
  }

  #clearDuplicate(session: Session): void {
    if (session.duplicateStored === false) return;
    if (this.#now() - (session.duplicateAt ?? this.#startedAt) < this.#parts.limits.duplicateClearsMs) return;
    session.duplicateStored = false;
    this.#parts.writer.duplicate(session.agent, false);
  }

  #now(): EpochMs {
    return this.#parts.ports.clock.now();
  }
}

const newSession = (agent: AgentId, presence: PresenceState): Session => ({
  agent,
  presence,
  lease: undefined,
  parts: undefined,
  challenges: noChallenges,
  duplicateAt: undefined,
  duplicateStored: undefined,
  heardSinceTick: false,
});
