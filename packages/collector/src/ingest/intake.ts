import type { AgentAddress, Stream } from '@cardwatch/contracts';
import type { Counters } from './counters.ts';
import type { EventQuota } from './event-quota.core.ts';
import { type BatchRefusal, type OpenBatch, openBatch } from './open-batch.ts';
import type { IngestLimits, IngestPorts } from './ports.ts';
import { Schedule, type Waiting } from './schedule.core.ts';

export interface WaitingBatch extends Waiting {
  readonly open: OpenBatch;
  readonly settled: () => void;
}

/** The bytes, and who is told when they need not come again. */
export interface Arrival {
  readonly payload: Uint8Array;
  readonly settled: () => void;
}

export interface IntakeParts {
  readonly ports: IngestPorts;
  readonly limits: IngestLimits;
  readonly counters: Counters;
  /** Whether this process start of the agent may speak for it. */
  readonly mayPublish: (from: AgentAddress, instance: string) => boolean;
  readonly arrived: () => void;
  readonly quota: EventQuota;
  /** Told with the pause: the agent is to come again then. */
  readonly deferred: (from: AgentAddress, waitMs: number) => void;
}

/** The bounded queue before the commit. What does not fit is shed: not acknowledged, so the journal sends it again. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #schedule: Schedule<WaitingBatch>;
  readonly #agentBytes = new Map<string, number>();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#schedule = new Schedule(parts.limits.liveShare);
  }

  get bytes(): number {
    return this.#schedule.bytes;
  }

  get records(): number {
    return this.#schedule.records;
  }

  receive(from: AgentAddress, stream: Stream, { payload, settled }: Arrival): void {
    const open = this.#admit(from, stream, payload);
    if (open === undefined) return settled();
    const { head, starts } = open.cut;
    const item = {
      agent: from.agent,
      lane: head.lane,
      records: Math.max(1, starts.length),
      bytes: open.body.length,
      open,
      settled,
    };
    this.#schedule.add(item);
    this.#agentBytes.set(from.agent, (this.#agentBytes.get(from.agent) ?? 0) + item.bytes);
    this.#parts.arrived();
  }

  /** Undefined: shed, put off or refused, which is counted then. */
  #admit(from: AgentAddress, stream: Stream, payload: Uint8Array): OpenBatch | undefined {
    if (this.#isFullFor(stream, from)) return this.#shed();
    const waitMs = stream === 'event' ? this.#parts.quota.waitMs(from.agent, this.#parts.ports.clock.now()) : 0;
    if (waitMs > 0) return this.#defer(from, waitMs);
    const opened = openBatch(from, stream, payload);
    if (!opened.ok) return this.refuse(from, opened.error);
    const { head } = opened.value.cut;
    if (head.lane === 'backlog' && this.#share() >= this.#parts.limits.shedBacklogAt) return this.#shed();
    if (!this.#parts.mayPublish(from, head.instance)) return this.#count('refusedBatchesTotal');
    return opened.value;
  }

  take(records: number): WaitingBatch[] {
    const taken = this.#schedule.take(records);
    for (const { agent, bytes } of taken) {
      const left = (this.#agentBytes.get(agent) ?? 0) - bytes;
      if (left > 0) this.#agentBytes.set(agent, left);
      else this.#agentBytes.delete(agent);
    }
    return taken;
  }

  /** Not acknowledged, counted, audited. */
  refuse(from: AgentAddress, refusal: BatchRefusal): undefined {
    this.#count('refusedBatchesTotal');
    this.#parts.ports.audit({ agent: from.agent, action: 'batchRefused', reason: `${refusal.kind}: ${refusal.detail}` });
  }

  #share(): number {
    return this.#schedule.bytes / this.#parts.limits.queueBytes;
  }

  /** Health goes first, then events, money last; one agent never fills the queue alone. */
  #isFullFor(stream: Stream, from: AgentAddress): boolean {
    const { limits } = this.#parts;
    const share = this.#share();
    if ((this.#agentBytes.get(from.agent) ?? 0) >= limits.agentQueueShare * limits.queueBytes) return true;
    if (stream === 'health') return share >= limits.shedHealthAt;
    return stream === 'event' ? share >= limits.shedEventAt : share >= 1;
  }

  #defer(from: AgentAddress, waitMs: number): undefined {
    const { counters, ports, limits } = this.#parts;
    counters.deferredTotal++;
    counters.lastDeferredAt = ports.clock.now();
    ports.audit({ agent: from.agent, action: 'eventQuota', reason: `over ${limits.eventsPerAgentHour} events in an hour` });
    this.#parts.deferred(from, Math.min(waitMs, limits.deferMsMax));
  }

  #shed(): undefined {
    this.#count('shedTotal');
    this.#parts.counters.lastShedAt = this.#parts.ports.clock.now();
  }

  #count(name: 'shedTotal' | 'refusedBatchesTotal'): undefined {
    this.#parts.counters[name]++;
  }
}
