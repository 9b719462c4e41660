/**
 * Causes over time. On each look the graph says what is explained now; this step adds what a moment cannot show:
 * - a parent that was down at any time in a child's failed window explains the child, also when it is back before the child is declared down;
 * - when the cause is gone the child has one grace cycle, then stands for itself;
 * - another cause is an edit: the entry goes on, so that nobody hears of the same fault twice;
 * - a building that goes dark without a modelled cause gets one.
 * It says what explains what, and nothing else: measuring, storing and recovery go on untouched.
 */
import { type EpochMs, epochMs, secondMs } from '@cardwatch/kernel';
import { type Building, probableIn, type ProbableParams, type ProbableUpstream } from './building.core.ts';
import { type Explained, type Explanation, explain, type Health } from './explain.core.ts';
import { buildingNode, type Graph } from './graph.core.ts';
import { cutWithin, type Outs, spansNow } from './spans.core.ts';

/** What a node stands in as long as it is down or unknown: one entry per outage. */
export interface NodeCause {
  readonly explainedBy: string | null;
  /** All that cut it off together, `explainedBy` first. */
  readonly roots: readonly string[];
  /** Since when it is explained by this, or stands for itself. */
  readonly since: EpochMs;
  /** Of an explained one whose cause is gone: how long it is still explained. */
  readonly graceUntil: EpochMs | null;
  /** Since when it stands for itself; null while it is explained. */
  readonly stoodSince: EpochMs | null;
  /** In this outage it has stood for itself long enough for people to have been told. */
  readonly told: boolean;
}

export interface CauseState {
  readonly nodes: ReadonlyMap<string, NodeCause>;
  readonly outs: Outs;
  /** Of the last look; not kept over a restart. */
  readonly probable: readonly ProbableUpstream[];
}
export const causeAtStart: CauseState = { nodes: new Map(), outs: new Map(), probable: [] };

export interface CauseLook {
  readonly graph: Graph;
  readonly health: Health;
  readonly buildings: readonly Building[];
  readonly probable: ProbableParams;
  /** One poll of the slowest device. */
  readonly graceMs: number;
}
export const graceMsDefault = 30 * secondMs;

/** `again` of a release: it had stood for itself before long enough to be told, so it is an edit and no news. */
export type CauseEffect =
  | { readonly type: 'explained'; readonly nodeId: string; readonly by: string }
  | { readonly type: 'reassigned'; readonly nodeId: string; readonly from: string; readonly by: string }
  | { readonly type: 'graceBegan'; readonly nodeId: string; readonly by: string; readonly until: EpochMs }
  | { readonly type: 'released'; readonly nodeId: string; readonly from: string; readonly again: boolean };

/** What stands for itself for less than this was told to nobody yet. */
export const toldAfterMs = 3 * secondMs;

export function causeStep(state: CauseState, look: CauseLook, now: EpochMs): readonly [CauseState, readonly CauseEffect[]] {
  const found = explain(look.graph, look.health, now);
  const upAt = (nodeId: string): EpochMs => {
    const health = look.health.get(nodeId);
    return epochMs(Math.min(health?.state === 'up' ? health.since : now, now));
  };
  const outs = spansNow(state.outs, found.out, upAt, now);
  const modelled = new Map([...found.nodes].map(([nodeId, at]) => [nodeId, inTime({ state, look, outs }, nodeId, at, now)]));
  const probable = probableNow(state, look, { found, modelled });
  const nodes = new Map<string, NodeCause>();
  const effects: CauseEffect[] = [];
  const dark = new Map(
    probable.flatMap(({ building, devices, since }) => devices.map((id) => [id, { root: buildingNode(building), since }])),
  );
  for (const [nodeId, cause] of modelled) {
    const before = state.nodes.get(nodeId);
    const building = dark.get(nodeId);
    const wanted = building !== undefined && supposed(cause.explainedBy) ? underBuilding(before, building) : cause;
    const next = settle(before, wanted, now);
    nodes.set(nodeId, next);
    effects.push(...changesOf(nodeId, before, next));
  }
  return [{ nodes, outs, probable }, effects];
}

interface Timed {
  readonly state: CauseState;
  readonly look: CauseLook;
  readonly outs: Outs;
}
type Wanted = Omit<NodeCause, 'stoodSince' | 'told'>;

/** By nothing that is modelled. */
const supposed = (by: string | null): boolean => by === null || by.startsWith(buildingNode(''));

const alone = (since: EpochMs): Wanted => ({ explainedBy: null, roots: [], since, graceUntil: null });

/** Explained now; else in grace after what explained it; else by what was out in its failed window; else by nothing. */
function inTime({ state, look, outs }: Timed, nodeId: string, at: Explained, now: EpochMs): Wanted {
  if (at.explainedBy !== null) return { explainedBy: at.explainedBy, roots: at.roots, since: at.since, graceUntil: null };
  const before = state.nodes.get(nodeId);
  if (before !== undefined && before.explainedBy !== null) {
    const until = before.graceUntil ?? epochMs(now + look.graceMs);
    if (now < until) return { ...before, graceUntil: until };
    return alone(until);
  }
  const health = look.health.get(nodeId);
  if (health === undefined || now - health.since > look.graceMs) return alone(at.since);
  const seen = cutWithin(look.graph, nodeId, outs, { from: health.goodAt, to: health.since });
  const until = epochMs(Math.max(seen?.clearedAt ?? 0, health.since) + look.graceMs);
  if (seen === null || now >= until) return alone(at.since);
  return { explainedBy: seen.root, roots: [seen.root], since: seen.since, graceUntil: until };
}

/** Devices that nothing modelled explains, and those that a building explains already. */
function probableNow(
  state: CauseState,
  { buildings, probable, health }: CauseLook,
  { found, modelled }: { readonly found: Explanation; readonly modelled: ReadonlyMap<string, Wanted> },
): readonly ProbableUpstream[] {
  const open = new Map<string, EpochMs>();
  for (const [nodeId, { explainedBy }] of modelled)
    if (found.nodes.get(nodeId)?.explainedBy === null && supposed(explainedBy))
      open.set(nodeId, health.get(nodeId)?.since ?? epochMs(0));
  const active = new Set(state.probable.map(({ building }) => building));
  for (const { explainedBy, graceUntil } of state.nodes.values())
    if (explainedBy?.startsWith(buildingNode('')) === true && graceUntil === null)
      active.add(explainedBy.slice(buildingNode('').length));
  return probableIn(buildings, open, probable).filter(({ building, grade }) => grade === 'breach' || active.has(building));
}

const underBuilding = (
  before: NodeCause | undefined,
  { root, since }: { readonly root: string; readonly since: EpochMs },
): Wanted => ({
  explainedBy: root,
  roots: before?.explainedBy === root ? before.roots : [root],
  since,
  graceUntil: null,
});

/** The entry of an outage goes on; what has not changed keeps its identity. */
function settle(before: NodeCause | undefined, wanted: Wanted, now: EpochMs): NodeCause {
  const stands = wanted.explainedBy === null;
  if (before === undefined) return { ...wanted, stoodSince: stands ? now : null, told: false };
  const same = before.explainedBy === wanted.explainedBy && before.graceUntil === wanted.graceUntil;
  if (same && (stands || sameRoots(before.roots, wanted.roots))) return before;
  const told = before.told || (before.stoodSince !== null && now - before.stoodSince >= toldAfterMs);
  return { ...wanted, stoodSince: stands ? (before.stoodSince ?? now) : null, told };
}

const sameRoots = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((root, index) => root === right[index]);

function changesOf(nodeId: string, before: NodeCause | undefined, next: NodeCause): CauseEffect[] {
  const from = before?.explainedBy ?? null;
  const by = next.explainedBy;
  if (by === null) return from === null || before === undefined ? [] : [{ type: 'released', nodeId, from, again: before.told }];
  const effects: CauseEffect[] = [];
  if (from === null) effects.push({ type: 'explained', nodeId, by });
  else if (from !== by) effects.push({ type: 'reassigned', nodeId, from, by });
  const { graceUntil } = next;
  if (graceUntil !== null && before?.graceUntil !== graceUntil)
    effects.push({ type: 'graceBegan', nodeId, by, until: graceUntil });
  return effects;
}

/** Of every root what it explains now. */
export function symptomsOf({ nodes }: CauseState): ReadonlyMap<string, readonly string[]> {
  const symptoms = new Map<string, string[]>();
  for (const [nodeId, { explainedBy }] of nodes) {
    if (explainedBy === null) continue;
    const known = symptoms.get(explainedBy);
    if (known === undefined) symptoms.set(explainedBy, [nodeId]);
    else known.push(nodeId);
  }
  return symptoms;
}
