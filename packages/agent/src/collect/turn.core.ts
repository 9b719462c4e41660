/** One turn on a line: what is asked, what became of it, and when it is asked again. */
import type { Proof } from './doubt.core.ts';
import type { OperateJob, RecollectJob, Slot, TaskSlot } from './slot.core.ts';

export const planLimits = {
  failuresUntilDead: 3,
  /** A task that failed is asked again after this while its device is not dead: three failures tell within seconds, whatever the period. */
  confirmMs: 1_000,
  probe: { baseMs: 5_000, capMs: 300_000 },
  probeShare: 24,
  openRetryMs: 1_000,
  recollectsPerDevice: 64,
  operationsPerDevice: 8,
} as const;

export type Work =
  | { readonly kind: 'open'; readonly deviceId: string }
  | { readonly kind: 'task'; readonly deviceId: string; readonly task: string }
  | { readonly kind: 'recollect'; readonly deviceId: string; readonly job: RecollectJob }
  | { readonly kind: 'operate'; readonly deviceId: string; readonly job: OperateJob };

/**
 * `rest`: what is left of a recollection. `parentDown`: the failure was the line's, not the device's. `silent`: nothing came back; false: something did,
 * as a refusal. `proof`: what the silence proves; undefined: nothing is known of what the line loses. `restMs`: the device must be left alone for so long.
 */
export type Outcome =
  | { readonly ok: true; readonly more: boolean; readonly rest?: RecollectJob }
  | {
      readonly ok: false;
      readonly parentDown: boolean;
      readonly silent?: boolean;
      readonly proof?: Proof;
      readonly restMs?: number;
    };

export interface Candidate {
  readonly work: Work;
  readonly dueMs: number;
  readonly servedMs: number;
}

/** What a person wants goes before all else. */
export function operationOf({ deviceId, servedMs, operations: [job], tasks }: Slot): Candidate[] {
  if (job === undefined || tasks === undefined) return [];
  return [{ work: { kind: 'operate', deviceId, job }, dueMs: Number.NEGATIVE_INFINITY, servedMs }];
}

/** The earliest of what was offered; of those due at once the one that waited longest; of equals the first. */
export class Choice {
  #best: Candidate | undefined;

  get best(): Candidate | undefined {
    return this.#best;
  }

  /** Whether a candidate of these times would be the best so far. */
  takes(dueMs: number, servedMs: number): boolean {
    const best = this.#best;
    return best === undefined || dueMs < best.dueMs || (dueMs === best.dueMs && servedMs < best.servedMs);
  }

  offer(candidate: Candidate): void {
    if (this.takes(candidate.dueMs, candidate.servedMs)) this.#best = candidate;
  }
}

/**
 * At its period, and asked out of turn it keeps its turn; at once when there is more; soon when it failed, until its device counts as dead and is probed
 * instead. After the first time at its own phase, so that devices side by side are not asked side by side.
 */
export function dueAfter({ dueMs, periodMs }: TaskSlot, phase: number, outcome: Outcome, endedMs: number): number {
  const next = dueMs > endedMs ? dueMs : Math.max(dueMs + phase * periodMs, endedMs);
  if (outcome.ok) return outcome.more ? endedMs : next;
  return Math.min(next, endedMs + planLimits.confirmMs);
}
