/** 封网: no changes in the areas of an important event unless two people approve (domain O-2). */
import type { ImportantEvent } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import { eventsAt, type Names } from '../calendar/windows.core.ts';

export const approvalsNeeded = 2;

export type FreezeDecision =
  | { readonly allowed: true; readonly why: 'noFreeze' | 'approved' | 'emergency'; readonly events: readonly string[] }
  | {
      readonly allowed: false;
      readonly why: 'frozen';
      readonly events: readonly string[];
      readonly approvalsMissing: number;
      readonly until: number;
    };

export interface ChangeAsk {
  readonly names: Names;
  readonly askedBy: string;
  /** Accounts that approved; who asks does not count, and each counts once. */
  readonly approvedBy: readonly string[];
  /** Number of a running level-1 incident that this change cures. */
  readonly emergency: string | null;
}

/** Whether a parameter push, an update or an operation may be done now, and why. */
export function freezeDecision(events: readonly ImportantEvent[], ask: ChangeAsk, now: EpochMs): FreezeDecision {
  const freezing = eventsAt(events, ask.names, now).filter(({ freeze }) => freeze);
  const names = freezing.map(({ name }) => name);
  if (freezing.length === 0) return { allowed: true, why: 'noFreeze', events: [] };
  if (ask.emergency !== null) return { allowed: true, why: 'emergency', events: names };
  const approvals = new Set(ask.approvedBy.filter((account) => account !== ask.askedBy)).size;
  if (approvals >= approvalsNeeded) return { allowed: true, why: 'approved', events: names };
  const until = Math.max(...freezing.map(({ to }) => to));
  return { allowed: false, why: 'frozen', events: names, approvalsMissing: approvalsNeeded - approvals, until };
}
