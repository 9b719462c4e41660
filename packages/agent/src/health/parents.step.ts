/**
 * Who is to blame when devices fall silent: a device that does not answer, or something on the way to it. Devices hang on others (a gate on a switch, a switch
 * on the next one); the ways form a graph without circles. Time in, verdicts and probes out.
 *
 * - A device that fails has its parents probed at once. Until they were, nothing is said of it.
 * - `unreachable` only when all parents are down or unreachable. One way alive: the device itself is judged.
 * - `down` after three failures; `up` again after two answers.
 * - Four changes within half an hour: `flapping`, told once, until a quiet half hour.
 * - When all first hops are silent and the uplink is lost, it is we who are cut off: nothing is judged, and after that all is unknown until it is asked.
 */
import { type EpochMs, err, ok, type Result } from '@cardwatch/kernel';

export const parentLimits = {
  devices: 4_000,
  parents: 8,
  downAfter: 3,
  upAfter: 2,
  flapChanges: 4,
  flapMs: 30 * 60_000,
} as const;

export interface ParentsPlan {
  readonly parents: ReadonlyMap<string, readonly string[]>;
  readonly children: ReadonlyMap<string, readonly string[]>;
}

export interface ParentsProblem {
  readonly id: string;
  readonly kind: 'unknownParent' | 'itself' | 'circle' | 'tooMany';
  /** The parent in question, or the circle, joined by ` > `. */
  readonly detail: string;
}

/** From what each device says of its parents. All problems at once. */
export function parentsPlan(
  devices: readonly { readonly id: string; readonly parents: readonly string[] }[],
): Result<ParentsPlan, readonly ParentsProblem[]> {
  const parents = new Map(devices.map(({ id, parents: own }) => [id, [...new Set(own)]]));
  const children = new Map<string, string[]>(devices.map(({ id }) => [id, []]));
  const problems: ParentsProblem[] = [];
  for (const [id, own] of parents) {
    if (own.length > parentLimits.parents) problems.push({ id, kind: 'tooMany', detail: `${own.length}` });
    for (const parent of own) {
      if (parent === id) problems.push({ id, kind: 'itself', detail: parent });
      else if (parents.has(parent)) children.get(parent)?.push(id);
      else problems.push({ id, kind: 'unknownParent', detail: parent });
    }
  }
  if (problems.length === 0) problems.push(...circlesIn(parents));
  return problems.length === 0 ? ok({ parents, children }) : err(problems);
}

function circlesIn(parents: ReadonlyMap<string, readonly string[]>): readonly ParentsProblem[] {
  const left = new Map([...parents].map(([id, own]) => [id, new Set(own)]));
  for (;;) {
    const free = [...left].filter(([, own]) => own.size === 0).map(([id]) => id);
    if (free.length === 0) break;
    for (const id of free) left.delete(id);
    for (const own of left.values()) for (const id of free) own.delete(id);
  }
  const [first] = left.keys();
  return first === undefined ? [] : [{ id: first, kind: 'circle', detail: circleFrom(first, left).join(' > ') }];
}

function circleFrom(first: string, left: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const way: string[] = [];
  for (let at: string | undefined = first; at !== undefined; [at] = left.get(at) ?? []) {
    if (way.includes(at)) return [...way.slice(way.indexOf(at)), at];
    way.push(at);
  }
  return way;
}

export type ReachVerdict = 'unknown' | 'up' | 'down' | 'unreachable';

export interface ReachNode {
  readonly verdict: ReachVerdict;
  readonly failures: number;
  readonly answers: number;
  /** Turn of the first of the present failures, and of the last outcome. */
  readonly failedTurn: number;
  readonly probedTurn: number;
  /** A probe that we asked for has no outcome yet. */
  readonly asked: boolean;
  readonly changes: readonly EpochMs[];
  readonly flapping: boolean;
}

export interface ParentsState {
  readonly plan: ParentsPlan;
  readonly nodes: ReadonlyMap<string, ReachNode>;
  readonly turn: number;
  readonly uplink: boolean;
  readonly isolated: boolean;
}

export type ParentsEvent =
  | { readonly type: 'answered'; readonly id: string }
  /** Nothing came back: not a wrong password, not a refusal. */
  | { readonly type: 'failed'; readonly id: string }
  /** The connection to the collector. */
  | { readonly type: 'uplink'; readonly up: boolean };

export type ParentsEffect =
  | { readonly type: 'probe'; readonly ids: readonly string[] }
  | {
      readonly type: 'verdict';
      readonly id: string;
      readonly from: ReachVerdict;
      readonly to: ReachVerdict;
      /** For `unreachable`: the devices that are down on the way, nearest first. */
      readonly causes: readonly string[];
    }
  | { readonly type: 'flapping'; readonly id: string; readonly active: boolean }
  /** We are cut off (or no more): nothing may be said of anybody. */
  | { readonly type: 'isolated'; readonly active: boolean };

const fresh: ReachNode = {
  verdict: 'unknown',
  failures: 0,
  answers: 0,
  failedTurn: 0,
  probedTurn: 0,
  asked: false,
  changes: [],
  flapping: false,
};

export const newParents = (plan: ParentsPlan): ParentsState => ({
  plan,
  nodes: new Map([...plan.parents.keys()].map((id) => [id, fresh])),
  turn: 0,
  uplink: true,
  isolated: false,
});

export function parentsStep(
  state: ParentsState,
  event: ParentsEvent,
  now: EpochMs,
): readonly [ParentsState, readonly ParentsEffect[]] {
  if (event.type === 'uplink') return settle({ ...state, uplink: event.up });
  const before = state.nodes.get(event.id);
  if (before === undefined || (event.type === 'answered' && isQuiet(before))) return [state, []];
  const turn = state.turn + 1;
  const nodes = new Map(state.nodes).set(event.id, event.type === 'answered' ? answered(before, turn) : failed(before, turn));
  const [settled, told] = settle({ ...state, turn, nodes });
  if (settled.isolated) return [settled, told];
  const draft = new Draft(settled, now);
  if (event.type === 'failed') draft.askFor(event.id);
  else if (before.failures > 0) draft.askLostParentsOf(event.id);
  draft.judgeFrom(event.id);
  return [{ ...settled, nodes: draft.nodes }, [...told, ...draft.effects]];
}

/** It answered before and all is well: nothing changes, and nothing is copied. */
const isQuiet = (node: ReachNode): boolean =>
  node.verdict === 'up' && node.failures === 0 && !node.asked && !node.flapping && node.answers >= parentLimits.upAfter;

const answered = (node: ReachNode, turn: number): ReachNode => ({
  ...node,
  failures: 0,
  answers: node.answers + 1,
  probedTurn: turn,
  asked: false,
});

const failed = (node: ReachNode, turn: number): ReachNode => ({
  ...node,
  failures: node.failures + 1,
  answers: 0,
  failedTurn: node.failures === 0 ? turn : node.failedTurn,
  probedTurn: turn,
  asked: false,
});

/** Cut off: no uplink, and not one first hop that answers. */
function settle(state: ParentsState): readonly [ParentsState, readonly ParentsEffect[]] {
  const roots = [...state.plan.parents].filter(([, parents]) => parents.length === 0).map(([id]) => id);
  const isolated = !state.uplink && roots.length > 0 && roots.every((id) => (state.nodes.get(id)?.failures ?? 0) > 0);
  if (isolated === state.isolated) return [state, []];
  const nodes = isolated ? state.nodes : new Map([...state.nodes].map(([id, node]) => [id, forgotten(node, state.turn)]));
  return [{ ...state, nodes, isolated }, [{ type: 'isolated', active: isolated }]];
}

const forgotten = (node: ReachNode, turn: number): ReachNode => ({
  ...fresh,
  changes: node.changes,
  flapping: node.flapping,
  // What answered in this turn brought us back.
  ...(node.probedTurn === turn && node.failures === 0 ? { answers: 1, probedTurn: turn } : {}),
});

/** One event's work on the nodes. */
class Draft {
  readonly #plan: ParentsPlan;
  readonly #now: EpochMs;
  readonly nodes: Map<string, ReachNode>;
  readonly effects: ParentsEffect[] = [];

  constructor({ plan, nodes }: ParentsState, now: EpochMs) {
    this.#plan = plan;
    this.#now = now;
    this.nodes = new Map(nodes);
  }

  put(id: string, node: ReachNode): void {
    this.nodes.set(id, node);
  }

  /** Parents that were not asked since it fell silent; and itself again, while others wait for its verdict. */
  askFor(id: string): void {
    const node = this.#node(id);
    const due = this.#parents(id).filter((parent) => this.#node(parent).probedTurn < node.failedTurn);
    const awaited = node.failures < parentLimits.downAfter && this.#children(id).some((child) => this.#node(child).failures > 0);
    const ids = [...due, ...(awaited ? [id] : [])].filter((each) => !this.#node(each).asked);
    if (ids.length === 0) return;
    for (const each of ids) this.put(each, { ...this.#node(each), asked: true });
    this.effects.push({ type: 'probe', ids });
  }

  /** It is back: what it is reached through may be, too, and is not to wait for its next probe. */
  askLostParentsOf(id: string): void {
    const ids = this.#parents(id).filter((parent) => isLost(this.#node(parent)) && !this.#node(parent).asked);
    if (ids.length === 0) return;
    for (const each of ids) this.put(each, { ...this.#node(each), asked: true });
    this.effects.push({ type: 'probe', ids });
  }

  /** The device and all that hang on it, parents before children. */
  judgeFrom(id: string): void {
    const queue = [id];
    for (let at = 0; at < queue.length && at <= parentLimits.devices * parentLimits.parents; at++) {
      const each = queue[at] ?? id;
      const changed = this.#judge(each);
      if (changed || each === id) queue.push(...this.#children(each));
    }
  }

  /** Whether its children are to be judged anew. */
  #judge(id: string): boolean {
    const before = this.#node(id);
    const verdict = this.#verdict(id, before);
    if (verdict === before.verdict) {
      this.#flaps(id, before.changes);
      return false;
    }
    const again = before.verdict === 'unreachable' && verdict === 'unknown';
    // The way is free again: what it failed before says nothing, so it is asked anew.
    this.put(id, again ? { ...before, verdict, failures: 0, asked: true } : { ...before, verdict });
    const causes = verdict === 'unreachable' ? causesOf(id, this.#plan, this.nodes) : [];
    this.effects.push({ type: 'verdict', id, from: before.verdict, to: verdict, causes });
    if (again) this.effects.push({ type: 'probe', ids: [id] });
    const counts = before.verdict !== 'unknown' && (verdict === 'up' || before.verdict === 'up');
    this.#flaps(id, counts ? [...before.changes, this.#now] : before.changes);
    return true;
  }

  #verdict(id: string, node: ReachNode): ReachVerdict {
    const { verdict, failures, answers, failedTurn } = node;
    const parents = this.#parents(id).map((parent) => this.#node(parent));
    const lost = parents.length > 0 && parents.every(isLost);
    if (failures === 0) {
      const back = verdict === 'unknown' || (verdict === 'unreachable' && !lost);
      return answers >= parentLimits.upAfter || (back && answers > 0) ? 'up' : verdict;
    }
    if (lost) return 'unreachable';
    if (verdict === 'unreachable') return 'unknown';
    if (failures < parentLimits.downAfter || parents.some(({ probedTurn }) => probedTurn < failedTurn)) return verdict;
    // All parents fail, and not yet often enough to be down: wait for them.
    return parents.length > 0 && parents.every((parent) => parent.failures > 0) ? verdict : 'down';
  }

  #flaps(id: string, changes: readonly EpochMs[]): void {
    const node = this.#node(id);
    if (changes.length === 0 && !node.flapping) return;
    const recent = changes.filter((at) => this.#now - at < parentLimits.flapMs).slice(-parentLimits.flapChanges);
    const flapping = node.flapping ? recent.length > 0 : recent.length >= parentLimits.flapChanges;
    this.put(id, { ...node, changes: recent, flapping });
    if (flapping !== node.flapping) this.effects.push({ type: 'flapping', id, active: flapping });
  }

  #node(id: string): ReachNode {
    return this.nodes.get(id) ?? fresh;
  }

  #parents(id: string): readonly string[] {
    return this.#plan.parents.get(id) ?? [];
  }

  #children(id: string): readonly string[] {
    return this.#plan.children.get(id) ?? [];
  }
}

const isLost = ({ verdict }: ReachNode): boolean => verdict === 'down' || verdict === 'unreachable';

/** Devices that are down on the ways to this one, nearest first. */
export function causesOf(id: string, plan: ParentsPlan, nodes: ReadonlyMap<string, ReachNode>): readonly string[] {
  const causes: string[] = [];
  const seen = new Set<string>();
  const queue = [...(plan.parents.get(id) ?? [])];
  for (let at = 0; at < queue.length; at++) {
    const each = queue[at] ?? '';
    if (seen.has(each)) continue;
    seen.add(each);
    const verdict = nodes.get(each)?.verdict;
    if (verdict === 'down') causes.push(each);
    if (verdict === 'unreachable') queue.push(...(plan.parents.get(each) ?? []));
  }
  return causes;
}

/** Whether a failure of this device is its parents' for now; `held`: nobody knows yet. */
export function blameFor(state: ParentsState, id: string): 'self' | 'parents' | 'held' {
  const node = state.nodes.get(id);
  if (node === undefined || node.failures === 0) return 'self';
  if (state.isolated) return 'held';
  if (node.verdict === 'unreachable') return 'parents';
  const parents = (state.plan.parents.get(id) ?? []).flatMap((parent) => state.nodes.get(parent) ?? []);
  const waits = parents.some(({ probedTurn }) => probedTurn < node.failedTurn);
  const failing = parents.length > 0 && parents.every(({ failures }) => failures > 0);
  return waits || failing ? 'held' : 'self';
}
