/**
 * How a suppression begins and ends. While anything suppresses, and for one grace look after the last of it, the alarm is held back, after a cause also
 * until the thing itself was asked; if it still burns then, it is released. Time that was held back is not counted: escalation goes by `unsuppressedMs`.
 */
import type { Suppression } from '@cardwatch/contracts/watch';
import type { Step } from '@cardwatch/kernel';
import { graceMsOf } from './suppression.core.ts';

/** JSON. `runsFrom`, `graceFrom` in steady time. */
export interface HushState {
  readonly unsuppressedMs: number;
  readonly runsFrom: number | null;
  readonly graceFrom: number | null;
}
export const unhushed: HushState = { unsuppressedMs: 0, runsFrom: null, graceFrom: null };

export interface Hushed {
  readonly type: 'looked';
  readonly steadyMs: number;
  /** What stands at the alarm, and what holds now. */
  readonly shown: readonly Suppression[];
  readonly holds: readonly Suppression[];
  /** waiting: not raised yet. burning: raised, and breached in this look. unsure: raised, but not breached in this look, or not heard. */
  readonly state: 'waiting' | 'burning' | 'unsure';
  /** Its cause is gone, and the thing itself was not asked since. */
  readonly inGrace: boolean;
}

/** show: what is to stand at the alarm from now on · released: nothing holds it back any more and it burns. */
export type HushEffect = { readonly type: 'show'; readonly suppressedBy: readonly Suppression[] } | { readonly type: 'released' };
type Stepped = readonly [HushState, readonly HushEffect[]];

export const hushStep: Step<HushState, Hushed, HushEffect> = (state, event) => {
  if (event.holds.length > 0) return hold(state, event);
  if (event.shown.length > 0) return grace(state, event);
  if (event.state === 'waiting' || state.runsFrom !== null) return [state, []];
  return [{ ...state, runsFrom: event.steadyMs }, []];
};

/** Time that this alarm could have been heard, up to now. */
export const unsuppressedMs = (state: HushState, steadyMs: number): number =>
  state.unsuppressedMs + (state.runsFrom === null ? 0 : steadyMs - state.runsFrom);

function hold(state: HushState, { steadyMs, shown, holds }: Hushed): Stepped {
  const stopped =
    state.runsFrom === null && state.graceFrom === null
      ? state
      : { unsuppressedMs: unsuppressedMs(state, steadyMs), runsFrom: null, graceFrom: null };
  return [stopped, sameSet(shown, holds) ? [] : [{ type: 'show', suppressedBy: holds }]];
}

function grace(state: HushState, { steadyMs, shown, state: alarm, inGrace }: Hushed): Stepped {
  if (state.graceFrom === null) return [{ ...state, graceFrom: steadyMs }, []];
  const graceMs = Math.max(...shown.map(({ suppressor }) => graceMsOf[suppressor]));
  if (steadyMs - state.graceFrom < graceMs || alarm === 'unsure' || inGrace) return [state, []];
  const free: HushState = { ...state, graceFrom: null, runsFrom: alarm === 'burning' ? steadyMs : null };
  return [free, [{ type: 'show', suppressedBy: [] }, ...(alarm === 'burning' ? [{ type: 'released' } as const] : [])]];
}

/** By whom and why; when it began may be told anew without being another suppression. */
const sameSet = (some: readonly Suppression[], others: readonly Suppression[]): boolean =>
  some.length === others.length &&
  some.every((one, index) => one.suppressor === others[index]?.suppressor && one.by === others[index].by);
