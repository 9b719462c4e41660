/** How much each agent may have in flight. Changes in place: it is asked once an acknowledgement. */
import type { IngestLimits } from './ports.ts';

export interface Credit {
  readonly credit: number;
  readonly retryAfterMs: number | undefined;
}

type CreditLimits = Pick<
  IngestLimits,
  'credit' | 'creditMax' | 'creditRecords' | 'drainingAgents' | 'drainPermitMs' | 'backlogRetryMs' | 'queueBytes'
>;

/** At most `drainingAgents` drain their backlog at full credit; the others send one batch at a time and wait in between. */
export class DrainPermits {
  readonly #limits: CreditLimits;
  /** Agent to the moment of its last backlog batch. */
  readonly #holders = new Map<string, number>();

  constructor(limits: CreditLimits) {
    this.#limits = limits;
  }

  /** An agent that drains: true when it holds a permit or takes a free one. */
  drains(agent: string, now: number): boolean {
    if (!this.#holders.has(agent)) {
      this.#dropIdle(now);
      if (this.#holders.size >= this.#limits.drainingAgents) return false;
    }
    this.#holders.set(agent, now);
    return true;
  }

  release(agent: string): void {
    this.#holders.delete(agent);
  }

  count(now: number): number {
    this.#dropIdle(now);
    return this.#holders.size;
  }

  #dropIdle(now: number): void {
    for (const [agent, at] of this.#holders) {
      if (now - at >= this.#limits.drainPermitMs) this.#holders.delete(agent);
    }
  }

  /** Credit after a commit: more where batches are small, less while much waits. `records`: of the largest batch in it. */
  creditFor(
    batch: { readonly agent: string; readonly backlog: boolean; readonly records: number },
    queuedBytes: number,
    now: number,
  ): Credit {
    const { credit, creditMax, creditRecords, backlogRetryMs, queueBytes } = this.#limits;
    if (batch.backlog && !this.drains(batch.agent, now)) return { credit: 1, retryAfterMs: backlogRetryMs };
    if (queuedBytes > queueBytes / 2) return { credit: Math.max(1, Math.floor(credit / 4)), retryAfterMs: undefined };
    const bySize = Math.floor(creditRecords / Math.max(1, batch.records));
    return { credit: Math.min(creditMax, Math.max(credit, bySize)), retryAfterMs: undefined };
  }
}
