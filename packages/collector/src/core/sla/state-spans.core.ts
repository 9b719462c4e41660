/** How long an incident was in which state, from its steps. */
import type { HoldReason, Incident, IncidentState, IncidentStep } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { Span } from '../calendar/span.core.ts';

export interface StateSpan extends Span {
  readonly state: IncidentState;
  readonly holdReason: HoldReason | null;
}

/** Reasons that stop the clock: others are waited for. One's own spare parts are not (domain Q-5). */
export const pausingReasons: readonly HoldReason[] = ['waitingForUser', 'waitingForThirdParty', 'waitingForApproval'];

/** From opening until `now`, in order of time whatever the order of the steps. */
export function stateSpans(incident: Pick<Incident, 'openedAt' | 'steps'>, now: EpochMs): readonly StateSpan[] {
  const steps = inOrder(incident.steps);
  const first: StateSpan = { state: 'new', holdReason: null, from: epochMs(incident.openedAt), to: until(steps[0], now) };
  const rest = steps.map((step, index) => ({
    state: step.to,
    holdReason: step.holdReason,
    from: epochMs(step.at),
    to: until(steps[index + 1], now),
  }));
  return [first, ...rest];
}

export const pausesOf = (spans: readonly StateSpan[]): readonly StateSpan[] =>
  spans.filter((span) => span.state === 'onHold' && span.holdReason !== null && pausingReasons.includes(span.holdReason));

/** By time; steps of the same instant follow the chain of their states. */
export function inOrder(steps: readonly IncidentStep[]): readonly IncidentStep[] {
  const waiting = steps.toSorted((a, b) => a.at - b.at);
  const ordered: IncidentStep[] = [];
  let state: IncidentState = 'new';
  while (waiting.length > 0) {
    const at = waiting[0]?.at;
    const next = waiting.findIndex((step) => step.at === at && step.from === state);
    const [step] = waiting.splice(Math.max(0, next), 1);
    if (step === undefined) break;
    ordered.push(step);
    state = step.to;
  }
  return ordered;
}

const until = (next: IncidentStep | undefined, now: EpochMs): EpochMs => (next === undefined ? now : epochMs(next.at));
