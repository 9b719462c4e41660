/**
 * What each thing is reached through. A node needs every one of its groups and of each group one parent (`contracts/watch` topology). Beside the ways up
 * it has an observer, the agent that looks at it: a lost observer makes it unknown, never down, so observers are no part of cycles or depth.
 * Compiled once per edit of the topology; every tick walks its arrays.
 */
import { err, ok, type Result } from '@cardwatch/kernel';
import { cycleIn, orderOf, parentsOf } from './order.core.ts';

export const nodesMax = 50_000;
export const groupsMax = 8;
export const parentsMax = 8;
export const depthMax = 256;
/** So many of the offenders are named in a failure. */
const namedMax = 100;

export interface GraphNode {
  readonly nodeId: string;
  /** Groups of parents, by id. */
  readonly upstream: readonly (readonly string[])[];
  /** Node of the agent that observes it; null for agents and what nobody asks. */
  readonly observer: string | null;
}

export type GraphFailure =
  | {
      readonly kind: 'tooLarge';
      readonly what: 'nodes' | 'groups' | 'parents';
      readonly nodeId: string | null;
      readonly count: number;
      readonly max: number;
    }
  | { readonly kind: 'duplicateNode'; readonly nodeId: string }
  | { readonly kind: 'emptyGroup'; readonly nodeId: string }
  | { readonly kind: 'unknownParents'; readonly missing: readonly { readonly nodeId: string; readonly parent: string }[] }
  /** Each reached through the next; the last is the first again. */
  | { readonly kind: 'cycle'; readonly nodes: readonly string[] }
  | { readonly kind: 'tooDeep'; readonly nodeId: string; readonly depth: number; readonly max: number };

/** Compiled. Numbers are indexes into `ids`. */
export interface Graph {
  readonly ids: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** Groups of each node, duplicates of a parent within a group removed. */
  readonly groups: readonly (readonly (readonly number[])[])[];
  /** -1: nobody. */
  readonly observers: readonly number[];
  /** What others are reached through or observed by, parents before their children. */
  readonly carriers: readonly number[];
  /** Place of a node among the carriers; -1: it carries nobody. */
  readonly ranks: readonly number[];
  /** Of each node those that are reached through it, and those that it observes. */
  readonly children: readonly (readonly number[])[];
  readonly observed: readonly (readonly number[])[];
  readonly depth: number;
}

/** An agent is a node like a switch; its id cannot be a device's, for `/` is in none. */
export const agentNode = (agentId: string): string => `agent/${agentId}`;
/** The unmodelled cause of a building. */
export const buildingNode = (building: string): string => `area/${building}`;

/** Compiles the graph, or says what is wrong with it: the first kind of failure found, in the order of the union. */
export function buildGraph(nodes: readonly GraphNode[]): Result<Graph, GraphFailure> {
  const wrong = sizeFailure(nodes);
  if (wrong !== null) return err(wrong);
  const indexOf = new Map(nodes.map(({ nodeId }, index) => [nodeId, index]));
  const missing = missingParents(nodes, indexOf);
  if (missing.length > 0) return err({ kind: 'unknownParents', missing });
  const groups = nodes.map(({ upstream }) => upstream.map((group) => eachOnce(group).map((parent) => at(indexOf, parent))));
  const ids = nodes.map(({ nodeId }) => nodeId);
  const order = orderOf(groups);
  if (order.length < ids.length) return err({ kind: 'cycle', nodes: cycleIn(groups, order).map((index) => ids[index] ?? '') });
  const { depth, deepest } = depthOf(groups, order);
  if (depth > depthMax) return err({ kind: 'tooDeep', nodeId: ids[deepest] ?? '', depth, max: depthMax });
  const observers = nodes.map(({ observer }) => (observer === null ? -1 : at(indexOf, observer)));
  const children = reversed(groups.map(parentsOf));
  const observed = reversed(observers.map((observer) => (observer < 0 ? none : [observer])));
  const carriers = order.filter((node) => children[node] !== none || observed[node] !== none);
  const ranks = ids.map(() => -1);
  for (const [rank, node] of carriers.entries()) ranks[node] = rank;
  return ok({ ids, indexOf, groups, observers, carriers, ranks, children, observed, depth });
}

const none: readonly number[] = [];
const eachOnce = (group: readonly string[]): readonly string[] => (group.length === 1 ? group : [...new Set(group)]);

/** Of each node those that point at it. */
function reversed(pointing: readonly Iterable<number>[]): readonly (readonly number[])[] {
  const lists: (number[] | undefined)[] = pointing.map(() => undefined);
  for (const [node, targets] of pointing.entries())
    for (const target of targets) {
      const known = lists[target];
      if (known === undefined) lists[target] = [node];
      else known.push(node);
    }
  return lists.map((list) => list ?? none);
}

const at = (indexOf: ReadonlyMap<string, number>, id: string): number => indexOf.get(id) ?? -1;

function sizeFailure(nodes: readonly GraphNode[]): GraphFailure | null {
  if (nodes.length > nodesMax) return { kind: 'tooLarge', what: 'nodes', nodeId: null, count: nodes.length, max: nodesMax };
  const seen = new Set<string>();
  for (const { nodeId, upstream } of nodes) {
    if (seen.has(nodeId)) return { kind: 'duplicateNode', nodeId };
    seen.add(nodeId);
    if (upstream.length > groupsMax) return { kind: 'tooLarge', what: 'groups', nodeId, count: upstream.length, max: groupsMax };
    for (const group of upstream) {
      if (group.length === 0) return { kind: 'emptyGroup', nodeId };
      if (group.length > parentsMax) return { kind: 'tooLarge', what: 'parents', nodeId, count: group.length, max: parentsMax };
    }
  }
  return null;
}

function missingParents(nodes: readonly GraphNode[], indexOf: ReadonlyMap<string, number>): { nodeId: string; parent: string }[] {
  const missing: { nodeId: string; parent: string }[] = [];
  for (const { nodeId, upstream, observer } of nodes) {
    const check = (parent: string): void => {
      if (!indexOf.has(parent) && missing.length < namedMax) missing.push({ nodeId, parent });
    };
    for (const group of upstream) for (const parent of group) check(parent);
    if (observer !== null) check(observer);
  }
  return missing;
}

function depthOf(groups: Graph['groups'], order: readonly number[]): { depth: number; deepest: number } {
  const depths = groups.map(() => 1);
  let deepest = 0;
  for (const node of order) {
    for (const group of groups[node] ?? [])
      for (const parent of group) depths[node] = Math.max(depths[node] ?? 1, (depths[parent] ?? 1) + 1);
    if ((depths[node] ?? 0) > (depths[deepest] ?? 0)) deepest = node;
  }
  return { depth: depths[deepest] ?? 0, deepest };
}
