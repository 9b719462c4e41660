import type { AgentAddress, AgentId, UpKind } from '@cardwatch/contracts';
import { type CancelTimer, unreachable } from '@cardwatch/kernel';
import { CommandRelay } from './command-relay.ts';
import { CommitLoop } from './commit-loop.ts';
import { newCounters } from './counters.ts';
import { DrainPermits } from './credit.core.ts';
import { EventQuota } from './event-quota.core.ts';
import { Greeting } from './greeting.ts';
import { Intake } from './intake.ts';
import { type Ingest, type IngestLimits, type IngestPorts, type IngestStats, ingestLimits } from './ports.ts';
import { PresenceWriter } from './presence-writer.ts';
import { type Session, Sessions } from './sessions.ts';

/**
 * The way from a message to committed rows and an acknowledgement, over any broker: what arrives is handed in by `receive`, answers leave by the
 * `publish` port. Time, randomness and the store come in; nothing here knows MQTT.
 */
export function createIngest(ports: IngestPorts): Ingest {
  return new IngestRunner(ports);
}

class IngestRunner implements Ingest {
  readonly #ports: IngestPorts;
  readonly #limits: IngestLimits;
  readonly #counters = newCounters();
  readonly #permits: DrainPermits;
  readonly #writer: PresenceWriter;
  readonly #sessions: Sessions;
  readonly #commandRelay: CommandRelay;
  readonly #greeting: Greeting;
  readonly #intake: Intake;
  readonly #loop: CommitLoop;
  readonly #addresses = new Map<AgentId, AgentAddress>();
  readonly #idleWaiters: (() => void)[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #cancelTick: CancelTimer | undefined;
  #closed = false;
  readonly commands = { notify: (agent: AgentId): void => this.#notify(agent) };

  constructor(ports: IngestPorts) {
    const limits: IngestLimits = { ...ingestLimits, ...ports.limits };
    this.#ports = ports;
    this.#limits = limits;
    this.#permits = new DrainPermits(limits);
    this.#writer = new PresenceWriter(ports);
    this.#sessions = new Sessions({ ports, limits, writer: this.#writer, left: (agent) => this.#permits.release(agent) });
    this.#commandRelay = new CommandRelay(ports);
    this.#greeting = new Greeting({ ports, limits, sessions: this.#sessions, commands: this.#commandRelay });
    const counters = this.#counters;
    const quota = new EventQuota(limits.eventsPerAgentHour);
    this.#intake = new Intake({
      ports,
      limits,
      counters,
      mayPublish: (from, instance) => this.#mayPublish(from, instance),
      arrived: () => this.#loop.arrived(),
      quota,
      deferred: (from, waitMs) => this.#loop.pause(from, waitMs),
    });
    const forked = (agent: AgentId): void => this.#forked(agent);
    const idle = (): void => this.#wakeIdle();
    this.#loop = new CommitLoop({ ports, limits, counters, quota, intake: this.#intake, permits: this.#permits, forked, idle });
    this.#track(this.#restore());
    this.#armTick();
  }

  receive(from: AgentAddress, kind: UpKind, payload: Uint8Array, settled: () => void = () => {}): void {
    if (this.#closed) return;
    const session = this.#sessions.of(from.agent);
    if (session === undefined) return settled();
    this.#addresses.set(from.agent, from);
    if (kind !== 'bye') this.#sessions.presence(session, { type: 'heard' });
    switch (kind) {
      case 'bye':
        this.#bye(session);
        return settled();
      case 'hello':
        return this.#track(this.#greeting.receive(from, session, payload).finally(settled));
      case 'reply':
        return this.#track(this.#commandRelay.reply(from, payload).finally(settled));
      case 'money':
      case 'event':
      case 'health':
        return this.#intake.receive(from, kind, { payload, settled });
      default:
        return unreachable(kind);
    }
  }

  connected(from: AgentAddress): void {
    const session = this.#sessions.of(from.agent);
    if (session !== undefined) this.#sessions.presence(session, { type: 'connected' });
  }

  heard(from: AgentAddress): void {
    const session = this.#sessions.of(from.agent);
    if (session?.presence.state === 'online') this.#sessions.presence(session, { type: 'heard' });
  }

  disconnected(from: AgentAddress, why: 'closed' | 'takenOver'): void {
    const session = this.#sessions.of(from.agent);
    if (session !== undefined) this.#gone(session, why === 'takenOver');
  }

  stats(): IngestStats {
    return {
      ...this.#counters,
      queueBytes: this.#intake.bytes,
      queueRecords: this.#intake.records,
      agentsOnline: this.#sessions.online().length,
      drainingAgents: this.#permits.count(this.#ports.clock.now()),
    };
  }

  async idle(): Promise<void> {
    while (this.#loop.busy || this.#underWay.size > 0) {
      await Promise.all(this.#underWay);
      this.#loop.hurry();
      if (this.#loop.busy) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
    }
    await this.#writer.idle();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTick?.();
    await this.idle();
  }

  /** A will says the same as the end of the connection; where the broker told that the agent stands there anew, it is an old one. */
  #bye(session: Session): void {
    if (!session.presence.connected) this.#gone(session, false);
  }

  #gone(session: Session, takenOver: boolean): void {
    if (!takenOver) session.lease = undefined;
    this.#sessions.presence(session, { type: 'disconnected', takenOver });
  }

  #mayPublish(from: AgentAddress, instance: string): boolean {
    const session = this.#sessions.of(from.agent);
    return session !== undefined && this.#sessions.lease(session, instance).held;
  }

  #forked(agent: AgentId): void {
    const session = this.#sessions.of(agent);
    if (session !== undefined) this.#sessions.doubled(session, 'forkedStream', 'the chain contradicts what was accepted');
  }

  #notify(agent: AgentId): void {
    const address = this.#addresses.get(agent);
    if (address !== undefined) this.#track(this.#commandRelay.send(address));
  }

  async #restore(): Promise<void> {
    try {
      await this.#sessions.restore();
    } catch (cause) {
      this.#ports.log.log('error', 'agents of the last run not read', { cause: String(cause) });
    }
  }

  #armTick(): void {
    this.#cancelTick = this.#ports.clock.after(this.#limits.tickMs, () => {
      this.#sessions.tick();
      this.#track(this.#sweep().finally(() => (this.#closed ? undefined : this.#armTick())));
    });
  }

  async #sweep(): Promise<void> {
    const { store, clock, log } = this.#ports;
    try {
      await store.sweep({ online: this.#sessions.online(), now: clock.now() });
      await store.expire(clock.now());
      this.#ports.committed?.();
    } catch (cause) {
      log.log('error', 'sweep failed', { cause: String(cause) });
    }
  }

  #track(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  #wakeIdle(): void {
    for (const wake of this.#idleWaiters.splice(0)) wake();
  }
}
