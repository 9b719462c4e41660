/**
 * Causes over time. The graph says what is explained now; the book adds what a moment cannot show:
 * - a parent that was down at any time in a child's failed window explains the child, also when it is back before the child is declared down;
 * - when the cause is gone the child has its grace (`grace.core.ts`), then stands for itself for the rest of its outage;
 * - another cause is an edit: the entry goes on, so that nobody hears of the same fault twice;
 * - a building that goes dark without a modelled cause gets one.
 * It says what explains what, and nothing else: measuring, storing and recovery go on untouched. A look costs what changed since the last one.
 */
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import type { Building, ProbableParams } from './building.core.ts';
import { Buildings, type Supposed } from './buildings.core.ts';
import { type Explained, Explainer, type Health, type NodeHealth } from './explain.core.ts';
import { type Grace, graceEnds, graceFrom, isAhead } from './grace.core.ts';
import { buildingNode, type Graph } from './graph.core.ts';
import { wayTo } from './path.core.ts';
import { Spans } from './spans.core.ts';
import { type CauseChange, type CauseState, type NodeCause, noChange } from './state.core.ts';

export interface CauseGround {
  readonly graph: Graph;
  readonly buildings: readonly Building[];
  readonly health: Health;
}

/** Keeps what explains what, look by look. */
export class CauseBook {
  readonly #nodes: Map<string, NodeCause>;
  readonly #spans: Spans;
  readonly #graced = new Set<string>();
  readonly #touched = new Set<string>();
  /** Down since a time that is still to come, by a device's clock. */
  readonly #ahead = new Set<string>();
  #health = new Map<string, NodeHealth>();
  #graph: Graph;
  #explainer: Explainer;
  #buildings: Buildings;
  #probable: ProbableParams;
  /** Everything is to be judged anew: at the start, on other ways, and where the clock was set back. */
  #whole = true;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** `state`: what it remembered, from the rows. */
  constructor({ nodes, outs }: Pick<CauseState, 'nodes' | 'outs'>, ground: CauseGround, probable: ProbableParams) {
    this.#nodes = new Map(nodes);
    for (const [id, { grace }] of nodes) if (grace !== null) this.#graced.add(id);
    this.#probable = probable;
    this.#graph = ground.graph;
    this.#health = new Map(ground.health);
    this.#explainer = new Explainer(ground.graph);
    this.#spans = new Spans(outs);
    this.#buildings = new Buildings(ground.buildings, burningOf(nodes));
  }

  get state(): CauseState {
    return { nodes: this.#nodes, outs: this.#spans.outs, probable: this.#buildings.found };
  }

  /** The ways changed: everything is judged anew in the next look. */
  reshape({ graph, buildings, health }: CauseGround): void {
    const burning = new Set([...burningOf(this.#nodes), ...this.#buildings.found.map(({ building }) => building)]);
    this.#graph = graph;
    this.#health = new Map(health);
    this.#explainer = new Explainer(graph);
    this.#buildings = new Buildings(buildings, burning);
    this.#whole = true;
  }

  suppose(probable: ProbableParams): void {
    this.#probable = probable;
    this.#buildings.countAll();
  }

  /** What is known of one node now; null: it has no health. */
  hear(nodeId: string, health: NodeHealth | null): void {
    const before = this.#health.get(nodeId);
    if (health === null) this.#health.delete(nodeId);
    else this.#health.set(nodeId, health);
    if (!sameFor(before, health ?? undefined)) this.#touched.add(nodeId);
  }

  /** Nodes from the symptom to its cause, both among them. */
  way(nodeId: string, root: string): readonly string[] {
    return wayTo(this.#graph, nodeId, root, (node) => this.#explainer.cut(node) !== null);
  }

  /**
   * Whether a cause may yet show itself: something that it is reached through is asked by another agent than its own, and was not asked since it failed. Its own
   * agent asks all parents before it calls a device down, so that of those everything is known.
   */
  awaits(nodeId: string): boolean {
    const { indexOf, ids, groups, observers } = this.#graph;
    const node = indexOf.get(nodeId) ?? -1;
    const health = this.#health.get(nodeId);
    if (health === undefined || health.state === 'up') return false;
    return (groups[node] ?? []).flat().some((parent) => {
      const of = this.#health.get(ids[parent] ?? '');
      return observers[parent] !== observers[node] && of?.state === 'up' && of.askedAt !== null && of.askedAt < health.since;
    });
  }

  look(now: EpochMs): CauseChange {
    this.#whole ||= now < this.#lookedAt;
    this.#lookedAt = now;
    const due = this.#due(now);
    const still = this.#touched.size + due.size === 0 && !this.#buildings.isDue && !this.#spans.isDue(now);
    if (still && !this.#whole) return noChange;
    const todo = this.#settle(due, now);
    const wanted = new Map<string, NodeCause | null>();
    for (const id of todo) wanted.set(id, this.#judge(id, now));
    for (const id of this.#buildings.settle(this.#probable)) if (!wanted.has(id)) wanted.set(id, this.#judge(id, now));
    const nodes = new Set<string>();
    for (const [id, each] of wanted) if (this.#keep(id, each)) nodes.add(id);
    this.#touched.clear();
    this.#whole = false;
    return { nodes, outs: this.#spans.taken() };
  }

  /** What time alone moves: grace that ends, times ahead. */
  #due(now: EpochMs): Set<string> {
    const due = new Set(this.#ahead);
    for (const id of this.#graced) {
      const grace = this.#nodes.get(id)?.grace ?? null;
      if (grace === null || isAhead(grace, now) || now >= graceEnds(grace, this.#health.get(id))) due.add(id);
    }
    return due;
  }

  /** Brings the graph and the spans up to now; gives the nodes that are to be judged anew. */
  #settle(due: ReadonlySet<string>, now: EpochMs): ReadonlySet<string> {
    const { ids, indexOf } = this.#graph;
    const todo = new Set([...due, ...this.#touched]);
    if (this.#whole) {
      for (const [id, { state }] of this.#health) if (state !== 'up') todo.add(id);
      for (const id of this.#nodes.keys()) todo.add(id);
    }
    const touched = [...todo].flatMap((id) => indexOf.get(id) ?? []);
    const moved = this.#explainer.settle(touched, this.#health, now);
    for (const node of moved.nodes) todo.add(ids[node] ?? '');
    const cutOf = (id: string) => this.#explainer.cut(indexOf.get(id) ?? -1);
    const carriers = this.#whole ? this.#spans.ids() : [];
    for (const id of [...carriers, ...moved.carriers.map((node) => ids[node] ?? '')])
      this.#spans.take(id, { cut: cutOf(id), upAt: this.#upAt(id, now) }, now);
    this.#spans.forget(now);
    return todo;
  }

  #upAt(nodeId: string, now: EpochMs): EpochMs {
    const health = this.#health.get(nodeId);
    return epochMs(Math.min(health?.state === 'up' ? health.since : now, now));
  }

  /** What explains it now, buildings left out; null: it is up, or nobody asks it. */
  #judge(id: string, now: EpochMs): NodeCause | null {
    const health = this.#health.get(id);
    const node = this.#graph.indexOf.get(id);
    if (health === undefined || health.state === 'up' || node === undefined) {
      this.#ahead.delete(id);
      this.#buildings.stands(id, null);
      return null;
    }
    if (health.since > now) this.#ahead.add(id);
    else this.#ahead.delete(id);
    const at = this.#explainer.explained(node, health.since, now);
    const wanted: NodeCause = at.explainedBy === null ? this.#alone(id, { at, health }, now) : { ...at, grace: null };
    this.#buildings.stands(id, at.explainedBy === null && isSupposed(wanted.explainedBy) ? health.since : null);
    return wanted;
  }

  /** In grace after what explained it; else by what was out in its failed window; else by nothing. */
  #alone(id: string, { at, health }: { readonly at: Explained; readonly health: NodeHealth }, now: EpochMs): NodeCause {
    const before = this.#nodes.get(id);
    if (before !== undefined) {
      if (before.explainedBy === null) return before;
      const known = before.grace !== null && !isAhead(before.grace, now) ? before.grace : undefined;
      const grace = known ?? graceFrom(now, before.grace?.backAt ?? this.#upAt(before.explainedBy, now));
      return inGrace(before, { grace, health }, now);
    }
    const seen = this.#spans.cutWithin(this.#graph, id, { from: health.goodAt, to: health.since });
    if (seen === null) return { ...at, grace: null };
    const backAt = epochMs(Math.max(seen.clearedAt ?? 0, health.since));
    const cause = { explainedBy: seen.root, roots: [seen.root], since: seen.since };
    return inGrace(cause, { grace: graceFrom(epochMs(Math.min(backAt, now)), backAt), health }, now);
  }

  /** Whether its entry is another one now. What stands for itself and was never explained has none; what has not changed keeps its identity. */
  #keep(id: string, wanted: NodeCause | null): boolean {
    const before = this.#nodes.get(id);
    const supposed = wanted !== null && isSupposed(wanted.explainedBy) ? this.#buildings.explains(id) : undefined;
    const next = supposed === undefined ? wanted : underBuilding(before, supposed);
    if (next === null || (before === undefined && next.explainedBy === null)) {
      this.#graced.delete(id);
      return this.#nodes.delete(id);
    }
    if (before !== undefined && isSame(before, next)) return false;
    this.#nodes.set(id, next);
    if (next.grace === null) this.#graced.delete(id);
    else this.#graced.add(id);
    return true;
  }
}

/** By nothing that is modelled. */
const isSupposed = (by: string | null): boolean => by === null || by.startsWith(buildingNode(''));

/** Buildings that explain something. */
function burningOf(nodes: ReadonlyMap<string, NodeCause>): ReadonlySet<string> {
  const burning = new Set<string>();
  for (const { explainedBy, grace } of nodes.values())
    if (explainedBy !== null && grace === null && isSupposed(explainedBy))
      burning.add(explainedBy.slice(buildingNode('').length));
  return burning;
}

/** As long as it lasts; then the node is let go and stands for itself. */
function inGrace(
  cause: Explained,
  { grace, health }: { readonly grace: Grace; readonly health: NodeHealth },
  now: EpochMs,
): NodeCause {
  const ends = graceEnds(grace, health);
  if (now < ends) return { explainedBy: cause.explainedBy, roots: cause.roots, since: cause.since, grace };
  return { explainedBy: null, roots: [], since: epochMs(ends), grace: null };
}

const underBuilding = (before: NodeCause | undefined, { root, since }: Supposed): NodeCause => ({
  explainedBy: root,
  roots: before?.explainedBy === root ? before.roots : [root],
  since,
  grace: null,
});

/** Of what explains it now. `since` of the same cause may be told anew without being another one. */
const isSame = (one: NodeCause, other: NodeCause): boolean =>
  one.explainedBy === other.explainedBy &&
  one.grace?.graceUntil === other.grace?.graceUntil &&
  one.grace?.backAt === other.grace?.backAt &&
  one.roots.length === other.roots.length &&
  one.roots.every((root, at) => root === other.roots[at]);

/** Nothing that a cause depends on is different. What is up is up, since whenever. */
const sameFor = (one: NodeHealth | undefined, other: NodeHealth | undefined): boolean =>
  one?.state === other?.state &&
  (one === undefined ||
    one.state === 'up' ||
    (one.since === other?.since && one.goodAt === other.goodAt && one.askedAt === other.askedAt));
