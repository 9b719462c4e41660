/** What the causes remember. What stands for itself and always did in its outage needs no memory. */
import type { ProbableUpstream } from './building.core.ts';
import type { Explained } from './explain.core.ts';
import type { Grace } from './grace.core.ts';
import type { Outs } from './spans.core.ts';

/** What was explained in the outage that it stands in. `explainedBy` null: let go, it stands for itself until it is up. */
export interface NodeCause extends Explained {
  /** Of an explained one whose cause is gone. */
  readonly grace: Grace | null;
}

export interface CauseState {
  readonly nodes: ReadonlyMap<string, NodeCause>;
  readonly outs: Outs;
  /** Of the last look; not kept over a restart. */
  readonly probable: readonly ProbableUpstream[];
}
export const causeAtStart: CauseState = { nodes: new Map(), outs: new Map(), probable: [] };

/** Ids whose entry changed, came or went in a look. */
export interface CauseChange {
  readonly nodes: ReadonlySet<string>;
  readonly outs: ReadonlySet<string>;
}
export const noChange: CauseChange = { nodes: new Set(), outs: new Set() };
