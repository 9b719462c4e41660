/** The outside watch: a ping that stops is the alarm. It goes out only while the auditor is content with a fresh audit. */
import type { Audit } from './auditor.core.ts';
import { epochMs, minuteMs, secondMs, type EpochMs, type Step } from '@cardwatch/kernel';

export const deadmanLimits = { everyMs: 30 * secondMs, auditFreshMs: 2 * minuteMs } as const;

export interface DeadmanState {
  readonly lastAudit: { readonly at: EpochMs; readonly content: boolean } | null;
  readonly nextAt: EpochMs;
  /** Why the last ping was withheld; null: it went out. */
  readonly withheld: 'noAudit' | 'staleAudit' | 'findings' | null;
}
export const deadmanAtStart = (now: EpochMs): DeadmanState => ({ lastAudit: null, nextAt: now, withheld: null });

export type DeadmanEvent = { readonly kind: 'audited'; readonly audit: Audit } | { readonly kind: 'ticked' };
export interface DeadmanEffect {
  readonly kind: 'ping';
}

/** `ping`: call the configured address once; what becomes of it changes nothing here. */
export const makeDeadmanStep =
  (everyMs: number): Step<DeadmanState, DeadmanEvent, DeadmanEffect> =>
  (state, event, now) => {
    if (event.kind === 'audited') return [{ ...state, lastAudit: { at: event.audit.at, content: event.audit.content } }, []];
    const ahead = state.nextAt - now > everyMs;
    if (now < state.nextAt && !ahead) return [state, []];
    const withheld = withheldWhy(state, now);
    const next = { ...state, withheld, nextAt: epochMs(now + everyMs) };
    return [next, withheld === null ? [{ kind: 'ping' }] : []];
  };

export const deadmanStep = makeDeadmanStep(deadmanLimits.everyMs);

function withheldWhy({ lastAudit }: DeadmanState, now: EpochMs): DeadmanState['withheld'] {
  if (lastAudit === null) return 'noAudit';
  if (Math.abs(now - lastAudit.at) > deadmanLimits.auditFreshMs) return 'staleAudit';
  return lastAudit.content ? null : 'findings';
}
