import { epochMs, intBetween, pick, SeededRandom, chance } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type Explained, Explainer, type Health, type NodeHealth } from './explain.core.ts';
import { buildGraph, depthMax, type Graph, type GraphNode, groupsMax, nodesMax, parentsMax } from './graph.core.ts';

const now = epochMs(1_000_000);
const node = (nodeId: string, ...upstream: string[][]): GraphNode => ({ nodeId, upstream, observer: null });

function graphOf(nodes: readonly GraphNode[]): Graph {
  const built = buildGraph(nodes);
  if (!built.ok) throw new Error(JSON.stringify(built.error));
  return built.value;
}
const health = (states: Readonly<Record<string, NodeHealth['state']>>): Health =>
  new Map(
    Object.entries(states).map(([id, state], index) => [
      id,
      { state, since: epochMs(1_000 + index), goodAt: epochMs(0), askedAt: null },
    ]),
  );

/** Of all that is down or unknown, by an explainer that has heard of everything. */
function explain(graph: Graph, of: Health, explainer = new Explainer(graph), touched: Iterable<string> = graph.ids) {
  explainer.settle(
    [...touched].flatMap((id) => graph.indexOf.get(id) ?? []),
    of,
    now,
  );
  const nodes = new Map<string, Explained>();
  for (const [id, { state, since }] of of) {
    const node = graph.indexOf.get(id);
    if (state !== 'up' && node !== undefined) nodes.set(id, explainer.explained(node, since, now));
  }
  return nodes;
}

function byOf(nodes: readonly GraphNode[], states: Readonly<Record<string, NodeHealth['state']>>): Record<string, string | null> {
  const found = explain(graphOf(nodes), health(states));
  return Object.fromEntries([...found].map(([id, { explainedBy }]) => [id, explainedBy]));
}

describe('a graph is refused with what is wrong', () => {
  const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}`);
  const chain = (length: number): GraphNode[] =>
    Array.from({ length }, (_, index) => node(`n${index}`, ...(index === 0 ? [] : [[`n${index - 1}`]])));

  test.each([
    ['itself', [node('a', ['a'])], { kind: 'cycle', nodes: ['a', 'a'] }],
    [
      'three in a ring',
      [node('x', ['c']), node('a', ['b']), node('b', ['c']), node('c', ['a'])],
      { kind: 'cycle', nodes: ['c', 'a', 'b', 'c'] },
    ],
    [
      'an alternative alone closes the ring',
      [node('core'), node('a', ['core', 'b']), node('b', ['a'])],
      { kind: 'cycle', nodes: ['a', 'b', 'a'] },
    ],
    [
      'unknown parents',
      [node('a', ['z', 'y'])],
      {
        kind: 'unknownParents',
        missing: [
          { nodeId: 'a', parent: 'z' },
          { nodeId: 'a', parent: 'y' },
        ],
      },
    ],
    ['twice', [node('a'), node('a')], { kind: 'duplicateNode', nodeId: 'a' }],
    ['an empty group', [node('a', [])], { kind: 'emptyGroup', nodeId: 'a' }],
    ['a level too deep', chain(depthMax + 1), { kind: 'tooDeep', nodeId: `n${depthMax}`, depth: depthMax + 1, max: depthMax }],
    [
      'too many groups',
      [node('a', ...many(groupsMax + 1).map((id) => [id]))],
      { kind: 'tooLarge', what: 'groups', nodeId: 'a', count: groupsMax + 1, max: groupsMax },
    ],
    [
      'too many parents',
      [node('a', many(parentsMax + 1))],
      { kind: 'tooLarge', what: 'parents', nodeId: 'a', count: parentsMax + 1, max: parentsMax },
    ],
    [
      'too many nodes',
      many(nodesMax + 1).map((id) => node(id)),
      { kind: 'tooLarge', what: 'nodes', nodeId: null, count: nodesMax + 1, max: nodesMax },
    ],
  ])('%s', (_, nodes, error) => {
    expect(buildGraph(nodes)).toEqual({ ok: false, error });
  });

  test('at its limits it stands', () => {
    expect(graphOf(chain(depthMax)).depth).toBe(depthMax);
    expect(graphOf([...many(parentsMax).map((id) => node(id)), node('a', many(parentsMax))]).ids).toHaveLength(parentsMax + 1);
    expect(graphOf(many(nodesMax).map((id) => node(id))).ids).toHaveLength(nodesMax);
  });

  test('an agent behind a switch that it asks itself is no cycle', () => {
    expect(buildGraph([node('agent/a', ['sw']), { nodeId: 'sw', upstream: [], observer: 'agent/a' }]).ok).toBe(true);
  });
});

describe('explained by', () => {
  const campus = [node('core'), node('left', ['core']), node('right', ['core']), node('pos', ['left', 'right'])];

  test.each<[string, GraphNode[], Record<string, NodeHealth['state']>, Record<string, string | null>]>([
    ['one way of two left: it stands for itself', campus, { left: 'down', right: 'up', pos: 'down' }, { left: null, pos: null }],
    [
      'both ways gone: by the later',
      campus,
      { left: 'down', right: 'down', pos: 'down' },
      { left: null, right: null, pos: 'right' },
    ],
    [
      'all by the top',
      campus,
      { core: 'down', left: 'down', right: 'down', pos: 'down' },
      { core: null, left: 'core', right: 'core', pos: 'core' },
    ],
    [
      'what answers is no way lost',
      campus,
      { core: 'down', left: 'up', right: 'down', pos: 'down' },
      { core: null, right: 'core', pos: null },
    ],
    ['through switches that nobody asks', campus, { core: 'down', pos: 'down' }, { core: null, pos: 'core' }],
    ['a switch that nobody asks is no cause', campus, { pos: 'down' }, { pos: null }],
    [
      'every group is needed',
      [node('net'), node('power'), node('pos', ['net'], ['power'])],
      { power: 'down', net: 'up', pos: 'down' },
      { power: null, pos: 'power' },
    ],
    [
      'by the first group to go',
      [node('net'), node('power'), node('pos', ['net'], ['power'])],
      { power: 'down', net: 'down', pos: 'down' },
      { power: null, net: null, pos: 'power' },
    ],
    ['what is up is no symptom', campus, { core: 'down', pos: 'up' }, { core: null }],
  ])('%s', (_, nodes, states, expected) => {
    expect(byOf(nodes, states)).toEqual(expected);
  });

  test('a lost agent explains what it observes; the switch before the agent explains both', () => {
    const nodes: GraphNode[] = [node('sw'), node('agent/a', ['sw']), { nodeId: 'pos', upstream: [], observer: 'agent/a' }];
    expect(byOf(nodes, { sw: 'up', 'agent/a': 'down', pos: 'unknown' })).toEqual({ 'agent/a': null, pos: 'agent/a' });
    expect(byOf(nodes, { sw: 'down', 'agent/a': 'down', pos: 'unknown' })).toEqual({ sw: null, 'agent/a': 'sw', pos: 'sw' });
  });

  test('both causes of a lost redundancy are named', () => {
    const found = explain(graphOf(campus), health({ left: 'down', right: 'down', pos: 'down' }));
    expect(found.get('pos')).toEqual({ explainedBy: 'right', since: 1_001, roots: ['right', 'left'] });
  });
});

/** Least fixpoint over all ways, by asking again until nothing changes: no order, no indexes. */
function oracle(nodes: readonly GraphNode[], states: Health): { out: Set<string>; roots: Map<string, Set<string>> } {
  const down = (id: string): boolean => states.get(id)?.state === 'down';
  const out = new Set(nodes.map(({ nodeId }) => nodeId).filter(down));
  const isCut = ({ upstream }: GraphNode): boolean => upstream.some((group) => group.every((parent) => out.has(parent)));
  for (let changed = true; changed; ) {
    changed = false;
    for (const each of nodes)
      if (!out.has(each.nodeId) && states.get(each.nodeId)?.state !== 'up' && isCut(each))
        changed = Boolean(out.add(each.nodeId));
  }
  const roots = new Map<string, Set<string>>(nodes.map(({ nodeId }) => [nodeId, new Set<string>()]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const each of nodes) {
      const mine = roots.get(each.nodeId);
      const gone = each.upstream.filter((group) => group.every((parent) => out.has(parent)));
      const from =
        gone.length > 0
          ? gone.flat().flatMap((parent) => [...(roots.get(parent) ?? [])])
          : out.has(each.nodeId)
            ? [each.nodeId]
            : [];
      for (const root of from) if (mine?.has(root) === false) changed = Boolean(mine.add(root));
    }
  }
  return { out, roots };
}

/** A campus of at most forty nodes, parents before children. */
function campusOf(random: SeededRandom): readonly GraphNode[] {
  const count = intBetween(random, 2, 40);
  return Array.from({ length: count }, (_, index) =>
    node(
      `n${index}`,
      ...Array.from({ length: index === 0 ? 0 : intBetween(random, 0, 3) }, () =>
        Array.from({ length: intBetween(random, 1, 3) }, () => `n${intBetween(random, 0, index - 1)}`),
      ),
    ),
  );
}

const counts = { explained: 0, standing: 0 };

function agrees(nodes: readonly GraphNode[], states: Health, found: ReadonlyMap<string, Explained>, where: string): void {
  const truth = oracle(nodes, states);
  for (const { nodeId, upstream } of nodes) {
    const state = states.get(nodeId)?.state ?? 'passive';
    const cut = upstream.some((group) => group.every((parent) => truth.out.has(parent)));
    const mine = found.get(nodeId);
    expect(mine !== undefined, `${where} ${nodeId} listed`).toBe(state === 'down' || state === 'unknown');
    if (mine === undefined) continue;
    expect(mine.explainedBy !== null, `${where} ${nodeId} explained`).toBe(cut);
    if (mine.explainedBy === null) {
      counts.standing++;
      continue;
    }
    counts.explained++;
    expect(truth.roots.get(nodeId)?.has(mine.explainedBy), `${where} ${nodeId} by ${mine.explainedBy}`).toBe(true);
    expect(states.get(mine.explainedBy)?.state).toBe('down');
  }
}

const stateOf = (random: SeededRandom): NodeHealth['state'] => pick(random, ['up', 'up', 'down', 'unknown'] as const);

test('random topologies through random histories: told of changes alone it agrees with the fixpoint over all ways', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = new SeededRandom(seed);
    const nodes = campusOf(random);
    const graph = graphOf(nodes.toSorted(() => random.next() - 0.5));
    const explainer = new Explainer(graph);
    const states = new Map<string, NodeHealth>();
    for (const { nodeId } of nodes)
      if (!chance(random, 0.15))
        states.set(nodeId, { state: stateOf(random), since: epochMs(states.size), goodAt: epochMs(0), askedAt: null });
    let touched = new Set(nodes.map(({ nodeId }) => nodeId));
    for (let turn = 0; turn < 12; turn++) {
      const found = explain(graph, states, explainer, touched);
      agrees(nodes, states, found, `seed ${seed} turn ${turn}`);
      expect(found).toEqual(explain(graph, states));
      touched = new Set(Array.from({ length: intBetween(random, 0, 5) }, () => pick(random, nodes).nodeId));
      for (const id of touched) {
        if (chance(random, 0.1)) states.delete(id);
        else states.set(id, { state: stateOf(random), since: epochMs(100 * turn), goodAt: epochMs(0), askedAt: null });
      }
    }
  }
  expect([counts.explained, counts.standing].every((times) => times > 5_000)).toBe(true);
});
